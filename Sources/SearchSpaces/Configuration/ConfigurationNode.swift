/// A configuration as a tree, each part with the place it was written at.
struct ConfigurationNode: Sendable {
  var content: Content
  var place: ConfigurationPlace

  enum Content: Sendable {
    /// A text; only plain (unquoted) ones can stand for numbers, truth values and nothing.
    case scalar(String, isPlain: Bool)
    case sequence([ConfigurationNode])
    case mapping([Entry])
  }

  struct Entry: Sendable {
    var key: String
    var keyPlace: ConfigurationPlace
    var value: ConfigurationNode
  }

  /// An error at this node's place.
  func error(_ message: String) -> ConfigurationError { ConfigurationError(place: place, message: message) }

  /// What a scalar says, by the core schema of YAML 1.2; nil for lists and mappings.
  var scalar: PlainScalar? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return isPlain ? PlainScalar(plain: text) : .text(text)
  }

  /// Whether nothing was written here: `key:`, `~` or `null`.
  var isNothing: Bool { scalar == .nothing }

  /// This node's content for the end of a message, such as `-3`, `'abc'` or `a list`.
  var summary: String {
    switch content {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let text, _):
      switch scalar {
      case .nothing: return "nothing"
      case .text: return "'\(text.onOneLine())'"
      default: return text.onOneLine()
      }
    }
  }
}

/// The meaning of an unquoted scalar.
enum PlainScalar: Equatable, Sendable {
  case nothing
  case boolean(Bool)
  case integer(Int)
  /// A whole number outside the range of Int.
  case hugeInteger
  case real(Double)
  /// Infinite, not a number, or too large for a Double.
  case notFinite
  case text(String)

  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .nothing
    case "true", "True", "TRUE": self = .boolean(true)
    case "false", "False", "FALSE": self = .boolean(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      self = .notFinite
    default: self = Self.number(text) ?? .text(text)
    }
  }

  /// A decimal number, or nil. Hexadecimal, octal and digit groups are texts: nothing here needs them, and YAML
  /// versions disagree about them.
  private static func number(_ text: String) -> PlainScalar? {
    var rest = Substring(text)
    if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
    func takeDigits() -> Int {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest.removeFirst(digits.count)
      return digits.count
    }
    let whole = takeDigits()
    if rest.isEmpty && whole > 0 { return Int(text).map(PlainScalar.integer) ?? .hugeInteger }
    var fraction = 0
    if rest.first == "." {
      rest.removeFirst()
      fraction = takeDigits()
    }
    guard whole + fraction > 0 else { return nil }
    if rest.first == "e" || rest.first == "E" {
      rest.removeFirst()
      if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
      guard takeDigits() > 0 else { return nil }
    }
    guard rest.isEmpty, let value = Double(text) ?? Double(padded(text)) else { return nil }
    return value.isFinite ? .real(value) : .notFinite
  }

  /// `.5` and `5.` with the zero that Swift wants to see.
  private static func padded(_ text: String) -> String {
    guard let point = text.firstIndex(of: ".") else { return text }
    let before = text[..<point]
    let after = text[text.index(after: point)...]
    let needsZeroBefore = before.last.map { !$0.isNumber } ?? true
    let needsZeroAfter = after.first.map { !$0.isNumber } ?? true
    return before + (needsZeroBefore ? "0" : "") + "." + (needsZeroAfter ? "0" : "") + after
  }
}
