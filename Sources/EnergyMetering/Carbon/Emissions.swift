/// Grams of CO2 equivalent with bounds.
public struct Emissions: Codable, Hashable, Sendable {
  /// The best estimate.
  public var grams: Double
  /// At least.
  public var lowGrams: Double
  /// At most.
  public var highGrams: Double

  /// Grams with bounds.
  public init(grams: Double, lowGrams: Double, highGrams: Double) {
    self.grams = grams
    self.lowGrams = lowGrams
    self.highGrams = highGrams
  }

  /// The emissions of a reading at a carbon intensity in g CO2eq/kWh; the bounds multiply end to end.
  public init(of reading: EnergyReading, intensity: UncertainValue) {
    grams = reading.energy.kilowattHours * intensity.value
    lowGrams = reading.low.kilowattHours * intensity.low
    highGrams = reading.high.kilowattHours * intensity.high
  }

  /// The sum; the bounds add end to end.
  public static func + (left: Emissions, right: Emissions) -> Emissions {
    Emissions(
      grams: left.grams + right.grams, lowGrams: left.lowGrams + right.lowGrams,
      highGrams: left.highGrams + right.highGrams)
  }
}
