/// The template that candidates are made from: an architecture and its training, with open choices.
struct CandidateTemplate: Hashable, Sendable {
  /// The most layers that one candidate may have.
  static let largestLayerCount = 10_000
  /// The most places for values that the whole template may have, all repetitions and options counted.
  static let largestElementCount = 50_000

  let architecture: Located<[Located<LayerTemplate>]>
  let training: TrainingTemplate

  init(architecture: ConfigurationNode, training: ConfigurationNode) throws {
    let layers = try LayerReader.layers(architecture, "architecture")
    self.architecture = Located(value: layers, place: architecture.place)
    guard !layers.isEmpty else { throw architecture.error("architecture: expected at least one layer") }
    try Self.checkExtent(layers)
    _ = try Self.finalUnits(of: layers, place: architecture.place)
    self.training = try TrainingTemplate(training)
  }

  /// Checks that the last layer gives one value a class, whichever choices are taken.
  func checkOutput(classCount: Int) throws {
    for units in try Self.finalUnits(of: architecture.value, place: architecture.place) {
      if case .fixed(.integer(let count)) = units.value, count != classCount {
        throw units.error(
          "units: the last layer must give \(classCount) values, one a class; got \(count); write units: classes"
        )
      }
    }
  }

  // MARK: The last layer

  /// The units of all layers that can be the last one; each is `classes` or a number.
  private static func finalUnits(
    of layers: [Located<LayerTemplate>], place: ConfigurationPlace
  ) throws -> [Located<ScalarTemplate>] {
    let (units, canBeEmpty) = try lastUnits(of: layers)
    guard !canBeEmpty else {
      throw ConfigurationError(
        place: place,
        message: "architecture: every layer can be left out; end with a layer 'dense: {units: classes}'")
    }
    return units
  }

  private static func lastUnits(
    of layers: [Located<LayerTemplate>]
  ) throws -> (units: [Located<ScalarTemplate>], canBeEmpty: Bool) {
    var units: [Located<ScalarTemplate>] = []
    for layer in layers.reversed() {
      let last = try lastUnits(of: layer)
      units += last.units
      if !last.canBeEmpty { return (units, false) }
    }
    return (units, true)
  }

  private static func lastUnits(
    of layer: Located<LayerTemplate>
  ) throws -> (units: [Located<ScalarTemplate>], canBeEmpty: Bool) {
    switch layer.value {
    case .dense(let units): return (try closedUnits(units), false)
    case .activation, .dropout:
      throw layer.error(
        "architecture: the last layer must be 'dense: {units: classes}', got \(layer.value.label)")
    case .choice(let options):
      var units: [Located<ScalarTemplate>] = []
      var canBeEmpty = false
      for option in options {
        let last = try lastUnits(of: option)
        units += last.units
        canBeEmpty = canBeEmpty || last.canBeEmpty
      }
      return (units, canBeEmpty)
    case .repetition(let times, let layers, _):
      guard times.value.largestInteger > 0 else { return ([], true) }
      let last = try lastUnits(of: layers)
      return (last.units, last.canBeEmpty || times.value.smallestInteger == 0)
    }
  }

  private static func closedUnits(_ units: Located<ScalarTemplate>) throws -> [Located<ScalarTemplate>] {
    switch units.value {
    case .fixed: return [units]
    case .choice(let options): return try options.flatMap(closedUnits)
    case .integers, .reals:
      throw units.error("units: the last layer must give one value a class; write units: classes")
    }
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
    case .dense(let scalar), .activation(let scalar), .dropout(let scalar):
      return (1, extent(of: scalar.value))
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
