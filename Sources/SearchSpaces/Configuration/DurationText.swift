/// Times of inferences as people write them: `2 ms`, `150 us`, `1.5 s`.
enum DurationText {
  private static let units: [(name: String, seconds: Double)] = [
    ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9),
  ]

  /// The units, for messages.
  static var unitNames: String { units.map(\.name).joined(separator: ", ") }

  /// The seconds of a number with a unit; nil for anything else.
  static func seconds(_ text: String) -> Double? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || ".eE+-".contains($0)) }
    let name = text.dropFirst(number.count).drop { $0 == " " }
    guard let unit = units.first(where: { $0.name == name }) else { return nil }
    switch PlainScalar(plain: String(number)) {
    case .integer(let count): return Double(count) * unit.seconds
    case .real(let count): return count * unit.seconds
    default: return nil
    }
  }

  /// The time in the largest unit that it fills and that reads back to the same bits.
  static func text(_ seconds: Double) -> String {
    for unit in units where abs(seconds) >= unit.seconds {
      let text = "\(ScalarValue.real(seconds / unit.seconds).text) \(unit.name)"
      if Self.seconds(text) == seconds { return text }
    }
    return "\(seconds) s"
  }
}
