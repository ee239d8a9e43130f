import Foundation

/// One objective of some trials with a mean of 0 and a variance of 1, as a Gaussian process expects it.
///
/// A trial that is behind the median by more than three times what the best is before it says little about where the
/// good ones are, but would flatten the differences among them. It counts as if it were no worse than that, unless it is
/// on the front.
struct ObjectiveScale: Sendable {
  private let ceiling: Double
  private let mean: Double
  private let deviation: Double

  /// The scale of some values.
  ///
  /// - Parameters:
  ///   - values: an objective of each trial, not empty.
  ///   - frontCeiling: the greatest value on the front.
  init(of values: [Double], frontCeiling: Double) {
    let sorted = values.sorted()
    let (best, median) = (sorted[0], sorted[sorted.count / 2])
    ceiling = median > best ? max(median + 3 * (median - best), frontCeiling) : sorted[sorted.count - 1]
    let limit = ceiling
    let mean = values.reduce(0) { $0 + min($1, limit) } / Double(values.count)
    let square = values.reduce(0) { $0 + (min($1, limit) - mean) * (min($1, limit) - mean) }
    self.mean = mean
    let deviation = (square / Double(values.count)).squareRoot()
    self.deviation = deviation > 0 ? deviation : 1
  }

  /// A value on the scale.
  func callAsFunction(_ value: Double) -> Double { (min(value, ceiling) - mean) / deviation }
}
