import Foundation

/// A unit in which amounts of energy are shown.
struct EnergyUnit: Sendable {
  let symbol: String
  let joules: Double

  static let all = [
    EnergyUnit(symbol: "MWh", joules: 3.6e9), EnergyUnit(symbol: "kWh", joules: 3.6e6),
    EnergyUnit(symbol: "Wh", joules: 3.6e3),
  ]

  /// The largest unit in which the amount, rounded to what is shown, is at least one.
  static func best(for joules: Double) -> EnergyUnit {
    all.first { abs(joules) / $0.joules >= 0.9995 } ?? EnergyUnit(symbol: "J", joules: 1)
  }

  /// Any number with three significant digits.
  static func threeDigits(_ value: Double) -> String { EnergyUnit(symbol: "", joules: 1).digits(of: value) }

  /// The amount in this unit with three significant digits.
  func digits(of amount: Double) -> String {
    let value = amount / joules
    if value == 0 { return "0" }
    if !value.isFinite { return "\(value)" }
    let parts = String(format: "%.2e", value).split(separator: "e")
    let exponent = parts.last.flatMap { Int($0) } ?? 0
    if exponent < -4 || exponent > 7 { return "\(parts[0])e\(exponent)" }
    if exponent > 2 {
      let step = pow(10, Double(exponent - 2))
      return String(format: "%.0f", (value / step).rounded() * step)
    }
    return String(format: "%.\(2 - exponent)f", value)
  }
}
