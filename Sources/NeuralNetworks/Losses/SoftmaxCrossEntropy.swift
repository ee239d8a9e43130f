/// The loss −log softmax(x)[label], fused with its gradient.
///
///     x  [batch, classes] logits   label  [batch]   dx  [batch, classes] = (softmax(x) − one-hot(label)) / batch
enum SoftmaxCrossEntropy {
  /// A class: find the largest, subtract it, exponential, sum, scale, and its share of the rest.
  static func costs(classes: Int) -> OperationCosts {
    OperationCosts(flops: 6 * classes, numbersMoved: 2 * classes)
  }
}
