/// A layer with its place, for errors and names.
struct LayerPlace {
  var path: LayerPath
  var layer: Layer

  /// Throws unless a number of the layer is in a range.
  func check(_ value: Int, _ name: String, in range: ClosedRange<Int>) throws(ArchitectureError) {
    guard range.contains(value) else {
      throw .setting(
        path: path, layer: layer, name: name, expected: "in \(range.lowerBound) ... \(range.upperBound)")
    }
  }
}

extension NetworkPlan {
  /// Lowers a list of layers and returns what comes out of the last.
  mutating func lower(
    _ layers: [Layer], at list: LayerPath, from start: Flow
  ) throws(ArchitectureError) -> Flow {
    let places = layers.indices.map { LayerPlace(path: list[$0], layer: layers[$0]) }
      .filter { !$0.layer.isIdentity }
    var flow = start
    var index = 0
    while index < places.count {
      let place = places[index]
      let following = places[(index + 1)...].map(\.layer)
      let end = LayerEnd(following)
      switch place.layer {
      case .dense(let units):
        guard 1...Architecture.Limits.units ~= units else {
          throw .units(path: place.path, layer: place.layer)
        }
        flow = try addDense(units: units, end, of: place, part: place.path, from: flow)
        if end.activation != nil { index += 1 }
      case .conv1d, .conv2d, .depthwiseConv2d, .separableConv2d:
        flow = try addConvolutions(end, of: place, from: flow)
        if end.activation != nil { index += 1 }
      case .batchNorm:
        let hasRelu = following.first == .activation(.relu)
        if hasRelu, let pooling = Self.tiling(following.dropFirst().first, of: flow) {
          flow = try addPooledBatchNorm(pooling, of: place, from: flow)
          index += 2
        } else {
          flow = try addBatchNorm(hasRelu: hasRelu, of: place, from: flow)
          if hasRelu { index += 1 }
        }
      default:
        flow = try lower(place, from: flow)
        if following.first == .activation(.relu), addRelu(toSum: flow) { index += 1 }
      }
      index += 1
    }
    return flow
  }

  /// Lowers a layer that looks at no other.
  private mutating func lower(_ place: LayerPlace, from flow: Flow) throws(ArchitectureError) -> Flow {
    switch place.layer {
    case .activation(let activation): return addActivation(activation, from: flow)
    case .dropout(let rate):
      guard rate >= 0, rate < 1, Float(rate) < 1 else {
        throw .dropoutRate(path: place.path, layer: place.layer)
      }
      return addDropout(rate: Float(rate), from: flow)
    case .maxPool(let window): return try addPooling(window, isMaximum: true, of: place, from: flow)
    case .averagePool(let window): return try addPooling(window, isMaximum: false, of: place, from: flow)
    case .globalMaxPool: return try addGlobalPooling(isMaximum: true, of: place, from: flow)
    case .globalAveragePool: return try addGlobalPooling(isMaximum: false, of: place, from: flow)
    case .layerNorm: return try addLayerNorm(of: place, from: flow)
    case .flatten: return Flow(value: flow.value, shape: [flow.elements], places: flow.places)
    case .reshape(let shape): return try reshape(flow, to: shape, of: place)
    case .residual(let body): return try addResidual(body, of: place, from: flow)
    case .branches(let join, let paths): return try addBranches(join, paths, of: place, from: flow)
    case .embedding(let vocabulary, let dimension):
      return try addEmbedding(vocabulary: vocabulary, dimension: dimension, of: place, from: flow)
    case .dense, .conv1d, .conv2d, .depthwiseConv2d, .separableConv2d, .batchNorm:
      preconditionFailure("lowered with what follows")
    }
  }

  /// - Parameters:
  ///   - part: what the tensors' names begin with.
  mutating func addDense(
    units: Int, _ end: LayerEnd, of place: LayerPlace, part: LayerPath, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let inputs = flow.elements
    let weights = try addParameters(
      "weight", of: part, [inputs, units],
      .normal(variance: end.gain.variance(inputs: inputs, outputs: units)),
      for: place, places: flow.places)
    let bias = try end.hasBias ? addParameters("bias", of: part, [units], .constant(0), for: place) : nil
    let result = try addOutput([units], needsGradient: true, of: place)
    let biasActivation = addBiasActivation(end, columns: units, elements: units, bias: bias)
    operations.append(
      .dense(
        DenseOperation(
          input: flow.value, output: result.value, inputs: inputs, units: units, weights: weights,
          end: biasActivation, propagates: needsGradient(flow))))
    return result
  }

