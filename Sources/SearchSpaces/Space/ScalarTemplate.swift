import NeuralNetworks

/// A part of a configuration with its place. Comparing looks only at the part: where it stands does not change
/// what it says.
struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
  var value: Value
  var place: ConfigurationPlace

  static func == (left: Located, right: Located) -> Bool { left.value == right.value }
  func hash(into hasher: inout Hasher) { hasher.combine(value) }

  func error(_ message: String) -> ConfigurationError { ConfigurationError(place: place, message: message) }
}

/// A number or a name, or an open choice of them.
indirect enum ScalarTemplate: Hashable, Sendable {
  case fixed(ScalarValue)
  case integers(IntegerRange)
  case reals(RealRange)
  case choice([Located<ScalarTemplate>])

  /// The text that a table shows for this as an option.
  var label: String {
    switch self {
    case .fixed(let value): value.text
    case .integers(let range): "int(\(range.lower)–\(range.upper))"
    case .reals(let range): "float(\(range.lower)–\(range.upper))"
    case .choice(let options): "choice(\(options.count))"
    }
  }

  /// The largest integer that this can be, for `times`.
  var largestInteger: Int {
    switch self {
    case .fixed(.integer(let value)): value
    case .fixed, .reals: 0
    case .integers(let range): range.value(at: range.count - 1)
    case .choice(let options): options.map(\.value.largestInteger).max() ?? 0
    }
  }

  /// The smallest integer that this can be, for `times`.
  var smallestInteger: Int {
    switch self {
    case .fixed(.integer(let value)): value
    case .fixed, .reals: 0
    case .integers(let range): range.lower
    case .choice(let options): options.map(\.value.smallestInteger).min() ?? 0
    }
  }

  /// Whether some option, however deep, is a given value.
  func canBe(_ wanted: ScalarValue) -> Bool {
    switch self {
    case .fixed(let value): value == wanted
    case .integers, .reals: false
    case .choice(let options): options.contains { $0.value.canBe(wanted) }
    }
  }
}

/// A number or a name.
enum ScalarValue: Hashable, Sendable {
  case integer(Int)
  case real(Double)
  case name(String)
  case boolean(Bool)
  case numbers([Double])
  /// Several integers that are one value: a kernel of two different sides, a shape.
  case integers([Int])

  var text: String {
    switch self {
    case .integers(let values): values.map(String.init).joined(separator: "x")
    case .integer(let value): String(value)
    case .real(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    case .name(let name): name
    case .boolean(let value): String(value)
    case .numbers(let values): "[" + values.map { ScalarValue.real($0).text }.joined(separator: ", ") + "]"
    }
  }
}

/// What may stand at one place of a template: the label that errors use, and which values are right there.
struct ScalarSlot: Sendable {
  enum Kind: Sendable {
    /// An integer, or one of some words, or a list of two integers.
    case integer(ClosedRange<Int>, orWords: [String] = [], orPair: Bool = false)
    /// A list of positive integers.
    case shape
    case real(expected: String, condition: @Sendable (Double) -> Bool)
    case realOrWord(String, expected: String, condition: @Sendable (Double) -> Bool)
    case name([String])
    case boolean
    case numbers(orWords: [String], expected: String, condition: @Sendable (Double) -> Bool)
  }

  let label: String
  let kind: Kind

  static let classesWord = "classes"
  static let units = classesOrInteger("units")
  static let times = ScalarSlot(label: "times", kind: .integer(0...1000))

  /// A number that may be that of the classes.
  static func classesOrInteger(_ label: String) -> ScalarSlot {
    ScalarSlot(label: label, kind: .integer(1...1_000_000, orWords: [classesWord]))
  }

  static let rate = ScalarSlot(
    label: "rate", kind: .real(expected: "a number in [0, 1)") { $0 >= 0 && Float($0) < 1 })

  /// Reads a value or an open choice.
  func read(_ node: ConfigurationNode) throws -> Located<ScalarTemplate> {
    Located(value: try template(node), place: node.place)
  }

