internal import CKernels

/// f(z + b) with an optional activation f, in place behind a product z.
///
///     b  [columns]   y, z  [rows, columns]
///
/// Kept for the backward pass: y for ReLU and tanh; the slope f′(z + b) [rows, columns] for GELU.
struct BiasActivation {
  let columns: Int
  /// Where b starts in the parameter vector; without b there is no activation either.
  let bias: Int?
  let activation: Activation?
  let slope: ValueID?

  /// y ← f(y + b)
  func forward(_ workspace: Workspace, rows: Int, _ y: UnsafeMutablePointer<Float>) {
    guard let bias else { return }
    let b = workspace.parameters + bias
    switch (activation, slope) {
    case (.relu, _): wattle_bias_relu(rows, columns, b, y)
    case (.tanh, _): wattle_bias_tanh(rows, columns, b, y)
    case (.gelu, let slope?): wattle_bias_gelu(rows, columns, b, y, workspace.value(slope))
    case (nil, _): wattle_bias(rows, columns, b, y)
    default: preconditionFailure("the plan fuses only these, and keeps a slope where one is needed")
    }
  }

  /// dz = dy ⊙ f′, in place; db = column sums of dz.
  func backward(
    _ workspace: Workspace, rows: Int, y: UnsafePointer<Float>, _ dz: UnsafeMutablePointer<Float>
  ) {
    guard let bias else { return }
    let db = workspace.parameterGradients + bias
    switch (activation, slope) {
    case (.relu, _): wattle_bias_relu_backward(rows, columns, y, dz, db)
    case (.tanh, _): wattle_bias_tanh_backward(rows, columns, y, dz, db)
    case (.gelu, let slope?): wattle_bias_gelu_backward(rows, columns, workspace.value(slope), dz, db)
    case (nil, _): wattle_bias_backward(rows, columns, dz, db)
    default: preconditionFailure("the plan fuses only these, and keeps a slope where one is needed")
    }
  }

  /// For `rows` rows a sample, without y itself.
  func inferenceCosts(rows: Int) -> OperationCosts {
    guard bias != nil else { return OperationCosts() }
    let values = rows * columns
    return OperationCosts(flops: values + values * (activation?.forwardFlops ?? 0), numbersMoved: columns)
  }

  /// What training costs more than twice that of inference: for `rows` rows a sample, without dz itself.
  func backwardCosts(rows: Int) -> OperationCosts {
    guard bias != nil else { return OperationCosts() }
    let values = rows * columns
    return OperationCosts(
      flops: values + values * (activation?.backwardFlops ?? 0),
      numbersMoved: columns + (activation == nil ? 0 : values) + (slope == nil ? 0 : values))
  }
}
