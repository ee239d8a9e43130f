import NeuralNetworks

/// Reads the layers of an architecture.
struct LayerReader {
  /// What stands for layers without being one.
  static let structures = ["repeat", "choice", "block", "when"]
  private static let kinds = LayerKind.allCases.map(\.rawValue) + structures

  /// The kinds that can be written as a bare name.
  private static let bareKinds = LayerKind.allCases.filter { kind in
    LayerSetting.all(of: kind)?.allSatisfy { $0.standard != nil } ?? false
  }

  /// The names of the blocks that may be used.
  let blockNames: [String]

  /// Reads a list of layers.
  func layers(_ node: ConfigurationNode, _ label: String) throws -> [Located<LayerTemplate>] {
    try node.list(label, expected: "a list of layers").map(layer)
  }

  private func layer(_ node: ConfigurationNode) throws -> Located<LayerTemplate> {
    guard case .mapping(let entries) = node.content else { return try bareLayer(node) }
    for entry in entries where !Self.kinds.contains(entry.key) {
      let remedy = NearestName.remedy(for: entry.key, among: Self.kinds, noun: "layers")
      throw ConfigurationError(
        place: entry.keyPlace, message: "unknown layer '\(entry.key.onOneLine())'; \(remedy)")
    }
    guard let entry = entries.first, entries.count == 1 else {
      if entries.isEmpty { throw node.error("expected a layer such as 'dense: {units: 32}', got {}") }
      throw ConfigurationError(
        place: entries[1].keyPlace,
        message: "expected one layer an item, got \(entries.map(\.key).joined(separator: " and ")); "
          + "begin each layer with its own '-'")
    }
    return Located(value: try layer(of: entry.key, entry.value), place: node.place)
  }

  /// A layer without settings, written as its name alone.
  private func bareLayer(_ node: ConfigurationNode) throws -> Located<LayerTemplate> {
    guard case .scalar(let text, _) = node.content, case .text = node.scalar else {
      throw node.error("expected a layer such as 'dense: {units: 32}', got \(node.summary)")
    }
    if let kind = LayerKind(rawValue: text) {
      if Self.bareKinds.contains(kind) {
        return Located(value: .plain(kind, try settings(of: kind, nil, at: node)), place: node.place)
      }
      let key = LayerSetting.all(of: kind)?.first { $0.standard == nil }?.key ?? "layers"
      throw node.error(key.isEmpty ? "\(text): missing its name" : "\(text): missing key '\(key)'")
    }
    if blockNames.contains(text) {
      throw node.error("'\(text)' is a block, not a layer; write 'block: \(text)'")
    }
    let suggestion =
      NearestName.suggestion(for: text, among: Self.bareKinds.map(\.rawValue)).map {
        "; did you mean '\($0)'?"
      }
    throw node.error(
      "expected a layer such as 'dense: {units: 32}', got \(node.summary)\(suggestion ?? "")")
  }

  private func layer(of name: String, _ node: ConfigurationNode) throws -> LayerTemplate {
    guard let kind = LayerKind(rawValue: name) else {
      switch name {
      case "choice": return .choice(try options(node))
      case "block": return try block(node)
      case "when": return try condition(node)
      default: return try repetition(node)
      }
    }
    switch kind {
    case .residual:
      let list = try MappingReader(node, name: name, keys: ["layers"]).required("layers")
      let layers = try layers(list, "layers")
      guard !layers.isEmpty else { throw list.error("layers: expected at least one layer in a residual") }
      return .residual(layers)
    case .branches: return try branches(node)
    case .activation: return .plain(kind, try settings(of: kind, nil, at: node))
    default:
      let known = LayerSetting.all(of: kind) ?? []
      if node.isNothing, Self.bareKinds.contains(kind) {
        return .plain(kind, try settings(of: kind, nil, at: node))
      }
      if known.isEmpty {
        guard case .mapping(let entries) = node.content, entries.isEmpty else {
          throw node.error("\(name): expected nothing behind it, as it has no settings; got \(node.summary)")
        }
      }
      let reader = try MappingReader(node, name: name, keys: known.map(\.key))
      return .plain(kind, try settings(of: kind, reader, at: node))
    }
  }

