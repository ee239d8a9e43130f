/// An interval for a statistic of a sample, from samples drawn out of it again.
///
/// The percentile interval of Efron 1979, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1):
/// as many subjects as there are, each drawn with replacement, give one value of the statistic, and the interval holds the
/// middle of many such values. It assumes no distribution and is fair from about ten subjects.
///
/// ```swift
/// var stream = RandomStream(seed: 7, purpose: "bootstrap")
/// BootstrapInterval(differenceOfMedians: [1, 2, 3], [2, 4, 6], using: &stream).estimate  // −2
/// ```
public struct BootstrapInterval: Hashable, Sendable {
  /// The statistic of the sample itself.
  public let estimate: Double
  /// The interval's lower end; may be infinite where the statistic may.
  public let low: Double
  /// The interval's upper end; may be infinite where the statistic may.
  public let high: Double
  /// The share of drawn samples that the interval leaves in its middle.
  public let confidence: Double

  /// How many samples are drawn where nothing is said.
  public static let resamples = 2000

  /// The interval of any statistic.
  ///
  /// - Parameters:
  ///   - count: the number of subjects.
  ///   - statistic: its value for the subjects of the given indexes; infinite values are in order, NaN is not.
  /// - Precondition: at least one subject and one resample, 0 < confidence < 1.
  /// - Complexity: O(*resamples* · (*n* + the statistic)).
  public init(
    count: Int, resamples: Int = BootstrapInterval.resamples, confidence: Double = 0.95,
    using stream: inout RandomStream, statistic: ([Int]) -> Double
  ) {
    precondition(count > 0 && resamples > 0, "a bootstrap needs subjects and resamples")
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1")
    estimate = statistic(Array(0..<count))
    self.confidence = confidence
    var drawn = [Int](repeating: 0, count: count)
    var values: [Double] = []
    values.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for position in 0..<count { drawn[position] = stream.integer(below: count) }
      values.append(statistic(drawn))
    }
    values.sort()
    // No interpolation: neighbours may be infinite.
    let tail = Int((Double(resamples) * (1 - confidence) / 2).rounded(.down))
    low = values[tail]
    high = values[resamples - 1 - tail]
  }

  /// The interval of median(first) − median(second), where values at the same place are a pair: pairs are drawn, so what
  /// both have in common, such as a split of the data, does not widen the interval.
  ///
  /// A value may be infinite, for what never came; two infinite medians differ by 0.
  ///
  /// - Precondition: as many values on both sides, at least one, none of them NaN.
  public init(
    differenceOfMedians first: [Double], _ second: [Double], resamples: Int = BootstrapInterval.resamples,
    confidence: Double = 0.95, using stream: inout RandomStream
  ) {
    precondition(first.count == second.count, "pairs need as many values on both sides")
    self.init(count: first.count, resamples: resamples, confidence: confidence, using: &stream) { indexes in
      let (one, other) = (Self.median(first, at: indexes), Self.median(second, at: indexes))
      return one == other ? 0 : one - other
    }
  }

  /// The median of the values at some places, infinite ones in order.
  private static func median(_ values: [Double], at indexes: [Int]) -> Double {
    let sorted = indexes.map { values[$0] }.sorted()
    let upper = sorted[sorted.count / 2]
    return sorted.count % 2 == 1 ? upper : (sorted[sorted.count / 2 - 1] + upper) / 2
  }
}
