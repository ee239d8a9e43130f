/// An amount of energy.
///
/// In files it is a bare number of joules.
public struct Energy: Hashable, Comparable, Sendable {
  /// The amount in joules.
  public var joules: Double

  /// An amount in joules.
  public init(joules: Double) { self.joules = joules }

  /// No energy.
  public static let zero = Energy(joules: 0)

  /// An amount in kilowatt-hours.
  public init(kilowattHours: Double) { joules = kilowattHours * 3.6e6 }

  /// The amount in kilowatt-hours: 1 kWh = 3.6 MJ.
  public var kilowattHours: Double { joules / 3.6e6 }

  /// Orders by amount.
  public static func < (left: Energy, right: Energy) -> Bool { left.joules < right.joules }
  /// The sum.
  public static func + (left: Energy, right: Energy) -> Energy { Energy(joules: left.joules + right.joules) }
  /// The difference.
  public static func - (left: Energy, right: Energy) -> Energy { Energy(joules: left.joules - right.joules) }
  /// The amount times a factor.
  public static func * (energy: Energy, factor: Double) -> Energy { Energy(joules: energy.joules * factor) }
  /// Adds in place.
  public static func += (left: inout Energy, right: Energy) { left.joules += right.joules }
}

extension Energy: Codable {
  /// Reads a bare number of joules.
  public init(from decoder: any Decoder) throws {
    joules = try decoder.singleValueContainer().decode(Double.self)
  }

  /// Writes a bare number of joules.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(joules)
  }
}
