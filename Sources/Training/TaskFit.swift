import Datasets
import NeuralNetworks

extension Loss {
  /// How many outputs a network with this loss has for a task; nil where the loss is not for such a task.
  ///
  /// Binary cross-entropy is for two classes and has one output; it is the only loss whose outputs are not the task's.
  public func outputCount(for task: LearningTask) -> Int? {
    switch (self, task) {
    case (.crossEntropy, .classification(let classes)): classes
    case (.binaryCrossEntropy, .classification(classes: 2)): 1
    case (.meanSquaredError, .regression), (.huber, .regression): 1
    default: nil
    }
  }
}

extension TrainingHyperparameters {
  /// How many outputs the network has for a task.
  ///
  /// - Throws: `TrainingFailure.hyperparameter` where the loss or the class weights are not for such a task.
  public func outputCount(for task: LearningTask) throws(TrainingFailure) -> Int {
    guard let outputs = loss.outputCount(for: task) else {
      throw .hyperparameter(name: "loss", value: "\(loss)", expected: "a loss for \(task.phrase)")
    }
    if case .given(let weights) = classWeights, case .classification(let classes) = task,
      weights.count != classes
    {
      throw .hyperparameter(
        name: "class weights", value: "\(weights.count)", expected: "\(classes) numbers, one a class")
    }
    return outputs
  }
}

extension LearningTask {
  /// The task as in a sentence: `a classification of 10 classes`.
  public var phrase: String {
    switch self {
    case .classification(let classes): "a classification of \(classes) classes"
    case .regression: "a regression"
    }
  }
}

extension PreparedData {
  /// Checks that all parts have samples of the right shape with something to learn for each.
  func checkParts() throws(TrainingFailure) {
    let values = sampleShape.reduce(1, *)
    for (part, samples) in [("training", training), ("validation", validation), ("test", test)] {
      guard samples.count > 0 else { throw .emptyPart(part) }
      guard samples.features.count == samples.count * values else {
        throw .featureCount(part: part, expected: samples.count * values, found: samples.features.count)
      }
      switch task {
      case .classification(let classes):
        guard samples.labels.count == samples.count else {
          throw .noTargets(part: part, task: "classification")
        }
        for (index, label) in samples.labels.enumerated() where label < 0 || label >= classes {
          throw .label(part: part, sample: index, label: Int(label), classCount: classes)
        }
      case .regression:
        guard samples.targets.count == samples.count else {
          throw .noTargets(part: part, task: "regression")
        }
        for (index, target) in samples.targets.enumerated() where !target.isFinite {
          throw .target(part: part, sample: index, value: "\(target)")
        }
      }
    }
  }
}

extension PreparedData {
  /// Checks that all values are names that embeddings know.
  ///
  /// - Throws: `TrainingFailure.name` with the first value that is none.
  func checkNames(_ vocabulary: Int) throws(TrainingFailure) {
    let width = sampleShape.reduce(1, *)
    for (part, samples) in [("training", training), ("validation", validation), ("test", test)] {
      let bad = samples.features.firstIndex {
        !($0 >= 0 && $0 < Float(vocabulary) && $0 == $0.rounded(.towardZero))
      }
      if let bad {
        throw .name(
          part: part, sample: bad / width, value: "\(samples.features[bad])", vocabulary: vocabulary)
      }
    }
  }
}

extension Samples {
  /// 1 − Σ(error²) / Σ(distance from the mean)².
  func coefficientOfDetermination(squaredErrors: Double) -> Double {
    guard let first = targets.first else { return 0 }
    let mean = first + targets.reduce(0) { $0 + ($1 - first) } / Double(targets.count)
    let spread = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard spread > 0 else { return squaredErrors == 0 ? 1 : 0 }
    return 1 - squaredErrors / spread
  }
}
