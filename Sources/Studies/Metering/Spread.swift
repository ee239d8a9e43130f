import Numerics

/// Where some values of one quantity lie.
public struct Spread: Codable, Hashable, Sendable {
  /// The arithmetic mean.
  public var mean: Double
  /// The least value.
  public var minimum: Double
  /// The greatest value.
  public var maximum: Double
  /// The sample standard deviation; nil for a single value.
  public var standardDeviation: Double?

  /// The spread of some values.
  ///
  /// - Precondition: there is at least one value, and all are finite.
  public init(of values: [Double]) {
    mean = Statistics.mean(values)
    minimum = values.min() ?? mean
    maximum = values.max() ?? mean
    standardDeviation = values.count > 1 ? Statistics.standardDeviation(values) : nil
  }
}
