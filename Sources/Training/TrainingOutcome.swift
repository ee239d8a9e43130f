/// What a training has come to.
public struct TrainingOutcome: Codable, Hashable, Sendable {
  /// The passes over the training part, fewer than asked for when the training was stopped.
  public var epochs: Int
  /// The steps of the optimiser.
  public var steps: Int
  /// The mean cross-entropy of the training samples in the last epoch, in nats, as seen in training.
  public var trainingLoss: Double
  /// The mean cross-entropy of the validation part after training, in nats.
  public var validationLoss: Double
  /// The share of the validation part that is classified correctly, 0 ... 1.
  public var validationAccuracy: Double
  /// The share of the test part that is classified correctly, 0 ... 1. To be reported, never to choose by.
  public var testAccuracy: Double

  /// An outcome of the given numbers.
  public init(
    epochs: Int, steps: Int, trainingLoss: Double, validationLoss: Double, validationAccuracy: Double,
    testAccuracy: Double
  ) {
    self.epochs = epochs
    self.steps = steps
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testAccuracy = testAccuracy
  }
}

/// How well a network does on samples.
public struct Evaluation: Codable, Hashable, Sendable {
  /// The mean cross-entropy, in nats.
  public var loss: Double
  /// The share classified correctly, 0 ... 1.
  public var accuracy: Double

  /// An evaluation of the given numbers.
  public init(loss: Double, accuracy: Double) {
    self.loss = loss
    self.accuracy = accuracy
  }
}

/// What is known after an epoch of a training.
public struct EpochReport: Hashable, Sendable {
  /// The epochs done, from 1.
  public var epoch: Int
  /// The steps done.
  public var steps: Int
  /// The mean cross-entropy of the training samples in this epoch, in nats.
  public var trainingLoss: Double
  /// The validation part after this epoch, if the training was asked for it.
  public var validation: Evaluation?
}

/// Whether a training goes on after an epoch.
public enum EpochDecision: Hashable, Sendable {
  /// Train on.
  case proceed
  /// Stop here; the outcome is that of the epochs so far.
  case stop
}
