internal import CKernels

/// y = f(x ∗ W + b) with an optional activation f fused; without b where a batch norm is next or none is wanted.
///
///     x  [batch, height, width, channels]   W  [kernel height, kernel width, channels / groups, filters]
///     b  [filters]                          y  [batch, output height, output width, filters]
///
/// Kept for the backward pass: x, and what `BiasActivation` keeps.
struct ConvolutionOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  /// All but the batch.
  let shape: wattle_convolution
  /// Where W starts in the parameter vector.
  let weights: Int
  let end: BiasActivation
  /// Whether the gradient of the input is wanted.
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let y = workspace.value(output)
    // The kernel adds the bias and does ReLU while a result is in a register.
    let isInKernel = end.activation == nil || end.activation == .relu
    let bias = isInKernel ? end.bias.map { UnsafePointer(workspace.parameters + $0) } : nil
    withUnsafePointer(to: shape(of: batch)) { shape in
      wattle_convolution_forward(
        shape, workspace.value(input), workspace.parameters + weights, bias, end.activation == .relu ? 1 : 0,
        y,
        workspace.scratch)
    }
    if !isInKernel { end.forward(workspace, rows: batch * positions, y) }
  }

  /// dz = dy ⊙ f′, in place; db = sums of dz; dW from x and dz; dx from dz and W.
  func backward(_ workspace: Workspace, batch: Int) {
    let dz = workspace.gradient(output)
    var db = end.bias.map { workspace.parameterGradients + $0 }
    if end.activation != nil {
      end.backward(workspace, rows: batch * positions, y: workspace.value(output), dz)
      db = nil
    }
    withUnsafePointer(to: shape(of: batch)) { shape in
      wattle_convolution_backward_weights(
        shape, workspace.value(input), dz, workspace.parameterGradients + weights, db, workspace.scratch)
      if propagates {
        wattle_convolution_backward_input(
          shape, dz, workspace.parameters + weights, workspace.gradient(input), workspace.scratch)
      }
    }
  }

  var values: [ValueID] { [input, output] + (end.slope.map { [$0] } ?? []) }
  var gradients: [ValueID] { propagates ? [input, output] : [output] }

  func scratch(batch: Int) -> Int {
    withUnsafePointer(to: shape(of: batch)) { wattle_convolution_scratch($0) }
  }

  private func shape(of batch: Int) -> wattle_convolution {
    var shape = shape
    shape.batch = Int32(batch)
    return shape
  }

  private var positions: Int { Int(shape.output_height) * Int(shape.output_width) }
  private var inputs: Int { Int(shape.height) * Int(shape.width) * Int(shape.channels) }
  private var outputs: Int { positions * Int(shape.output_channels) }

  private var weightCount: Int {
    Int(shape.kernel_height) * Int(shape.kernel_width) * Int(shape.channels / shape.groups)
      * Int(shape.output_channels)
  }

  var inferenceCosts: OperationCosts {
    var costs = end.inferenceCosts(rows: positions)
    costs += OperationCosts(flops: 2 * positions * weightCount, numbersMoved: inputs + weightCount + outputs)
    return costs
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    costs += end.backwardCosts(rows: positions)
    costs += OperationCosts(flops: 2 * positions * weightCount, numbersMoved: inputs + outputs + weightCount)
    if propagates {
      costs += OperationCosts(
        flops: 2 * positions * weightCount, numbersMoved: outputs + weightCount + inputs)
    }
    return costs
  }
}
