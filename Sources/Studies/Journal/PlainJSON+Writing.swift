import EnergyMetering
import SearchSpaces

/// What the journal writes for every trial, in the same words as the general encoder, several times as fast.
protocol PlainlyWritable {
  /// Appends the value's JSON, its members in the order of their names.
  ///
  /// - Returns: false for a number that JSON does not have; what was appended then means nothing.
  func write(to text: inout String) -> Bool
}

extension PlainJSON {
  /// The JSON of a value; nil if it has a number that JSON does not have.
  static func text(of value: some PlainlyWritable) -> String? {
    var text = ""
    text.reserveCapacity(1024)
    return value.write(to: &text) ? text : nil
  }

  /// Appends a text in quotes.
  static func write(_ string: String, to text: inout String) {
    text += "\""
    if string.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      for scalar in string.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case _ where scalar.value < 0x20:
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
      }
    } else {
      text += string
    }
    text += "\""
  }

  /// Appends a number in the fewest digits that read back to it.
  static func write(_ number: Double, to text: inout String) -> Bool {
    guard number.isFinite else { return false }
    text += number.description
    return true
  }
}

extension Assignment: PlainlyWritable {
  func write(to text: inout String) -> Bool {
    text += "{\"values\":{"
    var isFirst = true
    for name in values.keys.sorted() {
      guard let value = values[name] else { continue }
      if !isFirst { text += "," }
      isFirst = false
      PlainJSON.write(name, to: &text)
      switch value {
      case .option(let index, let label):
        text += ":{\"option\":{\"index\":\(index),\"label\":"
        PlainJSON.write(label, to: &text)
      case .integer(let integer): text += ":{\"integer\":{\"_0\":\(integer)"
      case .real(let real):
        text += ":{\"real\":{\"_0\":"
        guard PlainJSON.write(real, to: &text) else { return false }
      }
      text += "}}"
    }
    text += "}}"
    return true
  }
}

extension EnergyReading: PlainlyWritable {
  func write(to text: inout String) -> Bool {
    text += "{\"energy\":"
    guard PlainJSON.write(energy.joules, to: &text) else { return false }
    text += ",\"high\":"
    guard PlainJSON.write(high.joules, to: &text) else { return false }
    text += ",\"low\":"
    guard PlainJSON.write(low.joules, to: &text) else { return false }
    text += ",\"provenance\":{\"detail\":"
    PlainJSON.write(provenance.detail, to: &text)
    text += ",\"domains\":["
    for (position, domain) in provenance.domains.enumerated() {
      if position > 0 { text += "," }
      PlainJSON.write(domain, to: &text)
    }
    text += "],\"source\":"
    PlainJSON.write(provenance.source, to: &text)
    text += ",\"tier\":"
    PlainJSON.write(provenance.tier.rawValue, to: &text)
    text += "}}"
    return true
  }
}

extension EnergyBooks: PlainlyWritable {
  func write(to text: inout String) -> Bool {
    for (position, (name, reading)) in accounts.enumerated() {
      text += position == 0 ? "{\"" : ",\""
      text += name + "\":"
      guard reading.write(to: &text) else { return false }
    }
    text += "}"
    return true
  }
}
