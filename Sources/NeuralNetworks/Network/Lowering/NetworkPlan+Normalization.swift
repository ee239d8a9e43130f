extension NetworkPlan {
  mutating func addBatchNorm(
    hasRelu: Bool, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let channels = flow.channels
    let (gamma, beta) = try addScaleAndShift(channels, of: place)
    let runningMean = addState("running_mean", of: place.path, [channels], .constant(0))
    let runningVariance = addState("running_variance", of: place.path, [channels], .constant(1))
    let result = try addOutput(flow.shape, needsGradient: true, of: place)
    let mean = add(Value(elements: channels, needsGradient: false, isPerBatch: true))
    let inverseDeviation = add(Value(elements: channels, needsGradient: false, isPerBatch: true))
    operations.append(
      .batchNorm(
        BatchNormOperation(
          input: flow.value, output: result.value, mean: mean, inverseDeviation: inverseDeviation,
          positions: flow.elements / channels, channels: channels, gamma: gamma, beta: beta,
          runningMean: runningMean, runningVariance: runningVariance, hasRelu: hasRelu,
          propagates: needsGradient(flow))))
    return result
  }

  mutating func addLayerNorm(of place: LayerPlace, from flow: Flow) throws(ArchitectureError) -> Flow {
    let channels = flow.channels
    let positions = flow.elements / channels
    let (gamma, beta) = try addScaleAndShift(channels, of: place)
    let result = try addOutput(flow.shape, needsGradient: true, of: place)
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
    _ channels: Int, of place: LayerPlace
  ) throws(ArchitectureError) -> (gamma: Int, beta: Int) {
    (
      try addParameters("weight", of: place.path, [channels], .constant(1), for: place),
      try addParameters("bias", of: place.path, [channels], .constant(0), for: place)
    )
  }
}
