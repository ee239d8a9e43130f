internal import CKernels

extension NetworkPlan {
  mutating func addBatchNorm(
    hasRelu: Bool, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let (operation, result) = try batchNorm(hasRelu: hasRelu, to: flow.shape, of: place, from: flow)
    if operation.propagates { values[flow.value.index].gradientStorage = result.value }
    operations.append(.batchNorm(operation))
    return result
  }

  /// The max pooling behind a batch norm and its ReLU, if its windows tile the image.
  static func tiling(_ layer: Layer?, of flow: Flow) -> wattle_pooling? {
    guard case .maxPool(let window) = layer, flow.shape.count == 3, window.stride == window.size else {
      return nil
    }
    let (height, width) = (flow.shape[0], flow.shape[1])
    let size = window.size
    guard size.height >= 1, size.width >= 1, height.isMultiple(of: size.height),
      width.isMultiple(of: size.width)
    else { return nil }
    return wattle_pooling(
      batch: 0, height: Int32(height), width: Int32(width), channels: Int32(flow.channels),
      output_height: Int32(height / size.height), output_width: Int32(width / size.width),
      window_height: Int32(size.height), window_width: Int32(size.width),
      stride_height: Int32(size.height), stride_width: Int32(size.width))
  }

  mutating func addPooledBatchNorm(
    _ pooling: wattle_pooling, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let shape = [Int(pooling.output_height), Int(pooling.output_width), flow.channels]
    let (norm, result) = try batchNorm(hasRelu: true, to: shape, of: place, from: flow)
    // The backward pass needs what a convolution gives here, and nowhere else.
    if case .convolution(let source) = operations.last, source.output == flow.value,
      source.end.activation == nil
    {
      values[flow.value.index].gradientLiesWithValue = true
    }
    let places = add(Value(elements: result.elements, needsGradient: false))
    operations.append(
      .pooledBatchNorm(PooledBatchNormOperation(norm: norm, shape: pooling, places: places)))
    return result
  }

  private mutating func batchNorm(
    hasRelu: Bool, to shape: [Int], of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> (BatchNormOperation, Flow) {
    let channels = flow.channels
    let places = flow.placesOfChannels
    let (gamma, beta) = try addScaleAndShift(channels, of: place, places: places)
    let runningMean = addState(
      "running_mean", of: place.path, [channels], .constant(0), for: place, places: places)
    let runningVariance = addState(
      "running_variance", of: place.path, [channels], .constant(1), for: place, places: places)
    var result = try addOutput(shape, needsGradient: true, of: place)
    if shape == flow.shape { result.places = flow.places }
    let mean = add(Value(elements: channels, needsGradient: false, isPerBatch: true))
    let inverseDeviation = add(Value(elements: channels, needsGradient: false, isPerBatch: true))
    let operation = BatchNormOperation(
      input: flow.value, output: result.value, mean: mean, inverseDeviation: inverseDeviation,
      positions: flow.elements / channels, channels: channels, gamma: gamma, beta: beta,
      runningMean: runningMean, runningVariance: runningVariance, hasRelu: hasRelu,
      propagates: needsGradient(flow))
    return (operation, result)
  }

  mutating func addLayerNorm(of place: LayerPlace, from flow: Flow) throws(ArchitectureError) -> Flow {
    let channels = flow.channels
    let positions = flow.elements / channels
    let (gamma, beta) = try addScaleAndShift(channels, of: place, places: flow.placesOfChannels)
    var result = try addOutput(flow.shape, needsGradient: true, of: place)
    result.places = flow.places
    let mean = add(Value(elements: positions, needsGradient: false))
    let inverseDeviation = add(Value(elements: positions, needsGradient: false))
    operations.append(
      .layerNorm(
        LayerNormOperation(
          input: flow.value, output: result.value, mean: mean, inverseDeviation: inverseDeviation,
          positions: positions, channels: channels, gamma: gamma, beta: beta, propagates: needsGradient(flow))
      )
    )
    return result
  }

  private mutating func addScaleAndShift(
    _ channels: Int, of place: LayerPlace, places: Int
  ) throws(ArchitectureError) -> (gamma: Int, beta: Int) {
    (
      try addParameters("weight", of: place.path, [channels], .constant(1), for: place, places: places),
      try addParameters("bias", of: place.path, [channels], .constant(0), for: place, places: places)
    )
  }
}
