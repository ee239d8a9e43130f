import Foundation

/// Why a text is not an amount of energy, with the remedy.
public enum EnergyTextError: Error, Equatable, CustomStringConvertible {
  /// There is no text.
  case empty
  /// The text does not begin with a number.
  case notANumber(String)
  /// The number has no unit.
  case missingUnit(String)
  /// The unit is not one of energy.
  case unknownUnit(String)
  /// `m` would be milli, which is surely not meant.
  case milli(written: String, meant: String)
  /// The amount is negative.
  case negative(String)
  /// The amount is too large for a number.
  case notFinite(String)

  /// The message for people.
  public var description: String {
    switch self {
    case .empty: "an amount of energy is missing; write e.g. `2 Wh`"
    case .notANumber(let text): "`\(text)` is not an amount of energy; write e.g. `2 Wh`"
    case .missingUnit(let number): "`\(number)` has no unit; write e.g. `\(number) Wh`"
    case .unknownUnit(let unit):
      "`\(unit)` is not a unit of energy; use J, kJ, MJ, Wh, kWh or MWh, e.g. `2 Wh`"
    case .milli(let written, let meant):
      "`\(written)` would be thousandths; write `\(meant)` for millions, or a smaller number of `\(meant.dropFirst())`"
    case .negative(let text): "`\(text)` is negative; an amount of energy is zero or more"
    case .notFinite(let text): "`\(text)` is not a finite amount of energy"
    }
  }
}

extension Energy {
  /// Reads an amount with its unit, such as `2 Wh`, `1.5kWh` or `3e3 J`.
  ///
  /// The units are J, kJ, MJ, Wh, kWh and MWh (megawatt-hours). Case does not matter where it cannot be
  /// mistaken; `M` must be a capital, since `m` means milli.
  ///
  /// - Throws: `EnergyTextError` for a missing or unknown unit and for what is no finite amount of zero or more.
  public init(parsing text: String) throws(EnergyTextError) {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    if trimmed.isEmpty { throw .empty }
    let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
    guard let number = Double(digits) else { throw .notANumber(trimmed) }
    if number < 0 { throw .negative(trimmed) }
    if !number.isFinite { throw .notFinite(trimmed) }
    let unit = trimmed.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
    if unit.isEmpty { throw .missingUnit(String(digits)) }
    let scaled = number * (try Self.joules(perUnit: unit))
    if !scaled.isFinite { throw .notFinite(trimmed) }
    self.init(joules: scaled)
  }

  private static func joules(perUnit unit: String) throws(EnergyTextError) -> Double {
    switch unit.lowercased() {
    case "j": return 1
    case "kj": return 1e3
    case "wh": return 3.6e3
    case "kwh": return 3.6e6
    case "mj":
      if unit.first == "M" { return 1e6 }
      throw .milli(written: unit, meant: "MJ")
    case "mwh":
      if unit.first == "M" { return 3.6e9 }
      throw .milli(written: unit, meant: "MWh")
    default: throw .unknownUnit(unit)
    }
  }

  /// The amount for people, three significant digits in the largest of J, Wh, kWh and MWh that leaves at least
  /// one before the point; so joules up to 1 Wh = 3,600 J.
  ///
  /// ```swift
  /// Energy(joules: 12.34).formatted          // 12.3 J
  /// Energy(joules: 6_950).formatted          // 1.93 Wh
  /// Energy(kilowattHours: 656_347).formatted // 656 MWh
  /// ```
  public var formatted: String {
    let unit = EnergyUnit.best(for: joules)
    return "\(unit.digits(of: joules)) \(unit.symbol)"
  }
}
