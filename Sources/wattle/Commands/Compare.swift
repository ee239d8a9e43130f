import ArgumentParser
import Foundation
import Reports
import SearchSpaces
import Studies

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare what strategies cost for the same accuracy, over several seeds.",
    discussion: """
      Runs every strategy with every seed on the same space, with equal trials or equal energy. Searches with the same \
      seed share the split of the data. Writes compare.csv with a row a search, and each search as a run of its own.

      Examples:
        wattle compare search-spaces/digits-mlp-grid.yaml --strategies grid,random,evolutionary --seeds 5 --trials 40
        wattle compare search-spaces/digits-mlp.yaml --strategies random,evolutionary --budget "20 J" --target 0.97
      """)

  @OptionGroup var options: SearchOptions

  @Option(
    help: "The strategies, separated by commas: random, grid, evolutionary.",
    transform: { try names(in: $0, noun: "strategy") })
  var strategies: [StudyConfiguration.StrategyName] = StudyConfiguration.StrategyName.allCases

  @Option(help: "How many seeds; they count up from the configuration's.")
  var seeds = 5

  @Option(
    help: "The validation accuracy to compare costs at; by default what the median search of each reaches.")
  var target: Double?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The folder; by default runs/<name>-compare-<date>-<n>.", valueName: "folder"),
    completion: .directory)
  var runPath: String?

  @Flag(help: "Print compare.csv instead of text.")
  var csv = false

  func validate() throws {
    if seeds < 1 { throw ValidationError("--seeds must be at least 1, got \(seeds)") }
    try requirePath(runPath, of: "--run")
    if Set(strategies).count < strategies.count {
      throw ValidationError("--strategies names a strategy twice")
    }
    if let target, !(target > 0 && target <= 1) {
      throw ValidationError("--target must be an accuracy above 0 and at most 1, got \(target)")
    }
  }

  func run() throws {
    try reportingFailures {
      let file = try options.file()
      let base = try options.configuration(of: file)
      let folder = runPath.map { RunFolder(path: $0) } ?? RunFolder.next(studyName: base.name + "-compare")
      let plans = try strategies.flatMap { strategy in
        try (0..<UInt64(seeds)).map { offset in
          let (seed, overflows) = base.search.seed.addingReportingOverflow(offset)
          guard !overflows else { throw InputError("the seeds from \(base.search.seed) on are too large") }
          var configuration = try options.configuration(
            of: file, ["search.strategy=\(strategy.rawValue)", "search.seed=\(seed)"])
          // A comparison is of searches; what the front's inferences take says nothing about them.
          if configuration.energy.inferenceMeasure == .front { configuration.energy.inferenceMeasure = .none }
          _ = try CheckedConfiguration(configuration)
          return configuration
        }
      }
      try folder.create()
      Interruption.watch()
      var runs: [(strategy: String, seed: UInt64, run: RunRecord)] = []
      for (position, configuration) in plans.enumerated() {
        let (strategy, seed) = (configuration.search.strategy.rawValue, configuration.search.seed)
        let session = SearchSession(
          configuration: configuration, folder: RunFolder(path: "\(folder.path)/\(strategy)-\(seed)"),
          resumes: false, programVersion: Wattle.version)
        let label = "search \(position + 1)/\(plans.count), \(strategy), seed \(seed): "
        let ending = try runSession(session, label: label)
        let record = try RunRecord(reading: session.folder)
        try RunFiles.write(record, front: record.front(), ending: ending)
        if ending == .interrupted {
          Terminal.complain("Stopped before the end; the searches that finished are in \(folder.path).")
          throw Interruption.exitCode
        }
        runs.append((strategy, seed, record))
      }
      let comparison = Comparison(runs: runs, target: target)
      try writeAtomically(comparison.table.text, to: folder.path + "/compare.csv")
      try Terminal.print(csv ? comparison.table.text : comparison.text, isData: csv)
      if !csv { Terminal.complain("The searches and compare.csv are in \(folder.path).") }
      try requireResult(runs.map(\.run), in: folder.path)
    }
  }
}
