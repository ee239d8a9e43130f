/// Watts between a lowest and a highest value, with the value in between that stands for them.
public struct PowerBand: Codable, Hashable, Sendable {
  /// Watts at least.
  public var low: Double
  /// The best estimate in watts.
  public var central: Double
  /// Watts at most.
  public var high: Double

  /// A band with a given best estimate, which is moved into the band if it lies outside.
  public init(low: Double, central: Double, high: Double) {
    precondition(0 <= low && low <= high, "a power band needs 0 <= low <= high")
    self.low = low
    self.central = min(max(central, low), high)
    self.high = high
  }

  /// A band with the geometric mean as its best estimate.
  ///
  /// The ends differ by a factor, not by a sum: at the geometric mean the estimate is wrong by at most the same
  /// factor either way.
  public init(low: Double, high: Double) {
    self.init(low: low, central: (low * high).squareRoot(), high: high)
  }

  /// Energy of this power over a time in seconds.
  func reading(seconds: Double, provenance: EnergyProvenance) -> EnergyReading {
    EnergyReading(
      energy: Energy(joules: central * seconds), low: Energy(joules: low * seconds),
      high: Energy(joules: high * seconds), provenance: provenance)
  }
}