  private func template(_ node: ConfigurationNode) throws -> ScalarTemplate {
    guard case .mapping(let entries) = node.content else { return .fixed(try value(node)) }
    let openings = ["choice", "int", "float"]
    guard let opening = entries.first(where: { openings.contains($0.key) })?.key else {
      if let entry = entries.first {
        let remedy = NearestName.remedy(for: entry.key, among: openings, noun: "choices")
        throw ConfigurationError(
          place: entry.keyPlace, message: "unknown key '\(entry.key.onOneLine())' in \(label); \(remedy)")
      }
      throw node.error("\(label): expected a value or a choice, got an empty mapping")
    }
    switch opening {
    case "choice": return try choice(node)
    case "int": return .integers(try integers(node))
    default: return .reals(try reals(node))
    }
  }

  private func value(_ node: ConfigurationNode) throws -> ScalarValue {
    switch kind {
    case .integer(let range, let words, let orPair):
      if let name = try word(node, among: words) { return name }
      if orPair, case .sequence(let items) = node.content {
        guard items.count == 2 else {
          throw node.error("\(label): expected a number or [height, width], got a list of \(items.count)")
        }
        let sides = try items.map { try $0.integer(label, in: range) }
        return sides[0] == sides[1] ? .integer(sides[0]) : .integers(sides)
      }
      return .integer(try node.integer(label, in: range))
    case .shape:
      let sides = try node.list(label, expected: "a list of sides such as [4, 16]")
      guard 1...8 ~= sides.count else {
        throw node.error("\(label): expected one to eight sides, got \(sides.count)")
      }
      return .integers(try sides.map { try $0.integer(label, in: 1...Architecture.Limits.valuesPerSample) })
    case .realOrWord(let word, let expected, let condition):
      if let name = try self.word(node, among: [word]) { return name }
      return .real(try node.real(label, expected: expected, where: condition))
    case .boolean:
      guard case .boolean(let value) = node.scalar else {
        throw node.error("\(label): expected true or false, got \(node.summary)")
      }
      return .boolean(value)
    case .numbers(let words, let expected, let condition):
      if let name = try word(node, among: words) { return name }
      let items = try node.list(label, expected: expected)
      guard !items.isEmpty else { throw node.error("\(label): expected \(expected), got an empty list") }
      return .numbers(try items.map { try $0.real(label, expected: expected, where: condition) })
    case .real(let expected, let condition):
      return .real(try node.real(label, expected: expected, where: condition))
    case .name(let names):
      let written = try node.text(label, expected: "one of \(names.joined(separator: ", "))")
      guard names.contains(written) else {
        let remedy = NearestName.remedy(for: written, among: names, noun: "names")
        throw node.error("\(label): unknown name '\(written.onOneLine())'; \(remedy)")
      }
      return .name(written)
    }
  }

  /// A word that may stand for a number, or nil where none is meant.
  private func word(_ node: ConfigurationNode, among words: [String]) throws -> ScalarValue? {
    guard case .text(let text) = node.scalar else { return nil }
    if words.contains(text) { return .name(text) }
    if words.count > 1 || NearestName.suggestion(for: text, among: words) != nil {
      let remedy = NearestName.remedy(for: text, among: words, noun: "names")
      throw node.error("\(label): unknown name '\(text.onOneLine())'; \(remedy)")
    }
    return nil
  }

  private func choice(_ node: ConfigurationNode) throws -> ScalarTemplate {
    let list = try MappingReader(node, name: label, keys: ["choice"]).required("choice")
    let items = try list.list("\(label): choice", expected: "a list of options")
    guard !items.isEmpty else { throw list.error("\(label): choice: expected at least one option") }
    var options: [Located<ScalarTemplate>] = []
    var seen: Set<ScalarTemplate> = []
    for item in items {
      let option = try read(item)
      guard seen.insert(option.value).inserted else {
        throw item.error("\(label): choice: \(option.value.label) stands more than once")
      }
      options.append(option)
    }
    return .choice(options)
  }

