import NeuralNetworks

/// Everything that training needs besides the network and the data.
public struct TrainingHyperparameters: Codable, Hashable, Sendable {
  /// What is made small.
  public var loss: Loss = .crossEntropy()
  /// What each class counts for in a loss of classes.
  public var classWeights: ClassWeights = .uniform
  /// The update rule.
  public var optimizer: Optimizer
  /// The largest Euclidean norm of all gradients together; longer ones are scaled down to it. Nil for no limit.
  public var gradientClip: Double?
  /// The step size that the schedule works on.
  public var learningRate: Double
  /// How the step size changes over training.
  public var schedule: LearningRateSchedule
  /// For how long the step size rises before the schedule begins: below 1 a share of all steps, from 1 on epochs.
  public var warmUp = 0.0
  /// Samples a step.
  public var batchSize: Int
  /// Passes over the training part.
  public var epochs: Int
  /// After how many epochs without a lower validation loss training stops; nil to train on. With it, the weights of the
  /// best epoch are kept.
  public var patience: Int?
  /// Random changes of the training samples.
  public var augmentation = Augmentation()

  /// An update rule with its constants.
  public typealias Optimizer = NeuralNetworks.Optimizer

  /// Hyperparameters; what is not named here is set as a property.
  public init(
    loss: Loss = .crossEntropy(), optimizer: Optimizer, learningRate: Double,
    schedule: LearningRateSchedule = .constant, batchSize: Int, epochs: Int
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.batchSize = batchSize
    self.epochs = epochs
  }
}
