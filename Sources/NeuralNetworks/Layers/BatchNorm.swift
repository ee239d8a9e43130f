internal import CKernels

/// y = f(γ·(x − μ)/√(σ² + ε) + β) for each channel, with an optional ReLU f fused: μ and σ² are those of the batch in
/// training and running ones in inference.
///
///     x, y  [batch · positions, channels]   γ, β, running μ and σ²  [channels]
///
/// Kept for the backward pass: x; the batch's μ and 1/√(σ² + ε) [channels]. The gradient of x lies where that of y does.
struct BatchNormOperation: OperationPayload {
  static let epsilon: Float = 1e-5
  /// The share of a batch in the running statistics.
  static let momentum: Float = 0.1

  let input: ValueID
  let output: ValueID
  let mean: ValueID
  let inverseDeviation: ValueID
  /// The rows a sample.
  let positions: Int
  let channels: Int
  /// Where γ and β start in the parameter vector.
  let gamma: Int
  let beta: Int
  /// Where the running statistics start in the state vector.
  let runningMean: Int
  let runningVariance: Int
  let hasRelu: Bool
  /// Whether the gradient of the input is wanted.
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let parameters = workspace.parameters
    let state = workspace.state
    switch mode {
    case .training:
      wattle_batch_norm_training(
        batch * positions, channels, workspace.value(input), parameters + gamma, parameters + beta,
        Self.epsilon,
        Self.momentum, hasRelu ? 1 : 0, state + runningMean, state + runningVariance, workspace.value(mean),
        workspace.value(inverseDeviation), workspace.value(output))
    case .inference:
      wattle_batch_norm_inference(
        batch * positions, channels, workspace.value(input), parameters + gamma, parameters + beta,
        Self.epsilon,
        hasRelu ? 1 : 0, state + runningMean, state + runningVariance, workspace.value(output))
    }
  }

  func backward(_ workspace: Workspace, batch: Int) {
    let gradients = workspace.parameterGradients
    wattle_batch_norm_backward(
      batch * positions, channels, workspace.value(input), workspace.parameters + gamma,
      workspace.parameters + beta, workspace.value(mean), workspace.value(inverseDeviation), hasRelu ? 1 : 0,
      workspace.gradient(output), propagates ? workspace.gradient(input) : workspace.scratch,
      gradients + gamma, gradients + beta)
  }

  var values: [ValueID] { [input, output, mean, inverseDeviation] }
  var kept: [ValueID] { [input, mean, inverseDeviation] }
  var gradients: [ValueID] { propagates ? [input, output] : [output] }

  /// The kernel gives the gradient of the input in any case.
  func scratch(batch: Int) -> Int { propagates ? 0 : batch * positions * channels }

  private var elements: Int { positions * channels }

  var inferenceCosts: OperationCosts {
    OperationCosts(flops: (hasRelu ? 3 : 2) * elements, numbersMoved: 2 * elements + 4 * channels)
  }

  /// Forward a value takes 1 for the mean, 3 for the variance and 2 to scale and shift; backward 4 for dγ, 1 for dβ
  /// and 4 for dx.
  var trainingCosts: OperationCosts {
    OperationCosts(
      flops: (6 + 9 + (hasRelu ? 2 : 0)) * elements,
      numbersMoved: 2 * elements + 8 * channels + 3 * elements + 6 * channels)
  }
}
