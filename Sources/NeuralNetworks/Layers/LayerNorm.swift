internal import CKernels

/// y = γ·(x − μ)/√(σ² + ε) + β, with μ and σ² those of the channels at each place of each sample.
///
///     x, y  [batch · positions, channels]   γ, β  [channels]
///
/// Kept for the backward pass: x; μ and 1/√(σ² + ε) [batch · positions].
struct LayerNormOperation: OperationPayload {
  static let epsilon: Float = 1e-5

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
  /// Whether the gradient of the input is wanted.
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    wattle_layer_norm(
      batch * positions, channels, workspace.value(input), workspace.parameters + gamma,
      workspace.parameters + beta, Self.epsilon, workspace.value(mean), workspace.value(inverseDeviation),
      workspace.value(output))
  }

  func backward(_ workspace: Workspace, batch: Int) {
    let gradients = workspace.parameterGradients
    wattle_layer_norm_backward(
      batch * positions, channels, workspace.value(input), workspace.parameters + gamma,
      workspace.value(mean), workspace.value(inverseDeviation), workspace.gradient(output),
      propagates ? workspace.gradient(input) : workspace.scratch, gradients + gamma, gradients + beta)
  }

  var values: [ValueID] { [input, output, mean, inverseDeviation] }
  var kept: [ValueID] { [input, mean, inverseDeviation] }
  var gradients: [ValueID] { propagates ? [input, output] : [output] }

  /// The kernel gives the gradient of the input in any case.
  func scratch(batch: Int) -> Int { propagates ? 0 : batch * positions * channels }

  private var elements: Int { positions * channels }

  /// A value takes 1 for the mean, 3 for the variance, 2 to normalise and 2 for γ and β; a row 5 for two divisions, ε,
  /// the root and its inverse.
  var inferenceCosts: OperationCosts {
    OperationCosts(
      flops: 8 * elements + 5 * positions, numbersMoved: 2 * elements + 2 * channels)
  }

  /// Backward a value takes 2 for its normal form, 2 for dγ, 1 for dβ, 4 for the row's sums and 4 for dx.
  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    costs += OperationCosts(
      flops: 13 * elements, numbersMoved: 2 * positions + 3 * elements + 2 * positions + 3 * channels)
    return costs
  }
}
