import Datasets
import Training

/// What a study optimises; each can be evaluated for every completed trial.
public enum Objective: String, Codable, Hashable, CaseIterable, Sendable {
  /// The share of validation samples that are classified rightly.
  case accuracy
  /// The mean cross-entropy over the validation samples, or their mean squared error in standardised targets.
  case loss
  /// The coefficient of determination over the validation samples of a regression.
  case r2
  /// The root of the mean squared error over the validation samples of a regression, in the units of the targets.
  case rmse
  /// The energy that the trial's training took.
  case trainingEnergy = "training-energy"
  /// The energy of one inference at batch 1, measured, in joules.
  case inferenceEnergy = "inference-energy"
  /// What differs between the lives of networks: T + I · e, the energy of the whole training and that of the expected number
  /// of inferences at batch 1, measured, in kilowatt-hours. CT is the same for all trials of a run.
  case lifeCycleEnergy = "life-cycle-energy"
  /// The seconds of one inference at batch 1, measured.
  case latency
  /// The number of weights and biases.
  case parameters
  /// Floating-point operations of one forward pass a sample.
  case flops

  /// Which way is better.
  public enum Direction: String, Codable, Hashable, CaseIterable, Sendable {
    /// More is better.
    case maximize
    /// Less is better.
    case minimize
  }

  /// Which way this objective is better.
  public var direction: Direction {
    switch self {
    case .accuracy, .r2: .maximize
    case .loss, .rmse, .trainingEnergy, .inferenceEnergy, .lifeCycleEnergy, .latency, .parameters, .flops:
      .minimize
    }
  }

  /// Whether trials have a value of it only once inferences of their networks were measured.
  public var needsInference: Bool {
    self == .inferenceEnergy || self == .lifeCycleEnergy || self == .latency
  }

  /// What is optimised where nothing is said: R² of a regression, else accuracy, against the energy of training.
  static func defaults(for task: LearningTask?) -> [Objective] {
    [task == .regression ? .r2 : .accuracy, .trainingEnergy]
  }

  /// Whether this objective can be evaluated for a task.
  public func isFor(_ task: LearningTask) -> Bool {
    switch (self, task) {
    case (.accuracy, .regression), (.r2, .classification), (.rmse, .classification): false
    default: true
    }
  }
}

extension Objective {
  /// Why trials of a task have no value of this objective; nil if they have one.
  public func problem(with task: LearningTask) -> String? {
    guard !isFor(task) else { return nil }
    let known = Objective.allCases.filter { $0.isFor(task) }.map(\.rawValue).joined(separator: ", ")
    return "\(rawValue) is not for \(task.phrase); known for it: \(known)"
  }
}

extension StudyConfiguration {
  /// The configuration with the default objectives of a task, where it names none.
  public func withObjectives(for task: LearningTask) -> StudyConfiguration {
    guard hasDefaultObjectives else { return self }
    var configuration = self
    configuration.objectives = Objective.defaults(for: task)
    return configuration
  }

  /// Checks that every objective can be evaluated for a task.
  ///
  /// - Throws: ``ConfigurationError`` with the place of the first that cannot.
  public func checkObjectives(for task: LearningTask) throws {
    for (index, objective) in objectives.enumerated() {
      guard let problem = objective.problem(with: task) else { continue }
      let path = "objectives[\(index)].\(objective.direction.rawValue)"
      throw ConfigurationError(place: location(of: path), message: "objectives: " + problem)
    }
  }
}
