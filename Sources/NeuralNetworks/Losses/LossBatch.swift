internal import CKernels

/// The outputs of a batch and what they should have been: what a loss is computed from.
///
///     outputs  [rows, width]   labels  [rows], of class losses   targets  [rows], of the others
///     weights  [classes]   gradient  [rows, width]
struct LossBatch {
  let rows: Int
  let width: Int
  let outputs: UnsafePointer<Float>
  let labels: UnsafePointer<Int32>
  let targets: UnsafePointer<Float>
  /// Whether `weights` are others than 1.
  let isWeighted: Bool
  let weights: UnsafePointer<Float>
  /// The sum of the weights of the rows' labels; the number of rows without weights.
  let totalWeight: Double
  let gradient: UnsafeMutablePointer<Float>

  /// Overwrites `gradient` with that of the mean loss and returns the sum of the rows' losses, in one pass.
  func evaluate(_ loss: Loss) -> Double {
    let scale = Float(1 / totalWeight)
    switch loss {
    case .crossEntropy(let smoothing):
      return smoothing == 0 && !isWeighted
        ? wattle_softmax_cross_entropy(rows, width, outputs, labels, gradient)
        : wattle_weighted_cross_entropy(
          rows, width, outputs, labels, weights, Float(smoothing), scale, gradient)
    case .binaryCrossEntropy(let smoothing):
      return wattle_binary_cross_entropy(rows, outputs, labels, weights, Float(smoothing), scale, gradient)
    case .meanSquaredError:
      return wattle_squared_error(rows, outputs, targets, scale, gradient)
    case .huber(let delta):
      return wattle_huber(rows, Float(delta), outputs, targets, scale, gradient)
    }
  }

  /// The number of rows that are classified correctly; 0 for a loss that is not of classes.
  func correct(_ loss: Loss) -> Int {
    switch loss {
    case .crossEntropy: wattle_count_correct(rows, width, outputs, labels)
    case .binaryCrossEntropy: wattle_count_correct_binary(rows, outputs, labels)
    case .meanSquaredError, .huber: 0
    }
  }
}
