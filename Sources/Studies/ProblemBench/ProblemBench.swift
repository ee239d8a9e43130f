import Foundation
import Numerics
import ParetoAnalysis
import SearchSpaces
import SearchStrategies

/// The strategies held against test problems whose best front is known, and timed.
///
/// What is measured is the hypervolume of all trials of a run, as a study reports it, as a share of the exact maximum.
public enum ProblemBench {
  /// What is measured.
  public enum Part: String, CaseIterable, Sendable {
    /// NSGA-II after 10,000 and 25,000 trials.
    case large
    /// Every strategy after 200 trials of problems with ten variables.
    case small
    /// The time of a proposal with its observation near the 10,000th trial.
    case times
    /// The time of fronts and hypervolumes of 10,000 points.
    case fronts
    /// Studies of 10,000 trials on a simulated cluster.
    case studies
    /// What is lost where proposals do not wait for the trials before them.
    case staleness
  }

  /// A strategy with the options it is measured with.
  public struct Entrant: Sendable {
    /// The strategy's name, with what is unusual.
    public let name: String
    let make: @Sendable (ParameterSpace, UInt64) -> any SearchStrategy
  }

  /// A strategy's results on a problem.
  public struct Quality: Sendable {
    /// The strategy.
    public let strategy: String
    /// The problem, its number of variables and the trials of a run.
    public let problem: TestProblem
    /// The trials of each run.
    public let trials: Int
    /// The reference point.
    public let reference: [Double]
    /// The share of the greatest hypervolume that each seed's run reached, 0 to 1.
    public let shares: [Double]
    /// The time of all runs up to here.
    public let seconds: Double
  }

  /// How long something takes.
  public struct Timing: Sendable {
    /// What was timed.
    public let name: String
    /// The mean time of one, for proposals; the shortest of some, for fronts.
    public let milliseconds: Double
  }

  /// The strategies for few trials.
  public static let entrants = [
    Entrant(name: "random") { RandomSearch(space: $0, seed: $1) },
    Entrant(name: "sobol") { SobolSearch(space: $0, seed: $1) },
    Entrant(name: "evolutionary") { RegularizedEvolution(space: $0, seed: $1) },
    Entrant(name: "nsga-ii, population 20") {
      NSGAII(space: $0, seed: $1, options: NSGAII.Options(population: 20))
    },
    Entrant(name: "semoa") { SEMOA(space: $0, seed: $1) },
    Entrant(name: "motpe") { MOTPE(space: $0, seed: $1) },
    Entrant(name: "sms-ego") { SMSEGO(space: $0, seed: $1) },
  ]

  /// NSGA-II with the options of its paper on ZDT1 to 4 and 6.
  public static func large(seeds: Int, telling tell: (Quality) throws -> Void) rethrows {
    let entrant = Entrant(name: "nsga-ii, population 100") { NSGAII(space: $0, seed: $1) }
    for name in TestProblem.Name.allCases where name != .dtlz2 {
      try measure(
        entrant, on: TestProblem(name), reference: [1.1, 1.1], after: [10_000, 25_000], seeds: seeds,
        telling: tell)
    }
  }

  /// All entrants after 200 trials.
  public static func small(
    _ entrants: [Entrant] = ProblemBench.entrants, seeds: Int, telling tell: (Quality) throws -> Void
  ) rethrows {
    let cases: [(name: TestProblem.Name, reference: [Double])] = [
      (.zdt1, [11, 11]), (.zdt2, [11, 11]), (.dtlz2, [2.5, 2.5, 2.5]),
    ]
    for (name, reference) in cases {
      for entrant in entrants {
        try measure(
          entrant, on: TestProblem(name, variables: 10), reference: reference, after: [200], seeds: seeds,
          telling: tell)
      }
    }
  }

