import EnergyMetering

extension Energy {
  /// The units of an amount of energy as people write it, in joules, the largest first.
  private static let units: [(name: String, joules: Double)] = [
    ("MWh", 3.6e9), ("kWh", 3.6e6), ("Wh", 3.6e3), ("MJ", 1e6), ("kJ", 1e3), ("J", 1),
  ]

  /// The names of the units that an amount may be written in.
  public static var unitNames: [String] { units.map(\.name) }

  /// The amount in the largest watt-hour or joule unit that it fills and that reads back to the same bits.
  public var text: String {
    for unit in Self.units where unit.name != "MJ" {
      let amount = joules / unit.joules
      guard abs(amount) >= 1 || unit.name == "J" else { continue }
      let digits = amount == amount.rounded() && abs(amount) < 1e15 ? String(Int(amount)) : String(amount)
      let text = "\(digits) \(unit.name)"
      if (try? Energy(parsing: text))?.joules == joules { return text }
    }
    return "\(joules) J"
  }
}
