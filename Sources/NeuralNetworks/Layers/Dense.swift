internal import CKernels
internal import COpenBLAS

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
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(batch), Int32(units), Int32(inputs),
      1, workspace.value(input), Int32(inputs), workspace.parameters + weights, Int32(units),
      0, y, Int32(units))
    let b = workspace.parameters + bias
    switch (activation, slope) {
    case (.relu, _): wattle_bias_relu(batch, units, b, y)
    case (.tanh, _): wattle_bias_tanh(batch, units, b, y)
    case (.gelu, let slope?): wattle_bias_gelu(batch, units, b, y, workspace.value(slope))
    case (nil, _), (.gelu, nil): wattle_bias(batch, units, b, y)
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
    case (nil, _), (.gelu, nil): wattle_bias_backward(batch, units, dz, db)
    }
    cblas_sgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(inputs), Int32(units), Int32(batch),
      1, workspace.value(input), Int32(inputs), dz, Int32(units),
      0, workspace.parameterGradients + weights, Int32(units))
    guard propagates else { return }
    let dx = workspace.gradient(input)
    let w = workspace.parameters + weights
    if transposesWeights(batch: batch) {
      wattle_transpose(inputs, units, w, workspace.scratch)
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(batch), Int32(inputs), Int32(units),
        1, dz, Int32(units), workspace.scratch, Int32(inputs), 0, dx, Int32(inputs))
    } else {
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(batch), Int32(inputs), Int32(units),
        1, dz, Int32(units), w, Int32(units), 0, dx, Int32(inputs))
    }
  }

  /// OpenBLAS multiplies matrices of up to 10⁶ multiply-adds in place, and then a transposed right factor takes twice
  /// the time; a transposed copy costs less. Larger matrices it copies anyway.
  private func transposesWeights(batch: Int) -> Bool {
    batch * inputs * units <= 1_000_000
  }

  func scratch(batch: Int) -> Int {
    // A smaller batch than the largest may be below the threshold too.
    propagates && transposesWeights(batch: 1) ? inputs * units : 0
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