  /// The strategies that learn after 1,000 and 10,000 trials, where a proposal does not wait for so many trials before it.
  ///
  /// What a strategy knows at a proposal depends on its lookahead alone, not on how many workers there are or which is
  /// faster. So one trial after another shows what a cluster of any size would find.
  public static func staleness(
    of strategy: String, lookaheads: [Int], seeds: Int, telling tell: (Quality) throws -> Void
  ) rethrows {
    let makers: [(name: String, make: @Sendable (ParameterSpace, UInt64, Int) -> any SearchStrategy)] = [
      ("evolutionary", { RegularizedEvolution(space: $0, seed: $1, options: .init(lookahead: $2)) }),
      ("nsga-ii", { NSGAII(space: $0, seed: $1, options: .init(population: 20, lookahead: $2)) }),
      ("motpe", { MOTPE(space: $0, seed: $1, options: .init(lookahead: $2)) }),
    ]
    for (name, make) in makers where name.hasPrefix(strategy) {
      for lookahead in lookaheads {
        try measure(
          Entrant(name: "\(name), lookahead \(lookahead)") { make($0, $1, lookahead) },
          on: TestProblem(.zdt1, variables: 10), reference: [11, 11], after: [1_000, 10_000], seeds: seeds,
          telling: tell)
      }
    }
  }

  /// The time of a proposal with the observation of a trial, over the last 500 of 10,000 trials.
  public static func times(
    _ entrants: [Entrant] = ProblemBench.entrants, telling tell: (Timing) throws -> Void
  ) rethrows {
    let clock = ContinuousClock()
    for problem in [TestProblem(.zdt1), TestProblem(.dtlz2)] {
      for entrant in entrants {
        var run = ProblemRun(of: entrant.make(problem.space, 1), on: problem)
        run.advance(to: 9_500)
        let begin = clock.now
        run.advance(to: 10_000)
        let milliseconds = (clock.now - begin) / .seconds(1) * 1e3 / 500
        try tell(Timing(name: "\(entrant.name) on \(problem.name.rawValue)", milliseconds: milliseconds))
      }
    }
  }

  /// The times of fronts, hypervolumes and contributions of 10,000 points.
  public static func fronts(telling tell: (Timing) throws -> Void) rethrows {
    let count = 10_000
    for dimension in [2, 3] {
      var stream = RandomStream(seed: 1, trial: dimension, purpose: "points")
      let cube = (0..<count).map { _ in (0..<dimension).map { _ in stream.uniform() } }
      // On a sphere around the reference no point dominates another.
      let sphere = cube.map { point in
        let length = point.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return point.map { 1 - $0 / length }
      }
      let reference = [Double](repeating: 1.1, count: dimension)
      for (kind, points) in [("in a cube", cube), ("on a front", sphere)] {
        let name = "\(count) points \(kind), \(dimension) objectives"
        try tell(
          Timing(
            name: "front and hypervolume of \(name)",
            milliseconds: shortest {
              let front = nonDominatedIndexes(of: points).map { points[$0] }
              return hypervolume(of: front, reference: reference)
            }))
      }
      if dimension == 2 {
        try tell(
          Timing(
            name: "contributions of \(count) points on a front, 2 objectives",
            milliseconds: shortest { hypervolumeContributions(of: sphere, reference: reference)[0] }))
      }
    }
  }

  /// The shortest time of seven calls.
  private static func shortest(_ work: () -> Double) -> Double {
    let clock = ContinuousClock()
    return (0..<7).map { _ in
      let begin = clock.now
      let result = work()
      let milliseconds = (clock.now - begin) / .seconds(1) * 1e3
      return result.isNaN ? .infinity : milliseconds
    }.min() ?? 0
  }

  private static func measure(
    _ entrant: Entrant, on problem: TestProblem, reference: [Double], after counts: [Int], seeds: Int,
    telling tell: (Quality) throws -> Void
  ) rethrows {
    let clock = ContinuousClock()
    let begin = clock.now
    var runs = (1...UInt64(seeds)).map { ProblemRun(of: entrant.make(problem.space, $0), on: problem) }
    for count in counts {
      for index in runs.indices { runs[index].advance(to: count) }
      try tell(
        Quality(
          strategy: entrant.name, problem: problem, trials: count, reference: reference,
          shares: runs.map { $0.hypervolumeShare(reference: reference) },
          seconds: (clock.now - begin) / .seconds(1)))
    }
  }
}
