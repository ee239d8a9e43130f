import ArgumentParser
import ParetoAnalysis
import Reports
import SearchSpaces
import Studies

/// The strategies' side of `tools/strategy-bench`.
struct ProblemBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "problem-bench",
    abstract: "Hold the strategies against test problems, and time them; started by tools/strategy-bench.",
    shouldDisplay: false)

  @Option(help: "How many runs, with the seeds from 1 on.")
  var seeds = 10

  @Option(
    help: "The parts, separated by commas: large, small, times, fronts, studies.",
    transform: { try names(in: $0, noun: "part") })
  var only: [ProblemBench.Part] = ProblemBench.Part.allCases

  @Option(help: "The configuration of the space that studies search.")
  var space: String

  @Option(help: "How many trials a study has.")
  var trials = 10_000

  @Option(help: "How many workers the simulated cluster has.")
  var workers = 1

  @Option(help: "The share of simulated trainings that fail.")
  var failures = 0.0

  @Option(help: "Only strategies whose name begins with this.")
  var strategy = ""

  func validate() throws {
    if seeds < 1 { throw ValidationError("--seeds must be at least 1, got \(seeds)") }
    if trials < 20 { throw ValidationError("--trials must be at least 20, got \(trials)") }
    if workers < 1 { throw ValidationError("--workers must be at least 1, got \(workers)") }
    guard 0...1 ~= failures else { throw ValidationError("--failures must be from 0 to 1, got \(failures)") }
  }

  func run() throws {
    let entrants = ProblemBench.entrants.filter { $0.name.hasPrefix(strategy) }
    try reportingFailures {
      for part in only {
        switch part {
        case .large: try printQualities { try ProblemBench.large(seeds: seeds, telling: $0) }
        case .small: try printQualities { try ProblemBench.small(entrants, seeds: seeds, telling: $0) }
        case .times: try printTimings { try ProblemBench.times(entrants, telling: $0) }
        case .fronts: try printTimings { try ProblemBench.fronts(telling: $0) }
        case .studies: try printStudies()
        }
      }
    }
  }

  private func printQualities(_ measure: ((ProblemBench.Quality) throws -> Void) throws -> Void) throws {
    var table = TextTable([
      ("strategy", .left), ("problem", .left), ("reference", .left), ("trials", .right),
      ("median %", .right), ("lowest %", .right), ("highest %", .right), ("s a run", .right),
    ])
    try measure { quality in
      guard let spread = ParetoAnalysis.Spread(of: quality.shares.map { $0 * 100 }) else { return }
      let figures = [spread.median, spread.minimum, spread.maximum].map { NumberText.fixed($0, decimals: 2) }
      table.append(
        [
          quality.strategy, "\(quality.problem.name.rawValue), \(quality.problem.variableCount) variables",
          quality.reference.map { NumberText.fixed($0, decimals: 1) }.joined(separator: " "),
          "\(quality.trials)",
        ] + figures + [NumberText.fixed(quality.seconds / Double(quality.shares.count), decimals: 2)])
    }
    try Terminal.print(table.text + "\n")
  }

  private func printStudies() throws {
    var table = TextTable([
      ("strategy", .left), ("workers", .right), ("trials", .right), ("failed", .right),
      ("ms a trial", .right), ("ms of the last", .right), ("opening, s", .right), ("peak so far, MB", .right),
    ])
    let bench = StudyBench(try StudyConfiguration(ConfigurationFile(path: space), overrides: []))
    let cluster = SimulatedCluster.Options(
      workers: workers, failureShare: failures, scatter: 0.3, stragglerShare: 0.02)
    for name in StudyConfiguration.StrategyName.allCases where name != .grid && name != .smsEGO {
      guard name.rawValue.hasPrefix(strategy) else { continue }
      let result = try bench.run(name, trials: trials, on: cluster)
      table.append([
        result.strategy.rawValue, "\(workers)", "\(result.trials)", "\(result.failures)",
        NumberText.fixed(result.milliseconds, decimals: 3),
        NumberText.fixed(result.lastMilliseconds, decimals: 3),
        NumberText.fixed(result.openingSeconds, decimals: 2),
        NumberText.fixed(Double(result.peakBytes) / 1e6, decimals: 0),
      ])
    }
    try Terminal.print(table.text + "\n")
  }

  private func printTimings(_ measure: ((ProblemBench.Timing) throws -> Void) throws -> Void) throws {
    var table = TextTable([("what", .left), ("ms", .right)])
    try measure { table.append([$0.name, NumberText.fixed($0.milliseconds, decimals: 3)]) }
    try Terminal.print(table.text + "\n")
  }
}
