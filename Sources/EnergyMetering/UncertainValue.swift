/// A number of zero or more with a lower and an upper bound, such as a power usage effectiveness or a carbon
/// intensity.
///
/// ```swift
/// let pue = UncertainValue(1.1, low: 1.05, high: 1.2)
/// let atTheMachine = EnergyReading(…)
/// let atTheSite = atTheMachine * pue
/// ```
public struct UncertainValue: Codable, Hashable, Sendable {
  /// The best estimate.
  public var value: Double
  /// The lower bound.
  public var low: Double
  /// The upper bound.
  public var high: Double

  /// A number with its bounds.
  ///
  /// - Precondition: `0 <= low <= value <= high`, and all are finite.
  public init(_ value: Double, low: Double, high: Double) {
    precondition(
      low >= 0 && low <= value && value <= high && high.isFinite,
      "an uncertain value needs finite 0 <= low <= value <= high")
    self.value = value
    self.low = low
    self.high = high
  }

  /// A number that is taken as exact.
  public init(exactly value: Double) { self.init(value, low: value, high: value) }

  /// Whether the bounds are the number itself.
  public var isExact: Bool { low == high }
}

extension EnergyReading {
  /// The reading times an uncertain factor: the bounds multiply end to end, so that the product is never narrower
  /// than with the factor's best estimate alone.
  public static func * (reading: EnergyReading, factor: UncertainValue) -> EnergyReading {
    EnergyReading(
      energy: reading.energy * factor.value, low: reading.low * factor.low, high: reading.high * factor.high,
      provenance: reading.provenance)
  }
}
