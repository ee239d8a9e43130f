import ArgumentParser
import EnergyMetering
import Reports
import SearchSpaces
import Studies

struct QuoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quote",
    abstract: "What a search would cost; nothing is trained.",
    discussion: """
      Counts what the trainings would have to do, measures a core for a moment, and predicts CT for each strategy, with \
      the interval in which it is expected nine times in ten. With --by it learns from the trainings of a run first.

      Examples:
        wattle quote search-spaces/digits-mlp.yaml
        wattle quote search-spaces/digits-cnn.yaml --strategies random,grid --trials 200 --by runs/digits-cnn-2026-01-31-1
      """)

  @OptionGroup var options: SearchOptions

  @Option(
    help: "The strategies, separated by commas; by default random and that of the configuration.",
    transform: { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let strategy = StudyConfiguration.StrategyName(rawValue: String(name)) else {
          let known = StudyConfiguration.StrategyName.allCases.map(\.rawValue).joined(separator: ", ")
          throw ValidationError("'\(name)' is no strategy; known are \(known)")
        }
        return strategy
      }
    })
  var strategies: [StudyConfiguration.StrategyName]?

  @Option(
    name: .customLong("by"),
    help: ArgumentHelp("A run whose trainings the quotes learn from.", valueName: "run"),
    completion: .directory)
  var runPath: String?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func validate() throws {
    try requirePath(runPath, of: "--by")
  }

  func run() throws {
    try reportingFailures {
      let file = try options.file()
      let base = try options.configuration(of: file)
      let host = HostDescription()
      let workers = WorkerPlan(workers: .count(1), blasCore: base.execution.blasCore, host: host)
      let (meter, sources) = try EnergyMeter.choose(source: EnergySourceChoice(base.energy.source))
      for note in sources.profileNotes ?? [] { Terminal.log.warning("\(note)") }
      var model = CostModel(
        host: host, source: meter.source,
        gigaflops: try EngineProbe.measure(blasCore: workers.blasCore).gigaflops)
      if let runPath {
        let record = try RunRecord(reading: RunFolder(path: runPath))
        for trial in record.trials { model.observe(trial, among: record.trials, record.parts) }
        if model.observed == 0 {
          throw InputError("\(runPath): no training completed that a quote could learn from")
        }
      }
      let chosen =
        strategies ?? (base.search.strategy == .random ? [.random] : [.random, base.search.strategy])
      let quotes = try chosen.map { strategy in
        let checked = try CheckedConfiguration(
          options.configuration(of: file, ["search.strategy=\(strategy.rawValue)"]))
        guard let quote = try SearchQuote(checked, by: model) else {
          throw InputError("\(options.config): none of the candidates can be trained")
        }
        return quote
      }
      let report = QuoteReport(
        name: base.name, quotes: quotes, learntFrom: model.observed, provenance: meter.source.provenance,
        carbonIntensity: try CarbonIntensity(region: base.energy.region),
        powerUsageEffectiveness: base.energy.pue)
      try Terminal.print(json ? jsonText(report) : report.text, isData: json)
    }
  }
}
