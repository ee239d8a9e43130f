/// What is to be learnt from a data set.
public enum LearningTask: Codable, Hashable, Sendable {
  /// One of so many classes for each sample.
  case classification(classes: Int)
  /// One real number for each sample.
  case regression

  /// How many numbers a network gives for each sample: one a class, or one.
  public var outputCount: Int {
    switch self {
    case .classification(let classes): classes
    case .regression: 1
    }
  }
}
