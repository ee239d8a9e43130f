import NeuralNetworks

/// What a template's last layers say about the output: found from the end, whichever choices are taken.
struct LastLayer: Sendable {
  /// What decides on the number of outputs, such as the units of a last dense layer; each is `classes` or a number.
  private(set) var widths: [Width] = []
  /// Whether some candidates' outputs can be told only from their shapes, as behind a flatten.
  private(set) var isOpen = false
  private let blocks: BlockLibrary

  /// A setting that decides on the number of outputs.
  struct Width: Sendable {
    var key: String
    var scalar: Located<ScalarTemplate>
  }

  /// What is known of the layers behind a place.
  private struct State: Hashable {
    /// A global pooling follows, so that the channels are the outputs.
    var isPooled = false
    /// No layer follows.
    var isLast = true

    var passed: State { State(isPooled: isPooled, isLast: false) }
  }

  /// - Throws: `ConfigurationError` where a last layer cannot give one value a class.
  init(of layers: [Located<LayerTemplate>], blocks: BlockLibrary, place: ConfigurationPlace) throws {
    self.blocks = blocks
    let passing = try visit(layers, from: [State()])
    guard !passing.contains(where: \.isLast) else {
      throw ConfigurationError(
        place: place,
        message: "architecture: every layer can be left out; end with a layer 'dense: {units: classes}'")
    }
    if !passing.isEmpty { isOpen = true }
  }

  /// Checks the numbers that are written.
  func check(classCount: Int) throws {
    for width in widths {
      if case .fixed(.integer(let count)) = width.scalar.value, count != classCount {
        throw width.scalar.error(
          "\(width.key): the last layer must give \(classCount) values, one a class; got \(count); "
            + "write \(width.key): classes")
      }
    }
  }

  /// Visits layers from the last to the first; returns the states in which the first is passed.
  private mutating func visit(
    _ layers: [Located<LayerTemplate>], from states: Set<State>
  ) throws -> Set<State> {
    var states = states
    for layer in layers.reversed() {
      var passing: Set<State> = []
      for state in states { passing.formUnion(try visit(layer, from: state)) }
      if passing.isEmpty { return [] }
      states = passing
    }
    return states
  }

  private mutating func visit(_ layer: Located<LayerTemplate>, from state: State) throws -> Set<State> {
    switch layer.value {
    case .plain(let kind, let settings): return try visit(kind, settings, layer, from: state)
    case .residual(let body): return Set(try visit(body, from: [state]).map(\.passed))
    case .branches(let join, let paths):
      guard !join.value.canBe(.name(Join.concat.rawValue)) else {
        isOpen = true
        return []
      }
      var passing: Set<State> = []
      for path in paths { passing.formUnion(try visit(path, from: [state]).map(\.passed)) }
      return passing
    case .choice(let options):
      var passing: Set<State> = []
      for option in options { passing.formUnion(try visit(option, from: [state])) }
      return passing
    case .repetition(let times, let layers, _):
      let count = times.value.largestInteger
      guard count > 0 else { return [state] }
      var passing = try visit(layers, from: [state])
      // What passes one repetition meets the next; two rounds reach every state.
      for _ in 1..<min(max(count, 1), 3) where !passing.isEmpty {
        passing.formUnion(try visit(layers, from: passing))
      }
      if times.value.smallestInteger == 0 { passing.insert(state) }
      return passing
    case .block(let name, _): return try visit(blocks[name], from: [state])
    case .when(_, let layers): return try visit(layers, from: [state]).union([state])
    }
  }

  private mutating func visit(
    _ kind: LayerKind, _ settings: [Located<ScalarTemplate>], _ layer: Located<LayerTemplate>,
    from state: State
  ) throws -> Set<State> {
    switch kind {
    case .dense:
      try add(settings[0], key: "units")
      return []
    case .conv1d, .conv2d, .separableConv2d:
      guard state.isPooled else { throw Self.error(layer) }
      try add(settings[0], key: "filters")
      return []
    case .globalAveragePool, .globalMaxPool: return [State(isPooled: true, isLast: false)]
    case .batchNorm, .layerNorm: return [state.passed]
    case .activation, .dropout:
      guard !state.isLast else { throw Self.error(layer) }
      return [state]
    case .maxPool, .averagePool, .depthwiseConv2d:
      guard state.isPooled else { throw Self.error(layer) }
      return [state]
    case .flatten, .reshape, .embedding, .residual, .branches:
      isOpen = true
      return []
    }
  }

  private mutating func add(_ scalar: Located<ScalarTemplate>, key: String) throws {
    switch scalar.value {
    case .fixed: widths.append(Width(key: key, scalar: scalar))
    case .choice(let options): for option in options { try add(option, key: key) }
    case .integers, .reals:
      throw scalar.error("\(key): the last layer must give one value a class; write \(key): classes")
    }
  }

  private static func error(_ layer: Located<LayerTemplate>) -> ConfigurationError {
    layer.error("architecture: the last layer must be 'dense: {units: classes}', got \(layer.value.label)")
  }
}
