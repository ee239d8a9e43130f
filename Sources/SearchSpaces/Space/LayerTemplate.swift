import NeuralNetworks

/// A layer, a block or an open choice of them.
indirect enum LayerTemplate: Hashable, Sendable {
  case dense(units: Located<ScalarTemplate>)
  case activation(Located<ScalarTemplate>)
  case dropout(rate: Located<ScalarTemplate>)
  /// Each option is a list of layers that takes the choice's place; an empty one is no layer.
  case choice([[Located<LayerTemplate>]])
  case repetition(times: Located<ScalarTemplate>, layers: [Located<LayerTemplate>], share: Bool)

  /// The text that a table shows for this as an option or a part of one.
  var label: String {
    switch self {
    case .dense(let units): "dense" + Self.argument(units)
    case .activation(let function):
      if case .fixed(let value) = function.value { value.text } else { "activation" }
    case .dropout(let rate): "dropout" + Self.argument(rate)
    case .choice(let options): "choice(\(options.count))"
    case .repetition(let times, let layers, _):
      "repeat" + Self.argument(times) + "(\(Self.label(of: layers)))"
    }
  }

  private static func argument(_ scalar: Located<ScalarTemplate>) -> String {
    if case .fixed(let value) = scalar.value { "(\(value.text))" } else { "" }
  }

  /// The text that a table shows for a list of layers as an option.
  static func label(of layers: [Located<LayerTemplate>]) -> String {
    layers.isEmpty ? "none" : layers.map(\.value.label).joined(separator: "+")
  }

  /// The texts of some options, numbered where two would be the same.
  static func labels(of options: [[Located<LayerTemplate>]]) -> [String] {
    var counts: [String: Int] = [:]
    return options.map { option in
      let label = label(of: option)
      counts[label, default: 0] += 1
      let count = counts[label] ?? 1
      return count == 1 ? label : "\(label)#\(count)"
    }
  }
}

/// Reads the layers of an architecture.
struct LayerReader {
  private static let kinds = ["dense", "activation", "dropout", "repeat", "choice"]

  /// Reads a list of layers.
  static func layers(_ node: ConfigurationNode, _ label: String) throws -> [Located<LayerTemplate>] {
    try node.list(label, expected: "a list of layers").map(layer)
  }

  private static func layer(_ node: ConfigurationNode) throws -> Located<LayerTemplate> {
    guard case .mapping(let entries) = node.content else {
      throw node.error("expected a layer such as 'dense: {units: 32}', got \(node.summary)")
    }
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
    return Located(value: try layer(of: entry.key, entry.value, item: node), place: node.place)
  }

  private static func layer(
    of kind: String, _ node: ConfigurationNode, item: ConfigurationNode
  ) throws -> LayerTemplate {
    switch kind {
    case "dense":
      return .dense(
        units: try ScalarSlot.units.read(MappingReader(node, name: kind, keys: ["units"]).required("units")))
    case "activation":
      let names = Activation.allCases.map(\.rawValue)
      return .activation(try ScalarSlot(label: kind, kind: .name(names)).read(node))
    case "dropout":
      return .dropout(
        rate: try ScalarSlot.rate.read(MappingReader(node, name: kind, keys: ["rate"]).required("rate")))
    case "choice": return .choice(try options(node))
    default: return try repetition(node)
    }
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
      let suggestion =
        NearestName.suggestion(for: text, among: ["none"]).map { "; did you mean '\($0)'?" } ?? ""
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
