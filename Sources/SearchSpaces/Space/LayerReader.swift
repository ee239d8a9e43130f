import NeuralNetworks

/// Reads the layers of an architecture.
struct LayerReader {
  private static let kinds = LayerKind.allCases.map(\.rawValue) + ["repeat", "choice"]

  /// The kinds that can be written as a bare name.
  private static let bareKinds = LayerKind.allCases.filter { kind in
    LayerSetting.all(of: kind)?.allSatisfy { $0.standard != nil } ?? false
  }

  /// Reads a list of layers.
  static func layers(_ node: ConfigurationNode, _ label: String) throws -> [Located<LayerTemplate>] {
    try node.list(label, expected: "a list of layers").map(layer)
  }

  private static func layer(_ node: ConfigurationNode) throws -> Located<LayerTemplate> {
    guard case .mapping(let entries) = node.content else { return try bareLayer(node) }
    for entry in entries where !kinds.contains(entry.key) {
      let remedy = NearestName.remedy(for: entry.key, among: kinds, noun: "layers")
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
  private static func bareLayer(_ node: ConfigurationNode) throws -> Located<LayerTemplate> {
    guard case .scalar(let text, _) = node.content, case .text = node.scalar else {
      throw node.error("expected a layer such as 'dense: {units: 32}', got \(node.summary)")
    }
    if let kind = LayerKind(rawValue: text) {
      if bareKinds.contains(kind) {
        return Located(value: .plain(kind, try settings(of: kind, nil, at: node)), place: node.place)
      }
      let key = LayerSetting.all(of: kind)?.first { $0.standard == nil }?.key ?? "layers"
      throw node.error(key.isEmpty ? "\(text): missing its name" : "\(text): missing key '\(key)'")
    }
    let suggestion =
      NearestName.suggestion(for: text, among: bareKinds.map(\.rawValue)).map { "; did you mean '\($0)'?" }
    throw node.error(
      "expected a layer such as 'dense: {units: 32}', got \(node.summary)\(suggestion ?? "")")
  }

  private static func layer(of name: String, _ node: ConfigurationNode) throws -> LayerTemplate {
    guard let kind = LayerKind(rawValue: name) else {
      return name == "choice" ? .choice(try options(node)) : try repetition(node)
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
      if node.isNothing, bareKinds.contains(kind) {
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
  private static func settings(
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

  private static func branches(_ node: ConfigurationNode) throws -> LayerTemplate {
    let reader = try MappingReader(node, name: "branches", keys: ["join", "paths"])
    let join = try ScalarSlot(label: "join", kind: .name(Join.allCases.map(\.rawValue)))
      .read(reader.required("join"))
    let list = try reader.required("paths")
    let paths = try list.list("paths", expected: "a list of lists of layers").map { try layers($0, "paths") }
    guard paths.count >= 2 else { throw list.error("paths: expected two or more lists of layers") }
    return .branches(join: join, paths: paths)
  }

  private static func options(_ node: ConfigurationNode) throws -> [[Located<LayerTemplate>]] {
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

  private static func option(_ node: ConfigurationNode) throws -> [Located<LayerTemplate>] {
    switch node.content {
    case .scalar("none", _): return []
    case .scalar(let text, _):
      if LayerKind(rawValue: text) != nil { return [try layer(node)] }
      let suggestion =
        NearestName.suggestion(for: text, among: ["none"] + bareKinds.map(\.rawValue))
        .map { "; did you mean '\($0)'?" } ?? ""
      throw node.error("choice: expected a layer, a list of layers or none, got \(node.summary)\(suggestion)")
    case .sequence: return try layers(node, "choice")
    case .mapping: return [try layer(node)]
    }
  }

  private static func repetition(_ node: ConfigurationNode) throws -> LayerTemplate {
    let reader = try MappingReader(node, name: "repeat", keys: ["times", "layers", "share"])
    let times = try ScalarSlot.times.read(reader.required("times"))
    let list = try reader.required("layers")
    let layers = try layers(list, "layers")
    guard !layers.isEmpty else { throw list.error("layers: expected at least one layer to repeat") }
    var share = false
    if let shareNode = reader.optional("share") {
      guard case .boolean(let value) = shareNode.scalar else {
        throw shareNode.error("share: expected true or false, got \(shareNode.summary)")
      }
      share = value
    }
    return .repetition(times: times, layers: layers, share: share)
  }
}
