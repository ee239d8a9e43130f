internal import CKernels

/// A second use of a value: `branch` lies where `trunk` does, and has a gradient of its own that is added to the
/// trunk's.
///
/// A value that several layers take is handed to the last of them itself and to each other one as a branch of a fork
/// before that layer. Backward the last comes first and overwrites the gradient; each fork adds to it.
///
///     trunk, branch  [batch, elements]
struct ForkOperation: OperationPayload {
  let trunk: ValueID
  let branch: ValueID
  let elements: Int

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {}

  /// d trunk += d branch
  func backward(_ workspace: Workspace, batch: Int) {
    wattle_accumulate(batch * elements, workspace.gradient(branch), workspace.gradient(trunk))
  }

  var values: [ValueID] { [] }
  var gradients: [ValueID] { [trunk, branch] }

  var inferenceCosts: OperationCosts { OperationCosts() }
  var trainingCosts: OperationCosts { OperationCosts(flops: elements, numbersMoved: 3 * elements) }
}

/// y = f(a + b) with an optional ReLU f fused.
///
///     a, b, y  [batch, elements]
///
/// The gradient of one addend lies where that of y does; the other's is a copy. Kept for the backward pass: y for ReLU.
struct AdditionOperation: OperationPayload {
  let a: ValueID
  let b: ValueID
  let output: ValueID
  let elements: Int
  /// The addend whose gradient is copied; nil if only one addend wants one, or none.
  let copied: ValueID?
  var hasRelu = false

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    wattle_add(
      batch * elements, workspace.value(a), workspace.value(b), hasRelu ? 1 : 0, workspace.value(output))
  }

  func backward(_ workspace: Workspace, batch: Int) {
    let count = batch * elements
    if hasRelu {
      wattle_add_relu_backward(
        count, workspace.value(output), workspace.gradient(output), copied.map(workspace.gradient))
    } else if let copied {
      workspace.gradient(copied).update(from: workspace.gradient(output), count: count)
    }
  }

  var values: [ValueID] { [a, b, output] }
  var kept: [ValueID] { hasRelu ? [output] : [] }
  var gradients: [ValueID] { copied.map { [output, $0] } ?? [output] }

  var inferenceCosts: OperationCosts {
    OperationCosts(flops: (hasRelu ? 2 : 1) * elements, numbersMoved: 3 * elements)
  }

  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    if hasRelu { costs += OperationCosts(flops: elements, numbersMoved: 3 * elements) }
    // The copy is written; without a ReLU the gradient is read for it.
    if copied != nil { costs.numbersMoved += (hasRelu ? 1 : 2) * elements }
    return costs
  }
}

/// One part of a concatenation along the channels: x becomes the columns of y from `offset` on.
///
///     x  [batch · rows, columns]   y  [batch · rows, outputColumns]
struct ConcatenationOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  /// The rows a sample.
  let rows: Int
  let columns: Int
  let outputColumns: Int
  let offset: Int
  let propagates: Bool

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    wattle_copy_columns(
      batch * rows, columns, columns, workspace.value(input), outputColumns,
      workspace.value(output) + offset)
  }

  func backward(_ workspace: Workspace, batch: Int) {
    guard propagates else { return }
    wattle_copy_columns(
      batch * rows, columns, outputColumns, workspace.gradient(output) + offset, columns,
      workspace.gradient(input))
  }

  var values: [ValueID] { [input, output] }
  var kept: [ValueID] { [] }
  var gradients: [ValueID] { propagates ? [input, output] : [] }

  var inferenceCosts: OperationCosts { OperationCosts(flops: 0, numbersMoved: 2 * rows * columns) }

  var trainingCosts: OperationCosts {
    OperationCosts(flops: 0, numbersMoved: (propagates ? 4 : 2) * rows * columns)
  }
}
