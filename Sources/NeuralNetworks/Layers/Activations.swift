internal import CKernels

/// y = f(x), element by element, where no dense layer stands directly before.
///
///     x, y  [batch, elements]
///
/// Kept for the backward pass: y for ReLU and tanh; the slope f′(x) [batch, elements] for GELU.
struct ActivationOperation {
  let input: ValueID
  let output: ValueID
  let elements: Int
  let activation: Activation
  let slope: ValueID?
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int) {
    let x = workspace.value(input)
    let y = workspace.value(output)
    switch (activation, slope) {
    case (.relu, _): wattle_relu(batch * elements, x, y)
    case (.tanh, _): wattle_tanh(batch * elements, x, y)
    case (.gelu, let slope?): wattle_gelu(batch * elements, x, y, workspace.value(slope))
    case (.gelu, nil): preconditionFailure("GELU keeps its slope")
    }
  }

  /// dx = dy ⊙ f′(x).
  func backward(_ workspace: Workspace, batch: Int) {
    guard propagates else { return }
    let dx = workspace.gradient(input)
    let dy = workspace.gradient(output)
    switch (activation, slope) {
    case (.relu, _): wattle_relu_backward(batch * elements, workspace.value(output), dy, dx)
    case (.tanh, _): wattle_tanh_backward(batch * elements, workspace.value(output), dy, dx)
    case (.gelu, let slope?): wattle_multiply(batch * elements, workspace.value(slope), dy, dx)
    case (.gelu, nil): preconditionFailure("GELU keeps its slope")
    }
  }

  var inferenceCosts: OperationCosts {
    OperationCosts(flops: elements * activation.forwardFlops, numbersMoved: 2 * elements)
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    if slope != nil { costs.numbersMoved += elements }
    if propagates {
      costs.flops += elements * activation.backwardFlops
      costs.numbersMoved += 3 * elements
    }
    return costs
  }
}

extension Activation {
  /// FLOPs a value, forward: GELU is 0.5·x·(1 + tanh(c·(x + a·x³))).
  var forwardFlops: Int {
    switch self {
    case .relu, .tanh: 1
    case .gelu: 9
    }
  }

  /// FLOPs a value, backward: tanh is dy·(1 − y²); GELU dy·(s + y·(1 − s)·2c·(1 + 3a·x²)).
  var backwardFlops: Int {
    switch self {
    case .relu: 1
    case .tanh: 3
    case .gelu: 9
    }
  }

  /// Whether the backward pass needs the slope kept, because the output does not tell it.
  var keepsSlope: Bool { self == .gelu }
}
