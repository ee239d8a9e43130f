import Datasets
import Training

/// The number that says how well a trained network does on a scale that ends at 1: what searches are compared at.
public enum QualityMeasure: String, Sendable {
  /// The share classified correctly, of a classification.
  case accuracy
  /// The coefficient of determination, of a regression.
  case r2

  /// The measure for a task.
  public init(for task: LearningTask) {
    self = if case .regression = task { .r2 } else { .accuracy }
  }

  /// The measure's name in a sentence.
  public var name: String {
    switch self {
    case .accuracy: "accuracy"
    case .r2: "R²"
    }
  }

  /// The measure on the validation part.
  public func validation(_ outcome: TrainingOutcome?) -> Double? {
    switch self {
    case .accuracy: outcome?.validationAccuracy
    case .r2: outcome?.validationR2
    }
  }

  /// The measure on the test part.
  public func test(_ outcome: TrainingOutcome?) -> Double? {
    switch self {
    case .accuracy: outcome?.testAccuracy
    case .r2: outcome?.testR2
    }
  }
}
