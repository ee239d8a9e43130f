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
    help: "The parts, separated by commas: large, small, times, fronts, studies, staleness.",
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

  @Option(help: "The share of attempts on which the simulated worker is lost with its training.")
  var losses = 0.0

  @Option(help: "The share of simulated trainings that take ten times as long.")
  var stragglers = 0.02

  @Option(
    help:
      "How many trials a proposal does not wait for, separated by commas; by default 8, and 0,8,100,1000 for staleness.",
    transform: { try counts(in: $0) })
  var lookahead: [Int] = []

  @Option(help: "Only strategies whose name begins with this.")
  var strategy = ""

  func validate() throws {
    if seeds < 1 { throw ValidationError("--seeds must be at least 1, got \(seeds)") }
    if trials < 20 { throw ValidationError("--trials must be at least 20, got \(trials)") }
    if workers < 1 { throw ValidationError("--workers must be at least 1, got \(workers)") }
    for (name, share) in [("failures", failures), ("losses", losses), ("stragglers", stragglers)] {
      guard 0...1 ~= share else { throw ValidationError("--\(name) must be from 0 to 1, got \(share)") }
    }
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
        case .staleness:
          try printQualities {
            try ProblemBench.staleness(
              of: strategy, lookaheads: lookahead.isEmpty ? [0, 8, 100, 1000] : lookahead, seeds: seeds,
              telling: $0)
          }
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

  private func printTimings(_ measure: ((ProblemBench.Timing) throws -> Void) throws -> Void) throws {
    var table = TextTable([("what", .left), ("ms", .right)])
    try measure { table.append([$0.name, NumberText.fixed($0.milliseconds, decimals: 3)]) }
    try Terminal.print(table.text + "\n")
  }
}
