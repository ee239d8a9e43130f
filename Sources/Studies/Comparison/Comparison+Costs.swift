import Numerics

extension Comparison {
  /// What it took a strategy to reach the target.
  public struct CostToTarget: Sendable {
    /// How many searches reached it.
    public var reached: Int
    /// The median by Kaplan and Meier: a search that never reached it is known up to its whole cost, and no further; nil
    /// where the searches do not show a median.
    public var median: Double?
    /// The lower end of the median's 95 % bootstrap interval over the seeds; infinite where none is shown.
    public var low: Double
    /// The upper end; infinite where none is shown.
    public var high: Double
  }

  /// The cost of reaching the target with its interval.
  public func costToTarget(of strategy: String) -> CostToTarget {
    let observations = entries(of: strategy).map { entry -> SurvivalCurve.Observation in
      entry.toTarget.map { .event(at: $0.cost) } ?? .censored(at: entry.cost)
    }
    var stream = stream("median-" + strategy)
    let interval = BootstrapInterval(count: observations.count, using: &stream) { indexes in
      SurvivalCurve(indexes.map { observations[$0] }).median ?? .infinity
    }
    return CostToTarget(
      reached: observations.count { if case .event = $0 { true } else { false } },
      median: interval.estimate.isFinite ? interval.estimate : nil, low: interval.low, high: interval.high)
  }

  /// The median cost of reaching the target; nil if the searches do not show one.
  public func medianCostToTarget(of strategy: String) -> Double? {
    SurvivalCurve(
      entries(of: strategy).map { entry in
        entry.toTarget.map { .event(at: $0.cost) } ?? .censored(at: entry.cost)
      }
    ).median
  }

  /// The strategy that reaches the target for the least cost in the median; nil if no median search does.
  public var cheapest: String? {
    strategies.compactMap { strategy in medianCostToTarget(of: strategy).map { (strategy, $0) } }
      .min { $0.1 < $1.1 }?.0
  }

  /// How two strategies stand to each other.
  ///
  /// A search that never reached the target counts as dearer than all that did.
  public struct Contest: Sendable {
    /// The first strategy.
    public var first: String
    /// The second strategy.
    public var second: String
    /// In how many seeds the first was cheaper.
    public var wins: Int
    /// In how many seeds the second was cheaper.
    public var losses: Int
    /// Mann and Whitney's two-sided p-value of the costs.
    public var pValue: Double
    /// Vargha and Delaney's Â₁₂: the probability that a search of the first is cheaper, ties counted half.
    public var effectSize: Double
    /// The first's median cost less the second's, with its 95 % bootstrap interval over the pairs.
    public var difference: BootstrapInterval
    /// Â₁₂ of the hypervolumes at equal cost: the probability that the first has the larger one.
    public var hypervolumeEffectSize: Double
    /// Mann and Whitney's p-value of the hypervolumes at equal cost.
    public var hypervolumePValue: Double
  }

  /// All pairs of strategies, in order.
  public var contests: [Contest] {
    var contests: [Contest] = []
    for (position, first) in strategies.enumerated() {
      for second in strategies.dropFirst(position + 1) { contests.append(contest(first, second)) }
    }
    return contests
  }

  /// Holds one strategy's searches against another's.
  public func contest(_ first: String, _ second: String) -> Contest {
    let (firstEntries, secondEntries) = (entries(of: first), entries(of: second))
    let firstCosts: [Double] = firstEntries.map { $0.toTarget?.cost ?? .infinity }
    let secondCosts: [Double] = secondEntries.map { $0.toTarget?.cost ?? .infinity }
    let pairs = zip(firstCosts, secondCosts)
    let test = RankSumTest(Self.finite(firstCosts, secondCosts), Self.finite(secondCosts, firstCosts))
    let volumes = RankSumTest(
      firstEntries.map { $0.hypervolumeCurve.value(at: equalCost) },
      secondEntries.map { $0.hypervolumeCurve.value(at: equalCost) })
    var stream = stream("difference-\(first)-\(second)")
    return Contest(
      first: first, second: second, wins: pairs.count { $0.0 < $0.1 }, losses: pairs.count { $0.0 > $0.1 },
      pValue: test.pValue, effectSize: 1 - test.effectSize,
      difference: BootstrapInterval(differenceOfMedians: firstCosts, secondCosts, using: &stream),
      hypervolumeEffectSize: volumes.effectSize, hypervolumePValue: volumes.pValue)
  }

  /// Costs with a finite one, dearer than all of both sides, in place of each infinite one.
  private static func finite(_ costs: [Double], _ others: [Double]) -> [Double] {
    var dearest: Double = 0
    for cost in costs where cost.isFinite { dearest = max(dearest, cost) }
    for cost in others where cost.isFinite { dearest = max(dearest, cost) }
    let beyondAll: Double = dearest * 2 + 1
    return costs.map { $0.isFinite ? $0 : beyondAll }
  }
}
