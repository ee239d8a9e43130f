internal import CKernels

/// y = f(x·W + b) with an optional activation f fused; without b where a batch norm is next or it is a projection.
///
///     x  [batch, inputs]   W  [inputs, units]   b  [units]   y  [batch, units]
///
/// Kept for the backward pass: x, and what `BiasActivation` keeps.
struct DenseOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  let inputs: Int
  let units: Int
  /// Where W starts in the parameter vector.
  let weights: Int
  let end: BiasActivation
  /// Whether the gradient of the input is wanted.
  let propagates: Bool

  /// W is row-major [inputs, units], so x·W is a product without transposition, the fastest one.
  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let y = workspace.value(output)
    MatrixProduct.multiply(
      workspace.value(input), workspace.parameters + weights, into: y, rows: batch, columns: units,
      depth: inputs)
    end.forward(workspace, rows: batch, y)
  }

  /// dz = dy ⊙ f′, in place; db = column sums of dz; dW = xᵀ·dz; dx = dz·Wᵀ.
  func backward(_ workspace: Workspace, batch: Int) {
    let dz = workspace.gradient(output)
    end.backward(workspace, rows: batch, y: workspace.value(output), dz)
    MatrixProduct.multiply(
      workspace.value(input), transposed: true, dz, into: workspace.parameterGradients + weights,
      rows: inputs, columns: units, depth: batch)
    if propagates {
      MatrixProduct.multiply(
        dz, byTransposed: workspace.parameters + weights, into: workspace.gradient(input),
        rows: batch, columns: inputs, depth: units, scratch: workspace.scratch)
    }
  }

  var values: [ValueID] { [input, output] + (end.slope.map { [$0] } ?? []) }
  var gradients: [ValueID] { propagates ? [input, output] : [output] }

  func scratch(batch: Int) -> Int {
    propagates ? MatrixProduct.scratchCount(rows: batch, columns: inputs, depth: units) : 0
  }

  var inferenceCosts: OperationCosts {
    var costs = end.inferenceCosts(rows: 1)
    costs += OperationCosts(flops: 2 * inputs * units, numbersMoved: inputs + inputs * units + units)
    return costs
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    costs += end.backwardCosts(rows: 1)
    costs += OperationCosts(flops: 2 * inputs * units, numbersMoved: inputs + units + inputs * units)
    if propagates {
      costs += OperationCosts(flops: 2 * inputs * units, numbersMoved: units + inputs * units + inputs)
    }
    return costs
  }
}
