import NeuralNetworks

/// A setting of a kind of layer: its key, what may stand there, and what stands there if nothing is written.
struct LayerSetting: Sendable {
  /// Empty where the value stands directly behind the kind, as in `activation: relu`.
  let key: String
  let slot: ScalarSlot
  /// Nil if something must be written.
  let standard: ScalarValue?

  init(_ key: String, _ slot: ScalarSlot, standard: ScalarValue? = nil) {
    self.key = key
    self.slot = slot
    self.standard = standard
  }
}

extension LayerSetting {
  /// The word for a pooling's stride that is its size.
  static let sizeWord = "size"

  private static let window = 1...Architecture.Limits.window
  private static let filters = LayerSetting("filters", .classesOrInteger("filters"))
  private static let groups = LayerSetting(
    "groups", ScalarSlot(label: "groups", kind: .integer(1...1_000_000)), standard: .integer(1))
  private static let padding = LayerSetting(
    "padding",
    ScalarSlot(
      label: "padding", kind: .integer(0...Architecture.Limits.window, orWords: ["same", "valid"])),
    standard: .name("same"))

  private static func extent(_ key: String, isPair: Bool, standard: ScalarValue? = nil) -> LayerSetting {
    LayerSetting(
      key, ScalarSlot(label: key, kind: .integer(window, orPair: isPair)), standard: standard)
  }

  private static func convolution(isPair: Bool) -> [LayerSetting] {
    [
      extent("kernel", isPair: isPair), extent("stride", isPair: isPair, standard: .integer(1)), padding,
      extent("dilation", isPair: isPair, standard: .integer(1)),
    ]
  }

  private static let pooling = [
    extent("size", isPair: true),
    LayerSetting(
      "stride",
      ScalarSlot(label: "stride", kind: .integer(window, orWords: [sizeWord], orPair: true)),
      standard: .name(sizeWord)),
  ]

  /// The settings of a kind in the order of files; nil for kinds that hold other layers.
  static func all(of kind: LayerKind) -> [LayerSetting]? {
    switch kind {
    case .dense: [LayerSetting("units", .units)]
    case .activation:
      [LayerSetting("", ScalarSlot(label: "activation", kind: .name(Activation.allCases.map(\.rawValue))))]
    case .dropout: [LayerSetting("rate", .rate)]
    case .conv1d: [filters] + convolution(isPair: false) + [groups]
    case .conv2d: [filters] + convolution(isPair: true) + [groups]
    case .depthwiseConv2d: convolution(isPair: true)
    case .separableConv2d: [filters] + convolution(isPair: true)
    case .maxPool, .averagePool: pooling
    case .globalAveragePool, .globalMaxPool, .batchNorm, .layerNorm, .flatten: []
    case .reshape: [LayerSetting("shape", ScalarSlot(label: "shape", kind: .shape))]
    case .embedding:
      ["vocabulary", "dimension"].map {
        LayerSetting($0, ScalarSlot(label: $0, kind: .integer(1...1_000_000)))
      }
    case .residual, .branches: nil
    }
  }
}

extension Layer {
  /// The layer of a kind with the values of its settings, in their order; nil if they are not of that kind.
  init?(_ kind: LayerKind, _ values: [ScalarValue]) {
    let names = LayerSetting.all(of: kind)?.map(\.key) ?? []
    guard names.count == values.count else { return nil }
    let settings = Dictionary(uniqueKeysWithValues: zip(names, values))
    func integer(_ key: String) -> Int { settings[key]?.integer ?? 0 }
    func window() -> ConvolutionWindow {
      ConvolutionWindow(
        kernel: settings["kernel"]?.extent ?? 1, stride: settings["stride"]?.extent ?? 1,
        padding: settings["padding"]?.padding ?? .same, dilation: settings["dilation"]?.extent ?? 1)
    }
    func pooling() -> PoolingWindow {
      let stride = settings["stride"] == .name(LayerSetting.sizeWord) ? nil : settings["stride"]?.extent
      return PoolingWindow(size: settings["size"]?.extent ?? 1, stride: stride)
    }
    switch kind {
    case .dense: self = .dense(units: integer("units"))
    case .activation:
      guard let activation = Activation(rawValue: values[0].text) else { return nil }
      self = .activation(activation)
    case .dropout: self = .dropout(rate: values[0].real)
    case .conv1d: self = .conv1d(filters: integer("filters"), window: window(), groups: integer("groups"))
    case .conv2d: self = .conv2d(filters: integer("filters"), window: window(), groups: integer("groups"))
    case .depthwiseConv2d: self = .depthwiseConv2d(window: window())
    case .separableConv2d: self = .separableConv2d(filters: integer("filters"), window: window())
    case .maxPool: self = .maxPool(pooling())
    case .averagePool: self = .averagePool(pooling())
    case .globalAveragePool: self = .globalAveragePool
    case .globalMaxPool: self = .globalMaxPool
    case .batchNorm: self = .batchNorm
    case .layerNorm: self = .layerNorm
    case .flatten: self = .flatten
    case .reshape:
      guard case .integers(let shape) = values[0] else { return nil }
      self = .reshape(shape)
    case .embedding: self = .embedding(vocabulary: integer("vocabulary"), dimension: integer("dimension"))
    case .residual, .branches: return nil
    }
  }
}

extension ScalarValue {
  /// One number for both sides, or two.
  fileprivate var extent: Extent {
    if case .integers(let sides) = self, sides.count == 2 {
      return Extent(height: sides[0], width: sides[1])
    }
    return Extent(integer)
  }

  fileprivate var padding: Padding {
    switch self {
    case .name("valid"): .valid
    case .integer(let count): .each(count)
    default: .same
    }
  }
}
