import NeuralNetworks

/// Everything that training needs besides the network and the data.
public struct TrainingHyperparameters: Codable, Hashable, Sendable {
  /// The update rule.
  public var optimizer: Optimizer
  /// The step size at the start.
  public var learningRate: Double
  /// How the step size changes over training.
  public var schedule: LearningRateSchedule
  /// Samples a step.
  public var batchSize: Int
  /// Passes over the training part.
  public var epochs: Int

  /// An update rule with its constants.
  public typealias Optimizer = NeuralNetworks.Optimizer

  /// Hyperparameters.
  public init(
    optimizer: Optimizer, learningRate: Double, schedule: LearningRateSchedule, batchSize: Int, epochs: Int
  ) {
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.batchSize = batchSize
    self.epochs = epochs
  }

  /// Checks every number.
  ///
  /// - Throws: `TrainingFailure.hyperparameter` naming the first that is out of its range.
  public func check() throws(TrainingFailure) {
    func require(_ holds: Bool, _ name: String, _ value: Double, _ expected: String) throws(TrainingFailure) {
      if !holds { throw .hyperparameter(name: name, value: "\(value)", expected: expected) }
    }
    switch optimizer {
    case .sgd(let momentum):
      try require(0..<1 ~= momentum, "momentum", momentum, "a number in 0 ..< 1")
    case .adam(let beta1, let beta2, let epsilon):
      try require(0..<1 ~= beta1, "beta1", beta1, "a number in 0 ..< 1")
      try require(0..<1 ~= beta2, "beta2", beta2, "a number in 0 ..< 1")
      // Below the smallest normal number, the engine would take it for 0.
      try require(
        Double(Float.leastNormalMagnitude)...1 ~= epsilon, "epsilon", epsilon, "a number in 1.2e-38 ... 1")
    }
    try require(learningRate > 0 && learningRate.isFinite, "learning rate", learningRate, "a positive number")
    guard 1...Architecture.Limits.units ~= batchSize else {
      throw .hyperparameter(
        name: "batch size", value: "\(batchSize)",
        expected: "an integer in 1 ... \(Architecture.Limits.units)")
    }
    guard 1...1_000_000 ~= epochs else {
      throw .hyperparameter(name: "epochs", value: "\(epochs)", expected: "an integer in 1 ... 1000000")
    }
  }
}
