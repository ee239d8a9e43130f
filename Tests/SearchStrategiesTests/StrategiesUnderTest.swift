import SearchSpaces
import SearchStrategies
import Testing

/// A strategy that the conformance suite checks.
struct StrategyUnderTest: Sendable {
  let name: String
  /// Whether it walks the grid, and so needs one and ends with it.
  var walksGrid = false
  /// Whether the seed decides on its proposals.
  var isSeeded = true
  let make: @Sendable (ParameterSpace, UInt64) throws -> any SearchStrategy
}

/// All strategies. A further one is a further line.
let strategiesUnderTest = [
  StrategyUnderTest(name: "random") { RandomSearch(space: $0, seed: $1) },
  StrategyUnderTest(name: "grid, shuffled", walksGrid: true) {
    GridSearch(space: $0, gridSize: try $0.requiredGridSize(), order: .shuffled, seed: $1)
  },
  StrategyUnderTest(name: "grid, lexicographic", walksGrid: true, isSeeded: false) {
    GridSearch(space: $0, gridSize: try $0.requiredGridSize(), order: .lexicographic, seed: $1)
  },
  StrategyUnderTest(name: "evolutionary") { RegularizedEvolution(space: $0, seed: $1) },
  StrategyUnderTest(name: "evolutionary, few alive, one at a time") {
    RegularizedEvolution(
      space: $0, seed: $1, options: RegularizedEvolution.Options(population: 3, sample: 2, lookahead: 0))
  },
  StrategyUnderTest(name: "evolutionary, looking further ahead than it has alive") {
    RegularizedEvolution(
      space: $0, seed: $1, options: RegularizedEvolution.Options(population: 4, sample: 9, lookahead: 12))
  },
  StrategyUnderTest(name: "evolutionary, inheriting") {
    RegularizedEvolution(
      space: $0, seed: $1,
      options: RegularizedEvolution.Options(population: 5, sample: 2, lookahead: 3, inheritsWeights: true))
  },
  StrategyUnderTest(name: "nsga-ii, inheriting") {
    NSGAII(
      space: $0, seed: $1, options: NSGAII.Options(population: 6, lookahead: 2, inheritsWeights: true))
  },
  StrategyUnderTest(name: "semoa, inheriting") {
    SEMOA(
      space: $0, seed: $1,
      options: SEMOA.Options(population: 6, lookahead: 2, capacity: 5, inheritsWeights: true))
  },
  StrategyUnderTest(name: "sobol") { SobolSearch(space: $0, seed: $1) },
  StrategyUnderTest(name: "nsga-ii") { NSGAII(space: $0, seed: $1) },
  StrategyUnderTest(name: "nsga-ii, few alive") {
    NSGAII(space: $0, seed: $1, options: NSGAII.Options(population: 4))
  },
  StrategyUnderTest(name: "nsga-ii, looking ahead") {
    NSGAII(space: $0, seed: $1, options: NSGAII.Options(population: 16, lookahead: 16))
  },
  StrategyUnderTest(name: "semoa") { SEMOA(space: $0, seed: $1) },
  StrategyUnderTest(name: "semoa, few parents, looking ahead") {
    SEMOA(space: $0, seed: $1, options: SEMOA.Options(population: 4, lookahead: 6, capacity: 3))
  },
  StrategyUnderTest(name: "motpe") { MOTPE(space: $0, seed: $1) },
  StrategyUnderTest(name: "motpe, sixteen ahead") {
    MOTPE(space: $0, seed: $1, options: MOTPE.Options(startup: 5, candidates: 8, lookahead: 16))
  },
  // Models of few trials: the suite asks for hundreds of thousands of proposals.
  StrategyUnderTest(name: "sms-ego, small models") {
    SMSEGO(
      space: $0, seed: $1,
      options: SMSEGO.Options(startup: 5, modelled: 12, candidates: 8, generations: 2, lookahead: 0))
  },
  StrategyUnderTest(name: "sms-ego, small models, sixteen ahead") {
    SMSEGO(
      space: $0, seed: $1,
      options: SMSEGO.Options(startup: 8, modelled: 16, candidates: 6, generations: 2, lookahead: 16))
  },
]

/// A strategy on a space.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
  let strategy: StrategyUnderTest
  let space: SpaceUnderTest

  var testDescription: String { "\(strategy.name) on \(space.name)" }

  /// How many proposals there are until nil; nil for no end.
  var proposalCount: Int? { strategy.walksGrid ? space.cells : space.points }

  func makeStrategy(seed: UInt64 = 7) throws -> any SearchStrategy {
    try strategy.make(space.makeSpace().choices, seed)
  }

  /// Every strategy on every space that it can search.
  static let all = strategiesUnderTest.flatMap { strategy in
    spacesUnderTest.filter { !strategy.walksGrid || $0.cells != nil }
      .map { ConformanceCase(strategy: strategy, space: $0) }
  }
}
