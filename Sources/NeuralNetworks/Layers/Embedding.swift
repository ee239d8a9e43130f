internal import CKernels

/// y = the row of a table for each number of x, rounded and limited to 0 ..< vocabulary.
///
///     x  [batch, count]   table  [vocabulary, dimension]   y  [batch, count, dimension]
///
/// Kept for the backward pass: x. x is the network's input, whose gradient nobody wants.
struct EmbeddingOperation: OperationPayload {
  let input: ValueID
  let output: ValueID
  /// The numbers a sample.
  let count: Int
  let vocabulary: Int
  let dimension: Int
  /// Where the table starts in the parameter vector.
  let table: Int

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    wattle_embedding(
      batch * count, vocabulary, dimension, workspace.value(input), workspace.parameters + table,
      workspace.value(output))
  }

  func backward(_ workspace: Workspace, batch: Int) {
    wattle_embedding_backward(
      batch * count, vocabulary, dimension, workspace.value(input), workspace.gradient(output),
      workspace.parameterGradients + table)
  }

  var values: [ValueID] { [input, output] }
  var kept: [ValueID] { [input] }
  var gradients: [ValueID] { [output] }

  var inferenceCosts: OperationCosts {
    OperationCosts(flops: 0, numbersMoved: count + 2 * count * dimension)
  }

  /// The whole gradient of the table is written.
  var trainingCosts: OperationCosts {
    var costs = inferenceCosts
    costs += OperationCosts(
      flops: count * dimension, numbersMoved: count + count * dimension + vocabulary * dimension)
    return costs
  }
}
