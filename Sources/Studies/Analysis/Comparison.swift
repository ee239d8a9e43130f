import EnergyMetering
import Numerics
import ParetoAnalysis
import SearchSpaces

/// Several searches of one space, strategies against strategies, each over the same seeds.
///
/// Searches with the same seed share the split of the data, so they are pairs.
public struct Comparison: Sendable {
  /// One search of a comparison.
  public struct Entry: Sendable {
    /// The strategy's name.
    public var strategy: String
    /// The seed.
    public var seed: UInt64
    /// The search.
    public var run: RunRecord
    /// Its front, against the comparison's common reference point.
    public var front: TrialFront
    /// The cost up to and including the first trial that reached the target; nil if none did.
    public var toTarget: Reach?

    /// The validation accuracy, or R² of a regression, of the trial that does best; 0 if none was completed.
    public var bestQuality: Double { run.quality.validation(run.mostAccurate?.outcome) ?? 0 }
  }

  /// What it took to reach the target.
  public struct Reach: Sendable {
    /// Σ T_h up to there, in kWh.
    public var kilowattHours: Double
    /// The number of trials up to there.
    public var trials: Int
  }

  /// All searches, in the order of strategies and then of seeds.
  public let entries: [Entry]
  /// The strategies in order.
  public let strategies: [String]
  /// What costs are compared at: accuracy, or R² of a regression.
  public let quality: QualityMeasure
  /// The validation accuracy, or R², that costs are compared at.
  public let target: Double
  /// Whether the user chose the target.
  public let targetIsChosen: Bool
  /// The reference point of all hypervolumes, as losses.
  public let reference: [Double]

  /// A comparison of finished searches.
  ///
  /// - Parameters:
  ///   - runs: the searches with their strategy and seed.
  ///   - target: the validation accuracy, or R², to compare costs at; nil takes the highest that the median search of every
  ///     strategy reaches.
  public init(runs: [(strategy: String, seed: UInt64, run: RunRecord)], target chosenTarget: Double?) {
    let strategies = runs.map(\.strategy).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let quality = runs.first?.run.quality ?? .accuracy
    func qualities(_ strategy: String) -> [Double] {
      runs.filter { $0.strategy == strategy }.map { quality.validation($0.run.mostAccurate?.outcome) ?? 0 }
    }
    // Of an even number the lower middle one: the mean of two is a value that only half of the searches reach.
    func medianQuality(_ strategy: String) -> Double {
      let sorted = qualities(strategy).sorted()
      return sorted[(sorted.count - 1) / 2]
    }
    let target = chosenTarget ?? strategies.map(medianQuality).min() ?? 0
    let objectives = runs.first?.run.configuration.objectives ?? []
    let points = runs.flatMap { entry in
      entry.run.trials(in: .completed).compactMap { $0.losses(objectives, among: entry.run.trials) }
    }
    let reference = TrialFront.reference(for: points, objectives: objectives)
    self.strategies = strategies
    self.target = target
    self.quality = quality
    self.reference = reference
    targetIsChosen = chosenTarget != nil
    entries = runs.map { entry in
      Entry(
        strategy: entry.strategy, seed: entry.seed, run: entry.run,
        front: entry.run.front(reference: reference),
        toTarget: Self.reach(target, of: quality, in: entry.run.trials))
    }
  }

  /// The searches of a strategy, by seed.
  public func entries(of strategy: String) -> [Entry] { entries.filter { $0.strategy == strategy } }

  /// The median cost of reaching the target, searches that never did counted as dearer than all; nil if the median
  /// search never did.
  public func medianCostToTarget(of strategy: String) -> Double? {
    let costs = entries(of: strategy).map { $0.toTarget?.kilowattHours ?? .infinity }.sorted()
    guard !costs.isEmpty else { return nil }
    let upper = costs[costs.count / 2]
    let median = costs.count % 2 == 1 ? upper : (costs[costs.count / 2 - 1] + upper) / 2
    return median.isFinite ? median : nil
  }

  /// The strategy that reaches the target for the least energy in the median; nil if no median search does.
  public var cheapest: String? {
    strategies.compactMap { strategy in medianCostToTarget(of: strategy).map { (strategy, $0) } }
      .min { $0.1 < $1.1 }?.0
  }

  /// How two strategies' costs of reaching the target stand to each other.
  public struct Contest: Sendable {
    /// In how many seeds the first was cheaper.
    public var wins: Int
    /// In how many seeds the second was cheaper.
    public var losses: Int
    /// Mann and Whitney's two-sided p-value.
    public var pValue: Double
  }

  /// Holds one strategy's costs of reaching the target against another's.
  public func contest(_ first: String, _ second: String) -> Contest {
    let firstCosts = entries(of: first).map(\.toTarget?.kilowattHours)
    let secondCosts = entries(of: second).map(\.toTarget?.kilowattHours)
    let beyondAll = 2 * ((firstCosts + secondCosts).compactMap(\.self).max() ?? 1)
    let pairs = zip(firstCosts, secondCosts).map { ($0 ?? beyondAll, $1 ?? beyondAll) }
    let test = RankSumTest(firstCosts.map { $0 ?? beyondAll }, secondCosts.map { $0 ?? beyondAll })
    return Contest(
      wins: pairs.count { $0.0 < $0.1 }, losses: pairs.count { $0.0 > $0.1 }, pValue: test.pValue)
  }

  private static func reach(_ target: Double, of quality: QualityMeasure, in trials: [Trial]) -> Reach? {
    var cost = 0.0
    for trial in trials {
      cost += trial.energy?.energy.kilowattHours ?? 0
      if let value = quality.validation(trial.outcome), value >= target {
        return Reach(kilowattHours: cost, trials: trial.number + 1)
      }
    }
    return nil
  }
}