  mutating func addBiasActivation(
    _ end: LayerEnd, columns: Int, elements: Int, bias: Int?
  ) -> BiasActivation {
    let keepsSlope = end.activation?.keepsSlope == true
    let slope = keepsSlope ? add(Value(elements: elements, needsGradient: false)) : nil
    return BiasActivation(columns: columns, bias: bias, activation: end.activation, slope: slope)
  }

  private mutating func addActivation(_ activation: Activation, from flow: Flow) -> Flow {
    let source = values[flow.value.index]
    let result = add(Value(elements: source.elements, needsGradient: source.needsGradient))
    let slope =
      activation.keepsSlope ? add(Value(elements: source.elements, needsGradient: false)) : nil
    operations.append(
      .activation(
        ActivationOperation(
          input: flow.value, output: result, elements: source.elements, activation: activation, slope: slope,
          propagates: source.needsGradient)))
    return Flow(value: result, shape: flow.shape, places: flow.places)
  }

  private mutating func addDropout(rate: Float, from flow: Flow) -> Flow {
    let source = values[flow.value.index]
    let result = add(Value(elements: source.elements, needsGradient: source.needsGradient))
    let mask = add(Value(elements: source.elements, needsGradient: false))
    operations.append(
      .dropout(
        DropoutOperation(
          input: flow.value, output: result, mask: mask, elements: source.elements, rate: rate,
          propagates: source.needsGradient)))
    return Flow(value: result, shape: flow.shape, places: flow.places)
  }

  private func reshape(
    _ flow: Flow, to shape: [Int], of place: LayerPlace
  ) throws(ArchitectureError) -> Flow {
    guard let elements = Self.elements(of: shape) else {
      throw .setting(
        path: place.path, layer: place.layer, name: "shape",
        expected: "of positive sides and at most \(Architecture.Limits.valuesPerSample) values")
    }
    guard elements == flow.elements else {
      throw .inputShape(
        path: place.path, layer: place.layer, shape: flow.shape, expected: "of \(elements) values",
        remedy: "reshape to \(flow.elements) values in all")
    }
    return Flow(value: flow.value, shape: shape)
  }

  private mutating func addEmbedding(
    vocabulary: Int, dimension: Int, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    try place.check(vocabulary, "vocabulary", in: 1...Architecture.Limits.units)
    try place.check(dimension, "dimension", in: 1...Architecture.Limits.units)
    guard flow.value == input else {
      throw .inputShape(
        path: place.path, layer: place.layer, shape: flow.shape,
        expected: "of the sample itself, as only its numbers can be names",
        remedy: "put the embedding before every other layer but flatten and reshape")
    }
    let table = try addParameters(
      "weight", of: place.path, [vocabulary, dimension], .normal(variance: 1), for: place)
    let result = try addOutput(flow.shape + [dimension], needsGradient: true, of: place)
    operations.append(
      .embedding(
        EmbeddingOperation(
          input: flow.value, output: result.value, count: flow.elements, vocabulary: vocabulary,
          dimension: dimension, table: table)))
    return result
  }
}

/// How a layer with weights ends, which the layers behind it decide.
struct LayerEnd {
  /// The activation that is computed with the bias.
  var activation: Activation?
  /// Not before a batch norm, which takes any bias away with the mean.
  var hasBias: Bool
  /// How large the weights start.
  var gain: Initialization.Gain

  /// The end before some layers, none of them the identity.
  init(_ following: [Layer]) {
    if case .activation(let next) = following.first, next.fusesWithBias { activation = next }
    hasBias = following.first != .batchNorm
    gain = Initialization.Gain(of: following)
  }

  /// The end of weights alone, such as a projection.
  init(withoutBias gain: Initialization.Gain = .glorot) {
    hasBias = false
    self.gain = gain
  }
}
