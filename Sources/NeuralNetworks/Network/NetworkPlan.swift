/// An architecture lowered to a program: operations on values, and the parameters they use. Nothing is allocated.
struct NetworkPlan {
  private(set) var operations: [Operation] = []
  private(set) var values: [Value] = []
  private(set) var parameterTensors: [ParameterTensor] = []
  /// The number of parameters, without what aligns them.
  private(set) var parameterCount = 0
  /// The length of the parameter vector, with what aligns each tensor to 64 bytes.
  private(set) var parameterStorage = 0
  private(set) var input = ValueID(index: 0)
  private(set) var output = ValueID(index: 0)
  private(set) var outputShape: [Int]

  /// An array of [batch, elements].
  struct Value {
    var elements: Int
    /// Whether the gradient by this value leads to parameters.
    var needsGradient: Bool
  }

  /// One run of parameters in the flat vector.
  struct ParameterTensor {
    var offset: Int
    var count: Int
    var initialization: Initialization
  }

  init(_ architecture: Architecture) throws(ArchitectureError) {
    let layers = architecture.layers
    outputShape = architecture.sampleShape
    guard !layers.isEmpty else { throw .noLayers }
    guard layers.count <= Architecture.Limits.layers else { throw .tooManyLayers(count: layers.count) }
    let elements = try Self.elements(of: architecture.sampleShape)
    output = add(Value(elements: elements, needsGradient: false))
    input = output
    var index = 0
    while index < layers.count {
      let layer = layers[index]
      let following = index + 1 < layers.count ? layers[index + 1] : nil
      switch layer {
      case .dense(let units):
        var fused: Activation?
        if case .activation(let activation) = following { fused = activation }
        let gain = Initialization.Gain(of: layers[(index + 1)...])
        try addDense(units: units, activation: fused, gain: gain, layerIndex: index, layer: layer)
        if fused != nil { index += 1 }
      case .activation(let activation): addActivation(activation)
      case .dropout(let rate):
        guard rate >= 0, rate < 1, Float(rate) < 1 else {
          throw .dropoutRate(layerIndex: index, layer: layer)
        }
        if rate > 0 { addDropout(rate: Float(rate)) }
      }
      index += 1
    }
  }

  private static func elements(of shape: [Int]) throws(ArchitectureError) -> Int {
    guard !shape.isEmpty else { throw .sampleShape(shape) }
    var elements = 1
    for side in shape {
      let (product, overflows) = elements.multipliedReportingOverflow(by: side)
      guard side > 0, !overflows, product <= Architecture.Limits.valuesPerSample else {
        throw .sampleShape(shape)
      }
      elements = product
    }
    return elements
  }

  private mutating func addDense(
    units: Int, activation: Activation?, gain: Initialization.Gain, layerIndex: Int, layer: Layer
  ) throws(ArchitectureError) {
    guard 1...Architecture.Limits.units ~= units else { throw .units(layerIndex: layerIndex, layer: layer) }
    let source = values[output.index]
    // Both factors are bounded by the limits, so the product does not overflow.
    guard parameterCount + (source.elements + 1) * units <= Architecture.Limits.parameters else {
      throw .tooManyParameters(layerIndex: layerIndex, layer: layer)
    }
    let weights = addParameters(
      count: source.elements * units,
      .normal(variance: gain.variance(inputs: source.elements, outputs: units)))
    let bias = addParameters(count: units, .zero)
    let result = add(Value(elements: units, needsGradient: true))
    let slope = activation?.keepsSlope == true ? add(Value(elements: units, needsGradient: false)) : nil
    operations.append(
      .dense(
        DenseOperation(
          input: output, output: result, inputs: source.elements, units: units, weights: weights, bias: bias,
          activation: activation, slope: slope, propagates: source.needsGradient)))
    output = result
    outputShape = [units]
  }

  private mutating func addActivation(_ activation: Activation) {
    let source = values[output.index]
    let result = add(source)
    let slope =
      activation.keepsSlope ? add(Value(elements: source.elements, needsGradient: false)) : nil
    operations.append(
      .activation(
        ActivationOperation(
          input: output, output: result, elements: source.elements, activation: activation, slope: slope,
          propagates: source.needsGradient)))
    output = result
  }

  private mutating func addDropout(rate: Float) {
    let source = values[output.index]
    let result = add(source)
    let mask = add(Value(elements: source.elements, needsGradient: false))
    operations.append(
      .dropout(
        DropoutOperation(
          input: output, output: result, mask: mask, elements: source.elements, rate: rate,
          propagates: source.needsGradient)))
    output = result
  }

  private mutating func add(_ value: Value) -> ValueID {
    values.append(value)
    return ValueID(index: values.count - 1)
  }

  private mutating func addParameters(count: Int, _ initialization: Initialization) -> Int {
    let offset = parameterStorage
    parameterTensors.append(ParameterTensor(offset: offset, count: count, initialization: initialization))
    parameterCount += count
    parameterStorage += count.roundedUpToAlignment
    return offset
  }
}

extension Int {
  /// This number of 4-byte numbers, rounded up to whole 64-byte lines.
  var roundedUpToAlignment: Int { (self + 15) & ~15 }
}
