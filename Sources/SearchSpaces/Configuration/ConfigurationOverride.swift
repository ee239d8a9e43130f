/// A change to a configuration from the command line: `training.batch-size={choice: [32, 64]}`.
///
/// The key is a dotted path; a list's items are counted from 0: `architecture[0].repeat.times`. The value is YAML.
/// Keys that are not in the file are added; whether they are known is found out when the tree is read.
struct ConfigurationOverride {
  private enum Step: Equatable {
    case key(String)
    case index(Int)
  }

  private let steps: [Step]
  private let value: ConfigurationNode
  private let place: ConfigurationPlace

  /// Parses an override.
  init(_ text: String) throws {
    let place = ConfigurationPlace.override(text)
    self.place = place
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ConfigurationError(place: place, message: "expected KEY=VALUE, such as training.epochs=5")
    }
    guard let steps = Self.steps(of: String(text[..<equals]).trimmed) else {
      throw ConfigurationError(
        place: place,
        message: "expected a dotted path before '=', such as training.epochs or architecture[0].repeat.times")
    }
    self.steps = steps
    var composer = ConfigurationComposer { _, _ in place }
    let composed = try composer.compose(String(text[text.index(after: equals)...]))
    value = composed ?? ConfigurationNode(content: .scalar("", isPlain: true), place: place)
  }

  /// Sets the value in a tree.
  func apply(to root: inout ConfigurationNode) throws {
    try apply(steps[...], to: &root, path: "")
  }

  /// The deepest node that a path leads to, or as far as it leads, with whether it leads to the end.
  static func place(of path: String, in root: ConfigurationNode) -> ConfigurationPlace {
    var node = root
    for step in steps(of: path) ?? [] {
      switch (step, node.content) {
      case (.key(let key), .mapping(let entries)):
        guard let entry = entries.first(where: { $0.key == key }) else { return node.place }
        node = entry.value
      case (.index(let index), .sequence(let items)) where items.indices.contains(index): node = items[index]
      default: return node.place
      }
    }
    return node.place
  }

  private func apply(_ rest: ArraySlice<Step>, to node: inout ConfigurationNode, path: String) throws {
    guard let step = rest.first else {
      node = value
      return
    }
    let name = path.isEmpty ? "the configuration" : path
    switch step {
    case .key(let key):
      if node.isNothing { node = ConfigurationNode(content: .mapping([]), place: place) }
      guard case .mapping(var entries) = node.content else {
        throw ConfigurationError(place: place, message: "\(name) is \(node.summary) and has no keys")
      }
      let childPath = path.isEmpty ? key : "\(path).\(key)"
      if let position = entries.firstIndex(where: { $0.key == key }) {
        try apply(rest.dropFirst(), to: &entries[position].value, path: childPath)
      } else {
        var child = ConfigurationNode(content: .scalar("", isPlain: true), place: place)
        try apply(rest.dropFirst(), to: &child, path: childPath)
        entries.append(ConfigurationNode.Entry(key: key, keyPlace: place, value: child))
      }
      node.content = .mapping(entries)
    case .index(let index):
      guard case .sequence(var items) = node.content else {
        throw ConfigurationError(place: place, message: "\(name) is \(node.summary), not a list")
      }
      guard items.indices.contains(index) else {
        let range = items.isEmpty ? "it is empty" : "its items are 0 to \(items.count - 1)"
        throw ConfigurationError(place: place, message: "\(name) has no item \(index); \(range)")
      }
      try apply(rest.dropFirst(), to: &items[index], path: "\(path)[\(index)]")
      node.content = .sequence(items)
    }
  }

  private static func steps(of path: String) -> [Step]? {
    var steps: [Step] = []
    guard !path.isEmpty else { return nil }
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let key = part.prefix { $0 != "[" }
      guard !key.isEmpty, !key.contains("]") else { return nil }
      steps.append(.key(String(key)))
      var rest = part.dropFirst(key.count)
      while !rest.isEmpty {
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
        let digits = rest[rest.index(after: rest.startIndex)..<end]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let index = Int(digits) else { return nil }
        steps.append(.index(index))
        rest = rest[rest.index(after: end)...]
      }
      if steps.count > ConfigurationComposer.largestDepth { return nil }
    }
    return steps
  }
}

extension String {
  /// This text without spaces at its ends.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " }
    guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
    return String(start[...last])
  }
}
