import NeuralNetworks

/// One point of a search space: an architecture and the hyperparameters to train it with.
public struct Candidate: Codable, Hashable, Sendable {
  /// The network.
  public var architecture: Architecture
  /// How it is trained.
  public var training: TrainingHyperparameters

  /// A candidate.
  public init(architecture: Architecture, training: TrainingHyperparameters) {
    self.architecture = architecture
    self.training = training
  }
}

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
  public enum Optimizer: Codable, Hashable, Sendable {
    /// Stochastic gradient descent with heavy-ball momentum: v ← μ·v + g, w ← w − η·v.
    case sgd(momentum: Double)
    /// Adam (Kingma and Ba 2015) with bias correction.
    case adam(beta1: Double, beta2: Double, epsilon: Double)
  }

  /// A learning-rate schedule over all steps of a training.
  public enum LearningRateSchedule: String, Codable, Hashable, CaseIterable, Sendable {
    /// The same step size throughout.
    case constant
    /// Half a cosine from the start value down to 0 (Loshchilov and Hutter 2017, without restarts).
    case cosine
  }

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
}
