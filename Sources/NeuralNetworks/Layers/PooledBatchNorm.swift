internal import CKernels

/// y = max over each window of ReLU(γ·(x − μ)/√(σ² + ε) + β): a batch norm, a ReLU and a max pooling whose windows tile
/// the input, in one. What the batch norm gives is never written.
///
///     x  [batch, height, width, channels]   y  [batch, output height, output width, channels]
///     γ, β, running μ and σ²  [channels]
///
/// Kept for the backward pass: x and y; where the largest stand in x [y's shape]; the batch's μ and 1/√(σ² + ε).
struct PooledBatchNormOperation: OperationPayload {
  /// The batch norm with its ReLU; its output is the pooled one.
  let norm: BatchNormOperation
  /// All but the batch.
  let shape: wattle_pooling
  /// The places of the largest values, as 32-bit integers.
  let places: ValueID

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let x = workspace.value(norm.input)
    let y = workspace.value(norm.output)
    let gamma = workspace.parameters + norm.gamma
    let beta = workspace.parameters + norm.beta
    let runningMean = workspace.state + norm.runningMean
    let runningVariance = workspace.state + norm.runningVariance
    withUnsafePointer(to: shape(of: batch)) { shape in
      switch mode {
      case .training:
        workspace.withIntegers(places, count: batch * outputs) {
          wattle_batch_norm_max_pool_training(
            shape, x, gamma, beta, BatchNormOperation.epsilon, BatchNormOperation.momentum, runningMean,
            runningVariance, workspace.value(norm.mean), workspace.value(norm.inverseDeviation), y, $0)
        }
      case .inference:
        wattle_batch_norm_max_pool_inference(
          shape, x, gamma, beta, BatchNormOperation.epsilon, runningMean, runningVariance, y)
      }
    }
  }

  func backward(_ workspace: Workspace, batch: Int) {
    let gradients = workspace.parameterGradients
    let dx = norm.propagates ? workspace.gradient(norm.input) : workspace.scratch
    withUnsafePointer(to: shape(of: batch)) { shape in
      workspace.withIntegers(places, count: batch * outputs) {
        wattle_batch_norm_max_pool_backward(
          shape, workspace.value(norm.input), workspace.value(norm.output), $0,
          workspace.parameters + norm.gamma, workspace.parameters + norm.beta, workspace.value(norm.mean),
          workspace.value(norm.inverseDeviation),
          workspace.gradient(norm.output), dx, gradients + norm.gamma, gradients + norm.beta)
      }
    }
  }

  var values: [ValueID] { norm.values + [places] }
  var kept: [ValueID] { norm.kept + [norm.output, places] }
  var gradients: [ValueID] { norm.gradients }
  func scratch(batch: Int) -> Int { norm.scratch(batch: batch) }

  private func shape(of batch: Int) -> wattle_pooling {
    var shape = shape
    shape.batch = Int32(batch)
    return shape
  }

  private var outputs: Int { Int(shape.output_height) * Int(shape.output_width) * Int(shape.channels) }
  private var window: Int { Int(shape.window_height) * Int(shape.window_width) }
  private var elements: Int { norm.positions * norm.channels }

  var inferenceCosts: OperationCosts {
    OperationCosts(
      flops: norm.inferenceCosts.flops + outputs * (window - 1),
      numbersMoved: elements + outputs + 4 * norm.channels)
  }

  /// The operations of a batch norm and of a pooling; forward reads x twice and writes y and its places, backward reads
  /// x, y, its places and gradient twice and writes dx.
  var trainingCosts: OperationCosts {
    OperationCosts(
      flops: norm.trainingCosts.flops + outputs * window,
      numbersMoved: 2 * elements + 2 * outputs + 8 * norm.channels + 3 * elements + 6 * outputs
        + 5 * norm.channels)
  }
}
