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
      seed share the split of the data. Writes compare.csv with a row a search, strategies.csv, pairs.csv and curves.csv, \
      and each search as a run of its own.

      With --table, recorded results are searched again and nothing is trained: those of a finished grid run, or of a CSV \
      file that a YAML file describes. With --problem, a test function is searched.

      Examples:
        wattle compare search-spaces/digits-mlp-grid.yaml --strategies grid,random,evolutionary --seeds 5 --trials 40
        wattle compare search-spaces/digits-mlp.yaml --strategies random,evolutionary --budget "20 J" --target 0.97
        wattle compare --table search-spaces/tables/digits-mlp-grid.yaml --seeds 200 --trials 500 --target-hypervolume 97%
        wattle compare --problem zdt1 --strategies random,nsga-ii --seeds 10 --trials 500
      """)

  @Argument(help: "The configuration: a YAML file with the space and how to search it.", completion: .file())
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Search recorded results instead: a run's folder, or the YAML file that describes a CSV file.",
      valueName: "run|yaml"), completion: .file())
  var table: String?

  @Option(
    help: "Search a test function instead: \(SimulatedProblem.known.map(\.name).joined(separator: ", ")).")
  var problem: String?

  @OptionGroup var limits: SearchLimits

  @Option(
    help:
      "The strategies, separated by commas: \(ComparedStrategy.names.joined(separator: ", ")); with +asha, +halving or +hyperband behind a name by rungs, with +inherit behind evolutionary, nsga-ii and semoa with inherited weights.",
    transform: { try ComparedStrategy.list(in: $0) })
  var strategies: [ComparedStrategy] = ComparedStrategy.all

  @Option(help: "How many seeds; they count up from the configuration's.")
  var seeds = 5

  @Option(
    help: "The validation accuracy to compare costs at; by default what the median search of each reaches.")
  var target: Double?

  @Option(
    help: ArgumentHelp(
      "The share of the largest hypervolume to compare costs at, such as 97%.", valueName: "percent"),
    transform: { try share(in: $0) })
  var targetHypervolume: Double?

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
    try requirePath(table, of: "--table")
    if Set(strategies).count < strategies.count {
      throw ValidationError("--strategies names a strategy twice")
    }
    if target != nil, targetHypervolume != nil {
      throw ValidationError("--target and --target-hypervolume are two targets; give one")
    }
    guard [config, table, problem].compactMap(\.self).count == 1 else {
      throw ValidationError("expected one of <config>, --table and --problem")
    }
    if config == nil, limits.workers != nil || limits.exclusive {
      throw ValidationError(
        "nothing is trained, so there are no workers; leave out --workers and --exclusive")
    }
    if let problem {
      guard SimulatedProblem.named(problem) != nil else {
        let known = SimulatedProblem.known.map(\.name).joined(separator: ", ")
        throw ValidationError("no problem is called '\(problem)'; known are \(known)")
      }
      if limits.budget != nil {
        throw ValidationError("evaluations of a problem take no energy; give --trials instead of --budget")
      }
      if target != nil { throw ValidationError("a problem has no accuracy; give --target-hypervolume") }
    } else if table == nil, let target, !(target > 0 && target <= 1) {
      throw ValidationError("--target must be an accuracy above 0 and at most 1, got \(target)")
    }
  }

  func run() throws {
    try reportingFailures {
      if let config {
        try compareRuns(of: config)
      } else if let problem = problem.flatMap(SimulatedProblem.named) {
        try simulate(problem, source: problem.name)
      } else if let table {
        try simulate(replayTable(table).problem, source: table)
      }
    }
  }

  /// What costs are compared at; nil leaves it to the searches.
  private var chosenTarget: Comparison.Target? {
    targetHypervolume.map { .hypervolume($0) } ?? target.map { .quality($0) }
  }

  // MARK: Runs

  private func compareRuns(of config: String) throws {
    let file = try ConfigurationFile(path: config)
    let base = try StudyConfiguration(file, overrides: limits.all)
    let plans = try strategies.flatMap { strategy in
      try seeds(from: base.search.seed).map { seed in
        var configuration = try StudyConfiguration(
          file, overrides: limits.all + strategy.overrides + ["search.seed=\(seed)"])
        // A comparison is of searches; what the front's inferences and repeats take says nothing about them.
        if configuration.energy.inferenceMeasure == .front { configuration.energy.inferenceMeasure = .none }
        configuration.search.repeats = nil
        _ = try CheckedConfiguration(configuration)
        return (strategy: strategy.name, configuration: configuration)
      }
    }
    let folder = try makeFolder(name: base.name)
    Interruption.watch()
    var runs: [(strategy: String, seed: UInt64, run: RunRecord)] = []
    for (position, plan) in plans.enumerated() {
      let seed = plan.configuration.search.seed
      let session = SearchSession(
        configuration: plan.configuration, folder: RunFolder(path: "\(folder.path)/\(plan.strategy)-\(seed)"),
        resumes: false, programVersion: Wattle.version)
      let label = "search \(position + 1)/\(plans.count), \(plan.strategy), seed \(seed): "
      let ending = try runSession(session, label: label)
      let record = try RunRecord(reading: session.folder)
      try RunFiles.write(record, front: record.front(), ending: ending)
      if ending == .interrupted {
        Terminal.complain("Stopped before the end; the searches that finished are in \(folder.path).")
        throw Interruption.exitCode
      }
      runs.append((plan.strategy, seed, record))
    }
    try report(Comparison(runs: runs, target: chosenTarget), in: folder, what: "The searches and the tables")
    try requireResult(runs.map(\.run), in: folder.path)
  }

  private func seeds(from first: UInt64) throws -> [UInt64] {
    guard !first.addingReportingOverflow(UInt64(seeds)).overflow else {
      throw InputError("the seeds from \(first) on are too large")
    }
    return (0..<UInt64(seeds)).map { first + $0 }
  }

  // MARK: Simulations

  private func simulate(_ problem: SimulatedProblem, source: String) throws {
    if case .quality(let target) = chosenTarget, problem.quality?.isHigherBetter == true {
      guard target > 0 && target <= 1 else {
        throw InputError("--target must be an accuracy above 0 and at most 1, got \(target)")
      }
    }
    let searches = try strategies.flatMap { strategy in
      let options = try StudyConfiguration.SearchSection(overrides: limits.all + strategy.overrides)
      if options.fidelity != nil {
        throw InputError(
          "\(source): expected strategies for whole trainings, got \(strategy.name); recorded results and test functions "
            + "have no epochs: leave out search.fidelity")
      }
      if options.inheritWeights != nil, options.strategy.hasParents {
        throw InputError(
          "\(source): expected strategies that train from initial weights, got \(strategy.name); recorded results and test "
            + "functions have no weights: leave out search.inherit-weights")
      }
      return try seeds(from: options.seed).map { seed in
        var options = options
        options.seed = seed
        return SimulatedSearch(name: strategy.name, options: options)
      }
    }
    for search in searches { try search.check(problem) }
    let folder = try makeFolder(name: problem.name)
    Interruption.watch()
    let ended = try SimulatedSearch.run(searches, on: problem, shouldStop: { Interruption.isRequested })
    guard let ended else {
      rmdir(folder.path)
      Terminal.complain("Stopped before the end; nothing was written.")
      throw Interruption.exitCode
    }
    let setting = Comparison.Setting(problem, source: source)
    try report(Comparison(ended, setting, target: chosenTarget), in: folder, what: "The tables")
  }

  // MARK: Results

  private func makeFolder(name: String) throws -> RunFolder {
    guard let runPath else { return try RunFolder.createNext(studyName: name + "-compare") }
    let folder = RunFolder(path: runPath)
    try folder.create()
    return folder
  }

  private func report(_ comparison: Comparison, in folder: RunFolder, what: String) throws {
    let table = comparison.table.text
    try writeAtomically(comparison.strategyTable.text, to: folder.path + "/strategies.csv")
    try writeAtomically(comparison.pairTable.text, to: folder.path + "/pairs.csv")
    try writeAtomically(comparison.curveTable.text, to: folder.path + "/curves.csv")
    try writeAtomically(table, to: folder.path + "/compare.csv")
    try Terminal.print(csv ? table : comparison.text, isData: csv)
    if !csv { Terminal.complain("\(what) are in \(folder.path).") }
  }
}

/// The table at a path: a run's folder, or the description of a CSV file.
private func replayTable(_ path: String) throws -> ReplayTable {
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
    return try ReplayTable.replaying(RunRecord(reading: RunFolder(path: path)))
  }
  if path.lowercased().hasSuffix(".csv") {
    let description = path.dropLast(".csv".count) + ".yaml"
    throw InputError(
      "\(path): expected the YAML file that says what the columns mean, such as \(description); "
        + "see Tables in the documentation")
  }
  return try ReplayTable.reading(path)
}

/// A share that is written as `97%` or `0.97`.
private func share(in text: String) throws -> Double {
  let isPercent = text.hasSuffix("%")
  let digits = isPercent ? text.dropLast().trimmingCharacters(in: .whitespaces) : text
  guard let number = Double(digits), case let share = isPercent ? number / 100 : number, share > 0, share <= 1
  else {
    throw ValidationError("expected a share such as 97% or 0.97, got '\(text)'")
  }
  return share
}
