/// What a training makes small: the mean of a loss over the samples of a batch.
///
/// Smoothing and class weights are those of PyTorch: of a sample's target distribution, 1 − smoothing is at its label and
/// the rest is spread evenly over all classes; −log p of a class counts with the class's weight; and the mean divides
/// by the sum of the weights of the samples' labels.
public enum Loss: Codable, Hashable, Sendable {
  /// −log softmax(x)[label], one output a class, in nats.
  case crossEntropy(labelSmoothing: Double = 0)
  /// Cross-entropy of two classes with one output, the logit of class 1 against class 0: what `crossEntropy` would be of
  /// the outputs (0, x).
  case binaryCrossEntropy(labelSmoothing: Double = 0)
  /// (x − target)², one output.
  case meanSquaredError
  /// ½ (x − target)² for an error within delta and delta · (|x − target| − ½ delta) beyond it, one output (Huber 1964,
  /// "Robust estimation of a location parameter").
  case huber(delta: Double = 1)

  /// Whether the loss is one of classes, not of a number.
  public var isOfClasses: Bool {
    switch self {
    case .crossEntropy, .binaryCrossEntropy: true
    case .meanSquaredError, .huber: false
    }
  }

  /// What is evaluated in the loss's place when candidates are compared: without smoothing, and squared errors for every
  /// regression, so that candidates with different losses have comparable numbers.
  var forEvaluation: Loss {
    switch self {
    case .crossEntropy: .crossEntropy()
    case .binaryCrossEntropy: .binaryCrossEntropy()
    case .meanSquaredError, .huber: .meanSquaredError
    }
  }
}
