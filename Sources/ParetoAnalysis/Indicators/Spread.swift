import Numerics

/// Five numbers that say where the results of several runs lie.
///
/// ```swift
/// Spread(of: [3, 1, 2, 5, 4])?.median  // 3
/// ```
public struct Spread: Hashable, Codable, Sendable {
  /// How many values there are.
  public let count: Int
  /// The smallest value.
  public let minimum: Double
  /// The value below which a quarter lies, linear between neighbours.
  public let lowerQuartile: Double
  /// The middle value.
  public let median: Double
  /// The value below which three quarters lie, linear between neighbours.
  public let upperQuartile: Double
  /// The largest value.
  public let maximum: Double

  /// The width of the middle half.
  public var interquartileRange: Double { upperQuartile - lowerQuartile }

  /// The spread of the values, in their unit; `nil` when there is none.
  ///
  /// - Precondition: all values are finite.
  /// - Complexity: O(*n* log *n*).
  public init?(of values: [Double]) {
    guard !values.isEmpty else { return nil }
    let quantiles = Statistics.quantiles(values, at: [0, 0.25, 0.5, 0.75, 1])
    count = values.count
    minimum = quantiles[0]
    lowerQuartile = quantiles[1]
    median = quantiles[2]
    upperQuartile = quantiles[3]
    maximum = quantiles[4]
  }
}
