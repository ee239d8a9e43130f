import Yams

/// Turns YAML text into a ``ConfigurationNode`` tree, with guards against texts made to exhaust memory or time.
struct ConfigurationComposer {
  /// The most nodes a configuration may have after its aliases are written out.
  static let largestNodeCount = 20_000
  /// The deepest nesting of lists and mappings.
  static let largestDepth = 64

  /// The place of a line and a column of the text.
  private let placeOfMark: (Int, Int) -> ConfigurationPlace
  private var nodeCount = 0
  private var mayHaveAliases = false

  /// A composer whose places are made from lines and columns.
  init(place: @escaping (_ line: Int, _ column: Int) -> ConfigurationPlace) { placeOfMark = place }

  /// The one document of a text, or nil when the text has none.
  mutating func compose(_ text: String) throws -> ConfigurationNode? {
    var yaml = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    yaml.makeContiguousUTF8()
    if Self.couldHashExponentially(yaml) {
      throw ConfigurationError(
        place: placeOfMark(1, 1), message: "too many aliases together with keys that are not plain words")
    }
    do {
      guard let root = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8).singleRoot() else {
        return nil
      }
      nodeCount = 0
      mayHaveAliases = yaml.utf8.contains(UInt8(ascii: "*"))
      return try convert(root, depth: 0)
    } catch let error as YamlError {
      throw located(error)
    }
  }

  private mutating func convert(_ node: Node, depth: Int) throws -> ConfigurationNode {
    let place = placeOfMark(node.mark?.line ?? 1, node.mark?.column ?? 1)
    nodeCount += 1
    guard nodeCount <= Self.largestNodeCount else {
      throw ConfigurationError(
        place: place,
        message: "more than \(Self.largestNodeCount) values"
          + (mayHaveAliases ? " once aliases are written out" : ""))
    }
    guard depth <= Self.largestDepth else {
      throw ConfigurationError(place: place, message: "nested more than \(Self.largestDepth) levels deep")
    }
    switch node {
    case .scalar(let scalar):
      let tag = scalar.tag.description
      let isText = scalar.style != .plain && scalar.style != .any
      let allowed = isText ? ["", "!", "tag:yaml.org,2002:str"] : [""]
      guard allowed.contains(tag) else { throw tagError(tag, place) }
      return ConfigurationNode(content: .scalar(scalar.string, isPlain: !isText), place: place)
    case .sequence(let sequence):
      guard sequence.tag.description.isEmpty else { throw tagError(sequence.tag.description, place) }
      var children: [ConfigurationNode] = []
      for child in sequence { children.append(try convert(child, depth: depth + 1)) }
      return ConfigurationNode(content: .sequence(children), place: place)
    case .mapping(let mapping):
      guard mapping.tag.description.isEmpty else { throw tagError(mapping.tag.description, place) }
      return ConfigurationNode(content: .mapping(try entries(of: mapping, depth: depth)), place: place)
    case .alias:
      throw ConfigurationError(place: place, message: "malformed YAML: an alias without its anchor")
    }
  }

  private mutating func entries(
    of mapping: Node.Mapping, depth: Int
  ) throws -> [ConfigurationNode.Entry] {
    var entries: [ConfigurationNode.Entry] = []
    var seen: Set<String> = []
    for (key, value) in mapping {
      let place = placeOfMark(key.mark?.line ?? 1, key.mark?.column ?? 1)
      guard case .scalar(let scalar) = key else {
        throw ConfigurationError(place: place, message: "a key must be a word, not a list or a mapping")
      }
      guard seen.insert(scalar.string).inserted else { throw duplicateError(scalar.string, place) }
      let child = try convert(value, depth: depth + 1)
      entries.append(ConfigurationNode.Entry(key: scalar.string, keyPlace: place, value: child))
    }
    return entries
  }

  private func duplicateError(_ key: String, _ place: ConfigurationPlace) -> ConfigurationError {
    ConfigurationError(place: place, message: "key '\(key.onOneLine())' stands more than once")
  }

  private func tagError(_ tag: String, _ place: ConfigurationPlace) -> ConfigurationError {
    ConfigurationError(
      place: place, message: "the tag '\(tag.onOneLine())' means nothing here; write the value without a tag")
  }

  private func located(_ error: YamlError) -> ConfigurationError {
    func malformed(_ context: YamlError.Context?, _ problem: String, _ mark: Mark) -> ConfigurationError {
      // libYAML's own limit on nesting, which protects the stack before the tree can be measured.
      if problem.hasPrefix("Maximum nesting level") {
        return ConfigurationError(
          place: placeOfMark(mark.line, mark.column),
          message: "nested more than \(Self.largestDepth) levels deep")
      }
      let whole = [context?.text, problem].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
      return ConfigurationError(
        place: placeOfMark(mark.line, mark.column), message: "malformed YAML: \(whole.onOneLine(limit: 200))")
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return malformed(context, problem, mark)
    case .composer(let context, let problem, let mark, _):
      if problem == "but found another document" {
        return ConfigurationError(
          place: placeOfMark(mark.line, mark.column), message: "expected one YAML document, found another")
      }
      return malformed(context, problem, mark)
    case .duplicatedKeysInMapping(let keys, let context):
      return duplicateError(
        keys.first ?? "", placeOfMark(max(1, context.mark.line), max(1, context.mark.column)))
    case .reader(let problem, let offset, _, let yaml):
      let (line, column) = offset.map { Self.lineAndColumn(ofCharacter: $0, in: yaml) } ?? (1, 1)
      return ConfigurationError(place: placeOfMark(line, column), message: "malformed YAML: \(problem)")
    case .memory:
      return ConfigurationError(
        place: placeOfMark(1, 1), message: "nested more than \(Self.largestDepth) levels deep")
    default:
      return ConfigurationError(
        place: placeOfMark(1, 1),
        message: "malformed YAML: \(String(describing: error).onOneLine(limit: 200))")
    }
  }

  private static func lineAndColumn(ofCharacter offset: Int, in text: String) -> (Int, Int) {
    var line = 1
    var column = 1
    for character in text.prefix(offset) {
      if character.isNewline {
        line += 1
        column = 1
      } else {
        column += character.unicodeScalars.count
      }
    }
    return (line, column)
  }

  /// Whether the parser could spend exponential time on a text before it hands out a tree that can be measured.
  ///
  /// Yams compares the keys of a mapping while it parses. Where a key is an alias of nested aliases, comparing
  /// writes them all out. So a text with more than a handful of aliases must not also have keys that are lists,
  /// mappings or aliases. The scan knows nothing of quotes and comments: it errs towards true, never towards false.
  private static func couldHashExponentially(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
    // libYAML takes only these into the name of an alias.
    func isName(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    var aliases = 0
    var oddKeys = 0
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "*"):
        aliases += 1
        var next = index + 1
        while next < bytes.count, isName(bytes[next]) { next += 1 }
        while next < bytes.count, isBlank(bytes[next]) { next += 1 }
        if next < bytes.count, bytes[next] == UInt8(ascii: ":") { oddKeys += 1 }
      case UInt8(ascii: "?"):
        oddKeys += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        var next = index + 1
        while next < bytes.count, isBlank(bytes[next]) { next += 1 }
        if next < bytes.count, bytes[next] == UInt8(ascii: ":") { oddKeys += 1 }
      default: break
      }
    }
    return aliases > 8 && oddKeys > 0
  }
}
