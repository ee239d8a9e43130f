/// The template that candidates are made from: an architecture and its training, with open choices.
struct CandidateTemplate: Sendable {
  /// The most layers that one candidate may have.
  static let largestLayerCount = 10_000
  /// The most places for values that the whole template may have, all repetitions and options counted.
  static let largestElementCount = 50_000

  let architecture: Located<[Located<LayerTemplate>]>
  let training: TrainingTemplate
  /// What the last layers say about the output.
  let lastLayer: LastLayer

  init(architecture: ConfigurationNode, training: ConfigurationNode) throws {
    let layers = try LayerReader.layers(architecture, "architecture")
    self.architecture = Located(value: layers, place: architecture.place)
    guard !layers.isEmpty else { throw architecture.error("architecture: expected at least one layer") }
    try Self.checkExtent(layers)
    lastLayer = try LastLayer(of: layers, place: architecture.place)
    self.training = try TrainingTemplate(training)
  }

  // MARK: The extent

  private static func checkExtent(_ layers: [Located<LayerTemplate>]) throws {
    for layer in layers {
      let extent = extent(of: layer.value)
      if extent.layers > largestLayerCount {
        throw layer.error("repeat: a network could have more than \(largestLayerCount) layers; lower times")
      }
      if extent.elements > largestElementCount {
        throw layer.error(
          "repeat: the space would have more than \(largestElementCount) parameters; lower times")
      }
    }
    let whole = extent(of: layers)
    if whole.layers > largestLayerCount || whole.elements > largestElementCount, let first = layers.first {
      throw first.error(
        "architecture: a network could have more than \(largestLayerCount) layers; lower times")
    }
  }

  /// The most layers of one network, and the places for values in all of them, both cut off far above the limits.
  private static func extent(of layer: LayerTemplate) -> (layers: Int, elements: Int) {
    switch layer {
    case .plain(_, let settings): return (1, settings.reduce(0) { capped($0 + extent(of: $1.value)) })
    case .residual(let body):
      let inside = extent(of: body)
      return (capped(inside.layers + 1), inside.elements)
    case .branches(let join, let paths):
      let inside = paths.map(extent)
      let elements = inside.reduce(extent(of: join.value)) { capped($0 + $1.elements) }
      return (inside.reduce(1) { capped($0 + $1.layers) }, elements)
    case .choice(let options):
      let extents = options.map(extent)
      let elements = extents.reduce(1) { capped($0 + $1.elements) }
      return (extents.map(\.layers).max() ?? 0, elements)
    case .repetition(let times, let layers, let share):
      let body = extent(of: layers)
      let count = times.value.largestInteger
      let elements = extent(of: times.value) + body.elements * (share ? 1 : count)
      return (capped(body.layers * count), capped(elements))
    }
  }

  private static func extent(of layers: [Located<LayerTemplate>]) -> (layers: Int, elements: Int) {
    layers.reduce((0, 0)) { sum, layer in
      let extent = extent(of: layer.value)
      return (capped(sum.0 + extent.layers), capped(sum.1 + extent.elements))
    }
  }

  private static func extent(of scalar: ScalarTemplate) -> Int {
    guard case .choice(let options) = scalar else { return 1 }
    return options.reduce(1) { $0 + extent(of: $1.value) }
  }

  private static func capped(_ count: Int) -> Int { min(count, 1_000_000) }
}

extension CandidateTemplate: Equatable {
  /// Whether two templates say the same; the last layer follows from the architecture.
  static func == (left: CandidateTemplate, right: CandidateTemplate) -> Bool {
    left.architecture == right.architecture && left.training == right.training
  }
}
