import EnergyMetering

/// An amount of energy that is predicted, with the interval in which the metered one is expected nine times in ten.
///
/// The interval is about the prediction alone. What the meter's own figure is worth its provenance says.
public struct Quote: Codable, Hashable, Sendable {
  /// The best estimate in joules.
  public var joules: Double
  /// The lower end of the 90 % interval in joules.
  public var low: Double
  /// The upper end.
  public var high: Double

  /// A quote.
  public init(joules: Double, low: Double, high: Double) {
    self.joules = joules
    self.low = low
    self.high = high
  }

  /// Nothing.
  public static let zero = Quote(joules: 0, low: 0, high: 0)

  /// The sum. The errors of predictions by one model have common causes, so that the ends add up.
  public static func + (left: Quote, right: Quote) -> Quote {
    Quote(joules: left.joules + right.joules, low: left.low + right.low, high: left.high + right.high)
  }

  /// The bounds for people, such as `7.20 J – 38.1 J`.
  public var formattedBounds: String {
    "\(Energy(joules: low).formatted) – \(Energy(joules: high).formatted)"
  }
}