  /// The settings that are written, and what stands for those that are not.
  private func settings(
    of kind: LayerKind, _ reader: MappingReader?, at node: ConfigurationNode
  ) throws -> [Located<ScalarTemplate>] {
    try (LayerSetting.all(of: kind) ?? []).map { setting in
      guard let standard = setting.standard else {
        return try setting.slot.read(reader?.required(setting.key) ?? node)
      }
      return try reader?.optional(setting.key).map(setting.slot.read)
        ?? Located(value: .fixed(standard), place: node.place)
    }
  }

  private func branches(_ node: ConfigurationNode) throws -> LayerTemplate {
    let reader = try MappingReader(node, name: "branches", keys: ["join", "paths"])
    let join = try ScalarSlot(label: "join", kind: .name(Join.allCases.map(\.rawValue)))
      .read(reader.required("join"))
    let list = try reader.required("paths")
    let paths = try list.list("paths", expected: "a list of lists of layers").map { try layers($0, "paths") }
    guard paths.count >= 2 else { throw list.error("paths: expected two or more lists of layers") }
    return .branches(join: join, paths: paths)
  }

  private func options(_ node: ConfigurationNode) throws -> [[Located<LayerTemplate>]] {
    let items = try node.list("choice", expected: "a list of layers, blocks or none")
    guard !items.isEmpty else { throw node.error("choice: expected at least one option") }
    var options: [[Located<LayerTemplate>]] = []
    var seen: Set<[Located<LayerTemplate>]> = []
    for item in items {
      let option = try option(item)
      guard seen.insert(option).inserted else {
        throw item.error("choice: \(LayerTemplate.label(of: option)) stands more than once")
      }
      options.append(option)
    }
    return options
  }

  private func option(_ node: ConfigurationNode) throws -> [Located<LayerTemplate>] {
    switch node.content {
    case .scalar("none", _): return []
    case .scalar(let text, _):
      if LayerKind(rawValue: text) != nil || blockNames.contains(text) { return [try layer(node)] }
      let suggestion =
        NearestName.suggestion(for: text, among: ["none"] + Self.bareKinds.map(\.rawValue))
        .map { "; did you mean '\($0)'?" } ?? ""
      throw node.error("choice: expected a layer, a list of layers or none, got \(node.summary)\(suggestion)")
    case .sequence: return try layers(node, "choice")
    case .mapping: return [try layer(node)]
    }
  }

  private func repetition(_ node: ConfigurationNode) throws -> LayerTemplate {
    let reader = try MappingReader(node, name: "repeat", keys: ["times", "layers", "share"])
    let times = try ScalarSlot.times.read(reader.required("times"))
    let list = try reader.required("layers")
    let layers = try layers(list, "layers")
    guard !layers.isEmpty else { throw list.error("layers: expected at least one layer to repeat") }
    return .repetition(times: times, layers: layers, share: try share(reader))
  }

  private func share(_ reader: MappingReader) throws -> Bool {
    guard let node = reader.optional("share") else { return false }
    guard case .boolean(let value) = node.scalar else {
      throw node.error("share: expected true or false, got \(node.summary)")
    }
    return value
  }

  private func block(_ node: ConfigurationNode) throws -> LayerTemplate {
    var nameNode = node
    var share = false
    if case .mapping = node.content {
      let reader = try MappingReader(node, name: "block", keys: ["name", "share"])
      nameNode = try reader.required("name")
      share = try self.share(reader)
    }
    let name = try nameNode.text("block", expected: "the name of a block")
    guard blockNames.contains(name) else {
      let remedy =
        blockNames.isEmpty
        ? "there are none; write it under the key blocks"
        : NearestName.remedy(for: name, among: blockNames, noun: "blocks")
      throw nameNode.error("block: unknown name '\(name.onOneLine())'; \(remedy)")
    }
    return .block(name, share: share)
  }

  private func condition(_ node: ConfigurationNode) throws -> LayerTemplate {
    guard case .mapping(let entries) = node.content else {
      throw node.error(
        "when: expected a mapping such as {activation: relu, layers: […]}, got \(node.summary)")
    }
    guard let list = entries.first(where: { $0.key == "layers" })?.value else {
      throw node.error("when: missing key 'layers'")
    }
    let conditions = try entries.filter { $0.key != "layers" }.map { try WrittenCondition($0, label: "when") }
    guard !conditions.isEmpty else {
      throw node.error("when: expected a parameter's name with its values beside the key 'layers'")
    }
    let layers = try layers(list, "layers")
    guard !layers.isEmpty else { throw list.error("layers: expected at least one layer under a condition") }
    return .when(conditions, layers)
  }
}
