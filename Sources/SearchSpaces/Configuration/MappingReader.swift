/// Reads a mapping whose keys are known, and says so when they are not.
struct MappingReader {
  /// The mapping itself.
  let node: ConfigurationNode
  /// What errors call the mapping, such as `training`; empty for the whole configuration.
  let name: String
  private let entries: [ConfigurationNode.Entry]

  /// Checks that a node is a mapping and that all its keys are known.
  init(_ node: ConfigurationNode, name: String, keys: [String]) throws {
    guard case .mapping(let entries) = node.content else {
      let label = name.isEmpty ? "" : "\(name): "
      throw node.error(
        "\(label)expected a mapping with the keys \(keys.joined(separator: ", ")); got \(node.summary)")
    }
    for entry in entries where !keys.contains(entry.key) {
      let whole = name.isEmpty ? "" : " in \(name)"
      let remedy = NearestName.remedy(for: entry.key, among: keys, noun: "keys")
      throw ConfigurationError(
        place: entry.keyPlace, message: "unknown key '\(entry.key.onOneLine())'\(whole); \(remedy)")
    }
    self.node = node
    self.name = name
    self.entries = entries
  }

  /// The value of a key, or nil where the key is absent or nothing is written behind it.
  func optional(_ key: String) -> ConfigurationNode? {
    guard let value = entries.first(where: { $0.key == key })?.value, !value.isNothing else { return nil }
    return value
  }

  /// The value of a key that must be there.
  func required(_ key: String) throws -> ConfigurationNode {
    guard let value = entries.first(where: { $0.key == key })?.value else {
      throw node.error("\(name.isEmpty ? "" : "\(name): ")missing key '\(key)'")
    }
    return value
  }
}

extension ConfigurationNode {
  /// A text, for what is a name or a phrase.
  func text(_ label: String, expected: String = "a name") throws -> String {
    guard case .scalar(let text, _) = content, case .text = scalar, !text.isEmpty else {
      throw error("\(label): expected \(expected), got \(summary)")
    }
    return text
  }

  /// One of the names of an enumeration.
  func name<Name: RawRepresentable & CaseIterable>(
    _ label: String, of type: Name.Type = Name.self
  ) throws -> Name where Name.RawValue == String {
    let known = type.allCases.map(\.rawValue)
    let written = try text(label, expected: "one of \(known.joined(separator: ", "))")
    guard let name = Name(rawValue: written) else {
      let remedy = NearestName.remedy(for: written, among: known, noun: "names")
      throw error("\(label): unknown name '\(written.onOneLine())'; \(remedy)")
    }
    return name
  }

  /// A whole number in a range.
  func integer(_ label: String, in range: ClosedRange<Int>) throws -> Int {
    let expected = Self.wholeNumberPhrase(from: range.lowerBound)
    switch scalar {
    case .integer(let value) where value > range.upperBound:
      throw error("\(label): \(value) is too large; the largest is \(range.upperBound)")
    case .integer(let value) where range.contains(value): return value
    case .hugeInteger where !summary.hasPrefix("-"):
      throw error("\(label): \(summary) is too large; the largest is \(range.upperBound)")
    case .real(let value) where value == value.rounded() && abs(value) < 1e15:
      throw error("\(label): expected \(expected), got \(summary); write \(Int(value)) without a fraction")
    default: throw error("\(label): expected \(expected), got \(summary)")
    }
  }

  /// The seed of a random stream: any integer of 64 bits.
  func seed() throws -> UInt64 {
    if case .scalar(let text, isPlain: true) = content, case .hugeInteger = scalar, let seed = UInt64(text) {
      return seed
    }
    guard case .integer(let value) = scalar, value >= 0 else {
      throw error("seed: expected an integer from 0 to \(UInt64.max), got \(summary)")
    }
    return UInt64(value)
  }

  /// A finite number that meets a condition.
  func real(_ label: String, expected: String, where condition: (Double) -> Bool) throws -> Double {
    let value: Double
    switch scalar {
    case .integer(let whole): value = Double(whole)
    case .real(let number): value = number == 0 ? 0 : number
    default: throw error("\(label): expected \(expected), got \(summary)")
    }
    guard condition(value) else { throw error("\(label): expected \(expected), got \(summary)") }
    return value
  }

  /// The items of a list.
  func list(_ label: String, expected: String) throws -> [ConfigurationNode] {
    guard case .sequence(let items) = content else {
      throw error("\(label): expected \(expected), got \(summary)")
    }
    return items
  }

  private static func wholeNumberPhrase(from lowest: Int) -> String {
    switch lowest {
    case 1: "a positive integer"
    default: "an integer of at least \(lowest)"
    }
  }
}
