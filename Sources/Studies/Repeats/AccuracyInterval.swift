import Numerics

/// How far the accuracy of a candidate is known: an interval that holds the accuracy expected of its trainings nine times
/// in ten.
///
/// Of one training, with a share p of n validation samples right, it is the score interval of Wilson (1927, "Probable inference,
/// the law of succession, and statistical inference", JASA 22): (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), z = 1.645.
///
/// With several seeds, p is their mean. All of them were measured on the same samples, so that n does not grow by them, and how
/// the mean of m trainings errs for its seeds comes on top: t · s / √m, s being their standard deviation and t Student's
/// 95 % quantile for m − 1 degrees of freedom. Both are squared and added on each side (Newcombe 1998, "Interval estimation for
/// the difference between independent proportions", Statistics in Medicine 17, method 10), within 0 ... 1.
///
/// ```swift
/// AccuracyInterval(accuracies: [0.9], sampleCount: 360)         // 0.871 ... 0.923
/// AccuracyInterval(accuracies: [0.9, 0.91], sampleCount: 360)   // 0.862 ... 0.944
/// ```
public struct AccuracyInterval: Hashable, Sendable {
  /// The mean of the trainings.
  public let mean: Double
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// The 95 % quantile of the standard normal distribution.
  private static let quantile = 1.6448536269514722

  /// The interval of some trainings of one candidate.
  ///
  /// - Parameters:
  ///   - accuracies: the validation accuracy of each, from 0 to 1.
  ///   - sampleCount: the number of samples that each was measured on.
  /// - Returns: nil without a training or a sample.
  public init?(accuracies: [Double], sampleCount: Int) {
    guard !accuracies.isEmpty, sampleCount > 0 else { return nil }
    mean = min(max(SeedMean(accuracies).mean, 0), 1)
    let count = Double(sampleCount)
    let square = Self.quantile * Self.quantile
    let middle = (mean + square / (2 * count)) / (1 + square / count)
    let half =
      Self.quantile / (1 + square / count)
      * (mean * (1 - mean) / count + square / (4 * count * count)).squareRoot()
    // Rounding must not put an end beyond the mean.
    let (below, above) = (max(0, mean - (middle - half)), max(0, middle + half - mean))
    let seeds = SeedMean(accuracies).halfWidth
    low = max(0, mean - (below * below + seeds * seeds).squareRoot())
    high = min(1, mean + (above * above + seeds * seeds).squareRoot())
  }
}

/// The mean of a figure over trainings of one candidate with several seeds.
struct SeedMean {
  /// The mean; of equal figures that figure to the last bit.
  let mean: Double
  /// The number of trainings.
  let count: Int
  /// The standard deviation between the seeds, n − 1 in the denominator; 0 for one training.
  let deviation: Double

  /// - Precondition: at least one figure, all finite.
  init(_ figures: [Double]) {
    count = figures.count
    let first = figures[0]
    mean = first + figures.reduce(0) { $0 + ($1 - first) } / Double(count)
    deviation = count > 1 ? Statistics.standardDeviation(figures) : 0
  }

  /// The deviation of the mean.
  var standardError: Double { deviation / Double(count).squareRoot() }

  /// Student's degrees of freedom of the deviation.
  var degreesOfFreedom: Double { Double(count - 1) }

  /// Half the width of the 90 % interval of the mean, by Student's distribution; 0 for one training.
  var halfWidth: Double {
    guard count > 1, deviation > 0 else { return 0 }
    return Statistics.studentQuantile(0.95, degreesOfFreedom: degreesOfFreedom) * standardError
  }
}
