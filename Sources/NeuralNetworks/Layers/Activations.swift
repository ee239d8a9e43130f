internal import CKernels

/// y = f(x), element by element, where f is not fused with the layer before.
///
///     x, y  [batch, elements]
///
/// Kept for the backward pass: y for ReLU and tanh; the slope f′(x) [batch, elements] for GELU; x and y for others.
struct ActivationOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  let elements: Int
  let activation: Activation
  let slope: ValueID?
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let x = workspace.value(input)
    let y = workspace.value(output)
    let count = batch * elements
    switch (activation, slope) {
    case (.relu, _): wattle_relu(count, x, y)
    case (.tanh, _): wattle_tanh(count, x, y)
    case (.gelu, let slope?): wattle_gelu(count, x, y, workspace.value(slope))
    case (.gelu, nil): preconditionFailure("GELU keeps its slope")
    case (.relu6, _): wattle_relu6(count, x, y)
    case (.leakyRelu, _): wattle_leaky_relu(count, Activation.leakySlope, x, y)
    case (.squaredRelu, _): wattle_squared_relu(count, x, y)
    case (.silu, _): wattle_silu(count, x, y)
    case (.sigmoid, _): wattle_sigmoid(count, x, y)
    case (.hardSwish, _): wattle_hard_swish(count, x, y)
    }
  }

  /// dx = dy ⊙ f′(x).
  func backward(_ workspace: Workspace, batch: Int) {
    guard propagates else { return }
    let x = workspace.value(input)
    let y = workspace.value(output)
    let dx = workspace.gradient(input)
    let dy = workspace.gradient(output)
    let count = batch * elements
    switch (activation, slope) {
    case (.relu, _): wattle_relu_backward(count, y, dy, dx)
    case (.tanh, _): wattle_tanh_backward(count, y, dy, dx)
    case (.gelu, let slope?): wattle_multiply(count, workspace.value(slope), dy, dx)
    case (.gelu, nil): preconditionFailure("GELU keeps its slope")
    case (.relu6, _): wattle_relu6_backward(count, x, y, dy, dx)
    case (.leakyRelu, _): wattle_leaky_relu_backward(count, Activation.leakySlope, x, y, dy, dx)
    case (.squaredRelu, _): wattle_squared_relu_backward(count, x, y, dy, dx)
    case (.silu, _): wattle_silu_backward(count, x, y, dy, dx)
    case (.sigmoid, _): wattle_sigmoid_backward(count, x, y, dy, dx)
    case (.hardSwish, _): wattle_hard_swish_backward(count, x, y, dy, dx)
    }
  }

  var values: [ValueID] { [input, output] + (slope.map { [$0] } ?? []) }
  var gradients: [ValueID] { propagates ? [input, output] : [] }

  var inferenceCosts: OperationCosts {
    OperationCosts(flops: elements * activation.forwardFlops, numbersMoved: 2 * elements)
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    if slope != nil { costs.numbersMoved += elements }
    if propagates {
      costs += OperationCosts(flops: elements * activation.backwardFlops, numbersMoved: 3 * elements)
    }
    return costs
  }
}
