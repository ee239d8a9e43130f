import EnergyMetering

/// An amount of energy in kWh with its bounds, added up in kWh: a sum of the figures of a table is then the sum that
/// anyone gets who adds the table's column, to the last bit.
public struct KilowattHours: Hashable, Sendable {
  /// The best estimate.
  public var estimate: Double
  /// At least.
  public var low: Double
  /// At most.
  public var high: Double

  /// Nothing.
  public static let zero = KilowattHours(estimate: 0, low: 0, high: 0)

  /// An amount with its bounds.
  public init(estimate: Double, low: Double, high: Double) {
    self.estimate = estimate
    self.low = low
    self.high = high
  }

  /// A reading's amount; nothing for no reading.
  public init(_ reading: EnergyReading?) {
    self.init(
      estimate: reading?.energy.kilowattHours ?? 0, low: reading?.low.kilowattHours ?? 0,
      high: reading?.high.kilowattHours ?? 0)
  }

  /// The sums of the first reading, of the first two, and so on; no reading counts nothing.
  public static func cumulative(_ readings: [EnergyReading?]) -> [KilowattHours] {
    var sum = zero
    return readings.map { reading in
      sum = sum + KilowattHours(reading)
      return sum
    }
  }

  /// The sum; the bounds add end to end.
  public static func + (left: KilowattHours, right: KilowattHours) -> KilowattHours {
    KilowattHours(
      estimate: left.estimate + right.estimate, low: left.low + right.low, high: left.high + right.high)
  }
}