  private func integers(_ node: ConfigurationNode) throws -> IntegerRange {
    guard case .integer(let allowed, _, _) = kind else {
      let instead = if kind.isOfNumbers { "float" } else { "choice" }
      throw node.error("\(label): an int range cannot stand here; use \(instead)")
    }
    let reader = try MappingReader(node, name: "\(label): int", keys: ["int", "scale", "step"])
    let bounds = try bounds(reader.required("int"), "int")
    let lower = try bounds.0.integer(label, in: allowed)
    let upper = try bounds.1.integer(label, in: allowed)
    guard lower <= upper else { throw emptyRange(bounds.0, lower, upper, "int") }
    let scale = try reader.optional("scale")?.name("\(label): scale", of: RangeScale.self) ?? .linear
    if scale == .log && lower < 1 {
      throw bounds.0.error("\(label): a log scale needs bounds above 0, got \(lower)")
    }
    let step = try reader.optional("step")?.integer("\(label): step", in: 1...1_000_000) ?? 1
    return IntegerRange(lower: lower, upper: upper, step: step, scale: scale)
  }

  private func reals(_ node: ConfigurationNode) throws -> RealRange {
    guard let (expected, condition) = kind.realCondition else {
      let instead = if kind.isOfNumbers { "int" } else { "choice" }
      throw node.error("\(label): a float range cannot stand here; use \(instead)")
    }
    let reader = try MappingReader(node, name: "\(label): float", keys: ["float", "scale", "grid"])
    let bounds = try bounds(reader.required("float"), "float")
    let lower = try bounds.0.real(label, expected: expected, where: condition)
    let upper = try bounds.1.real(label, expected: expected, where: condition)
    guard lower < upper else {
      if lower == upper {
        throw bounds.0.error("\(label): the bounds of float are equal; write \(bounds.0.summary) itself")
      }
      throw emptyRange(bounds.0, lower, upper, "float")
    }
    let scale = try reader.optional("scale")?.name("\(label): scale", of: RangeScale.self) ?? .linear
    if scale == .log && lower <= 0 {
      throw bounds.0.error("\(label): a log scale needs bounds above 0, got \(bounds.0.summary)")
    }
    let gridNode = reader.optional("grid")
    let grid = try gridNode?.integer("\(label): grid", in: 1...10_000)
    guard let range = RealRange(lower: lower, upper: upper, scale: scale, gridCount: grid) else {
      throw (gridNode ?? node).error("\(label): grid: the range is too narrow for so many points")
    }
    return range
  }

  private func bounds(
    _ node: ConfigurationNode, _ opening: String
  ) throws -> (ConfigurationNode, ConfigurationNode) {
    let expected = "two bounds such as [\(opening == "int" ? "1, 4" : "0.1, 0.5")]"
    let items = try node.list("\(label): \(opening)", expected: expected)
    guard items.count == 2 else {
      throw node.error("\(label): \(opening): expected \(expected), got \(items.count)")
    }
    return (items[0], items[1])
  }

  private func emptyRange(
    _ node: ConfigurationNode, _ lower: some CustomStringConvertible, _ upper: some CustomStringConvertible,
    _ opening: String
  ) -> ConfigurationError {
    node.error(
      "\(label): the \(opening) range from \(lower) to \(upper) is empty; put the smaller bound first")
  }
}

extension ScalarSlot.Kind {
  /// Whether ranges of numbers, integers or others, may stand here.
  fileprivate var isOfNumbers: Bool {
    switch self {
    case .integer, .real, .realOrWord: true
    case .shape, .name, .boolean, .numbers: false
    }
  }

  /// What numbers may stand here; nil where none but integers may.
  fileprivate var realCondition: (expected: String, condition: @Sendable (Double) -> Bool)? {
    switch self {
    case .real(let expected, let condition), .realOrWord(_, let expected, let condition):
      (expected, condition)
    case .integer, .shape, .name, .boolean, .numbers: nil
    }
  }
}
