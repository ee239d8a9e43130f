internal import CKernels

/// y = x ⊙ m in training, with m = 0 with probability `rate` and else 1/(1 − rate); y = x in inference.
///
///     x, y, m  [batch, elements]
///
/// Kept for the backward pass: m.
struct DropoutOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  let mask: ValueID
  let elements: Int
  let rate: Float
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    let x = workspace.value(input)
    let y = workspace.value(output)
    switch mode {
    case .training:
      wattle_dropout(batch * elements, rate, workspace.dropoutState, x, workspace.value(mask), y)
    case .inference:
      y.update(from: x, count: batch * elements)
    }
  }

  /// dx = dy ⊙ m.
  func backward(_ workspace: Workspace, batch: Int) {
    guard propagates else { return }
    wattle_multiply(
      batch * elements, workspace.gradient(output), workspace.value(mask), workspace.gradient(input))
  }

  var values: [ValueID] { [input, output, mask] }
  var kept: [ValueID] { [mask] }
  var gradients: [ValueID] { propagates ? [input, output] : [] }

  var inferenceCosts: OperationCosts { OperationCosts() }

  var trainingCosts: OperationCosts {
    OperationCosts(
      flops: 2 * elements + (propagates ? elements : 0),
      numbersMoved: 3 * elements + (propagates ? 3 * elements : 0))
  }
}
