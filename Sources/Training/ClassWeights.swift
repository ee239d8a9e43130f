/// What each class counts for in the loss.
public enum ClassWeights: Codable, Hashable, Sendable {
  /// The same.
  case uniform
  /// Inversely to how often it stands in the training part: samples / (classes · samples of the class), as
  /// scikit-learn's `balanced`.
  case balanced
  /// A number above 0 a class.
  case given([Double])

  /// The weights for some labels; nil where all count the same. A class without samples has the weight 1, which then
  /// means nothing.
  ///
  /// - Complexity: O(labels).
  func resolved(labels: [Int32], classCount: Int) -> [Float]? {
    switch self {
    case .uniform: return nil
    case .given(let weights): return weights.map(Float.init)
    case .balanced:
      var counts = [Int](repeating: 0, count: classCount)
      for label in labels { counts[Int(label)] += 1 }
      return counts.map { $0 == 0 ? 1 : Float(Double(labels.count) / Double(classCount * $0)) }
    }
  }

  /// Whether all classes count the same.
  var isUniform: Bool {
    switch self {
    case .uniform: true
    case .balanced: false
    case .given(let weights): Set(weights).count <= 1
    }
  }
}
