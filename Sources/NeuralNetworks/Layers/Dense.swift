internal import CKernels

/// y = f(x·W + b) with an optional activation f fused.
///
///     x  [batch, inputs]   W  [inputs, units]   b  [units]   y  [batch, units]
///
/// Kept for the backward pass: x; of f, y for ReLU and tanh, and the slope f′(x·W + b) [batch, units] for GELU.
struct DenseOperation {
  let input: ValueID
  let output: ValueID
  let inputs: Int
  let units: Int
  /// Where W starts in the parameter vector; b starts at `bias`.
  let weights: Int
  let bias: Int
  let activation: Activation?
  let slope: ValueID?
  /// Whether the gradient of the input is wanted.
  let propagates: Bool

  /// W is row-major [inputs, units], so x·W is a product without transposition, the fastest one.
  func forward(_ workspace: Workspace, batch: Int) {
    let y = workspace.value(output)
    MatrixProduct.multiply(
      workspace.value(input), workspace.parameters + weights, into: y, rows: batch, columns: units,
      depth: inputs)
    let b = workspace.parameters + bias
    switch (activation, slope) {
    case (.relu, _): wattle_bias_relu(batch, units, b, y)
    case (.tanh, _): wattle_bias_tanh(batch, units, b, y)
    case (.gelu, let slope?): wattle_bias_gelu(batch, units, b, y, workspace.value(slope))
    case (.gelu, nil): preconditionFailure("GELU keeps its slope")
    case (nil, _): wattle_bias(batch, units, b, y)
    }
  }

  /// dz = dy ⊙ f′, in place; db = column sums of dz; dW = xᵀ·dz; dx = dz·Wᵀ.
  func backward(_ workspace: Workspace, batch: Int) {
    let dz = workspace.gradient(output)
    let db = workspace.parameterGradients + bias
    switch (activation, slope) {
    case (.relu, _): wattle_bias_relu_backward(batch, units, workspace.value(output), dz, db)
    case (.tanh, _): wattle_bias_tanh_backward(batch, units, workspace.value(output), dz, db)
    case (.gelu, let slope?): wattle_bias_gelu_backward(batch, units, workspace.value(slope), dz, db)
    case (.gelu, nil): preconditionFailure("GELU keeps its slope")
    case (nil, _): wattle_bias_backward(batch, units, dz, db)
    }
    MatrixProduct.multiply(
      workspace.value(input), transposed: true, dz, into: workspace.parameterGradients + weights,
      rows: inputs, columns: units, depth: batch)
    if propagates {
      MatrixProduct.multiply(
        dz, byTransposed: workspace.parameters + weights, into: workspace.gradient(input),
        rows: batch, columns: inputs, depth: units, scratch: workspace.scratch)
    }
  }

  func scratch(batch: Int) -> Int {
    propagates ? MatrixProduct.scratchCount(rows: batch, columns: inputs, depth: units) : 0
  }

  var inferenceCosts: OperationCosts {
    OperationCosts(
      flops: 2 * inputs * units + units + units * (activation?.forwardFlops ?? 0),
      numbersMoved: inputs + inputs * units + units + units)
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    // The kept slope is written; then dW, db and the activation.
    if slope != nil { costs.numbersMoved += units }
    costs.flops += 2 * inputs * units + units + units * (activation?.backwardFlops ?? 0)
    costs.numbersMoved += inputs + units + inputs * units + units + (activation == nil ? 0 : units)
    if propagates {
      costs.flops += 2 * inputs * units
      costs.numbersMoved += units + inputs * units + inputs
    }
    return costs
  }
}
