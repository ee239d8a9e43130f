import Numerics

/// How far the searches of each strategy had come at the same costs: the median over the seeds, and bands around it.
///
/// The costs go in equal ratios from the cheapest first trial to the least whole cost of a search, so that every search
/// has a value everywhere and none is drawn on beyond its end.
public struct ComparisonCurves: Sendable {
  /// What a curve shows.
  public enum Measure: Hashable, Sendable {
    /// The hypervolume as a share of the largest.
    case hypervolumeShare
    /// The best accuracy, R² or loss.
    case quality(QualityAxis)

    /// The name in files, such as `hypervolume_share` or `best_validation_accuracy`.
    public var key: String {
      switch self {
      case .hypervolumeShare: "hypervolume_share"
      case .quality(let axis): "best_validation_\(axis.key)"
      }
    }
  }

  /// The searches of a strategy at one cost.
  public struct Point: Sendable {
    /// The strategy.
    public var strategy: String
    /// The cost.
    public var cost: Double
    /// What is shown.
    public var measure: Measure
    /// The number of searches.
    public var searches: Int
    /// The values below which 10, 25, 50, 75 and 90 % of the searches lie; infinite where these have no value yet.
    public var quantiles: [Double]
  }

  /// The probabilities of the quantiles.
  public static let probabilities = [0.1, 0.25, 0.5, 0.75, 0.9]

  /// The points, by strategy, then by measure, then by cost.
  public let points: [Point]

  /// The curves of a comparison.
  ///
  /// - Parameter count: how many costs there are.
  public init(_ comparison: Comparison, count: Int = 100) {
    let costs = Self.costs(comparison, count: count)
    var measures = [Measure.hypervolumeShare]
    if let quality = comparison.setting.quality { measures.append(.quality(quality)) }
    var points: [Point] = []
    for strategy in comparison.strategies {
      let entries = comparison.entries(of: strategy)
      for measure in measures {
        for cost in costs {
          let values = entries.map { Self.value(of: $0, measure, at: cost, in: comparison) }
          points.append(
            Point(
              strategy: strategy, cost: cost, measure: measure, searches: values.count,
              quantiles: Self.quantiles(values)))
        }
      }
    }
    self.points = points
  }

  private static func value(
    of entry: Comparison.Entry, _ measure: Measure, at cost: Double, in comparison: Comparison
  ) -> Double {
    switch measure {
    case .hypervolumeShare: comparison.share(ofHypervolume: entry.hypervolumeCurve.value(at: cost)) ?? 0
    case .quality(let axis): axis.flipped(entry.qualityCurve.value(at: cost))
    }
  }

  /// The common costs; none where nothing was spent.
  private static func costs(_ comparison: Comparison, count: Int) -> [Double] {
    let last = comparison.equalCost
    let firsts: [Double] = comparison.entries.compactMap { entry in
      entry.search.steps.first { $0.cost > 0 }?.cost
    }
    guard last > 0 else { return [] }
    guard count > 1, let first = firsts.min(), first < last else { return [last] }
    let step: Double = (last / first).logarithm / Double(count - 1)
    var costs: [Double] = []
    for index in 0..<(count - 1) {
      let growth: Double = (step * Double(index)).exponential
      costs.append(first * growth)
    }
    return costs + [last]
  }

  /// Quantiles, linear between neighbours that are finite; infinite values are in order.
  static func quantiles(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    return probabilities.map { (probability: Double) -> Double in
      let place = probability * Double(sorted.count - 1)
      let index = Int(place)
      let rest = place - Double(index)
      guard rest > 0, index + 1 < sorted.count, sorted[index].isFinite else { return sorted[index] }
      return sorted[index] + rest * (sorted[index + 1] - sorted[index])
    }
  }
}
