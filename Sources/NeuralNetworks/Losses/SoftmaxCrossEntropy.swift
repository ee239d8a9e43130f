internal import CKernels

/// The loss −log softmax(x)[label], fused with its gradient.
///
///     x  [batch, classes] logits   label  [batch]   dx  [batch, classes] = (softmax(x) − one-hot(label)) / batch
enum SoftmaxCrossEntropy {
  /// Overwrites `gradient` and returns the sum of the rows' losses.
  static func gradient(
    batch: Int, classes: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    wattle_softmax_cross_entropy(batch, classes, logits, labels, gradient)
  }

  /// The number of rows whose largest logit is the label's.
  static func correct(
    batch: Int, classes: Int, logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>
  ) -> Int {
    wattle_count_correct(batch, classes, logits, labels)
  }

  /// A class: find the largest, subtract it, exponential, sum, scale, and its share of the rest.
  static func costs(classes: Int) -> OperationCosts {
    OperationCosts(flops: 6 * classes, numbersMoved: 2 * classes)
  }
}
