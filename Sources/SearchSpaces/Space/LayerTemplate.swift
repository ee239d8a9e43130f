import NeuralNetworks

/// A layer, a block or an open choice of them.
indirect enum LayerTemplate: Hashable, Sendable {
  /// A layer of a kind that holds no others, with its settings in the order of `LayerSetting.all(of:)`.
  case plain(LayerKind, [Located<ScalarTemplate>])
  case residual([Located<LayerTemplate>])
  case branches(join: Located<ScalarTemplate>, paths: [[Located<LayerTemplate>]])
  /// Each option is a list of layers that takes the choice's place; an empty one is no layer.
  case choice([[Located<LayerTemplate>]])
  case repetition(times: Located<ScalarTemplate>, layers: [Located<LayerTemplate>], share: Bool)
  /// A named block; all uses with `share` have one set of values.
  case block(String, share: Bool)
  /// Layers that exist only where all conditions hold.
  case when([WrittenCondition], [Located<LayerTemplate>])

  /// The text that a table shows for this as an option or a part of one.
  var label: String {
    switch self {
    case .plain(.activation, let settings):
      if case .fixed(let value) = settings.first?.value { value.text } else { "activation" }
    case .plain(let kind, let settings): kind.rawValue + Self.arguments(of: kind, settings)
    case .residual(let layers): "residual(\(Self.label(of: layers)))"
    case .branches(_, let paths): "branches(\(paths.map(Self.label).joined(separator: "|")))"
    case .choice(let options): "choice(\(options.count))"
    case .repetition(let times, let layers, _):
      if case .fixed(let value) = times.value {
        "repeat(\(value.text))(\(Self.label(of: layers)))"
      } else {
        "repeat(\(Self.label(of: layers)))"
      }
    case .block(let name, _): name
    case .when(_, let layers): "when(\(Self.label(of: layers)))"
    }
  }

  /// What is written and not open, such as `(16 3)` for 16 filters and a kernel of 3.
  private static func arguments(of kind: LayerKind, _ settings: [Located<ScalarTemplate>]) -> String {
    let texts = zip(LayerSetting.all(of: kind) ?? [], settings).compactMap { setting, scalar in
      if case .fixed(let value) = scalar.value, value != setting.standard { value.text } else { nil }
    }
    return texts.isEmpty ? "" : "(\(texts.joined(separator: " ")))"
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
