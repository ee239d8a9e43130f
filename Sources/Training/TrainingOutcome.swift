/// What a training has come to.
///
/// Accuracies are those of a classification; errors and R² those of a regression.
public struct TrainingOutcome: Codable, Hashable, Sendable {
  /// The passes over the training part, fewer than asked for when the training was stopped.
  public var epochs: Int
  /// The steps of the optimiser.
  public var steps: Int
  /// The mean loss of the training samples in the last epoch, as seen in training: with smoothing and class weights.
  public var trainingLoss: Double
  /// The mean cross-entropy of the validation part, in nats, or its mean squared error in standardised targets; whatever
  /// the loss of the training was, so that candidates are comparable.
  public var validationLoss: Double
  /// The share of the validation part that is classified correctly, 0 ... 1.
  public var validationAccuracy: Double?
  /// The share of the test part that is classified correctly, 0 ... 1. To be reported, never to choose by.
  public var testAccuracy: Double?
  /// The root of the validation part's mean squared error, in the units of the targets.
  public var validationRMSE: Double?
  /// The root of the test part's mean squared error. To be reported, never to choose by.
  public var testRMSE: Double?
  /// The coefficient of determination of the validation part, at most 1; 0 is as good as its mean.
  public var validationR2: Double?
  /// The coefficient of determination of the test part. To be reported, never to choose by.
  public var testR2: Double?
  /// The epoch whose weights were kept; nil where they are those of the last.
  public var bestEpoch: Int?

  /// An outcome of a classification.
  public init(
    epochs: Int, steps: Int, trainingLoss: Double, validationLoss: Double, validationAccuracy: Double?,
    testAccuracy: Double?
  ) {
    self.epochs = epochs
    self.steps = steps
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.testAccuracy = testAccuracy
  }

  /// An outcome of the given evaluations.
  public init(
    epochs: Int, steps: Int, trainingLoss: Double, validation: Evaluation, test: Evaluation,
    bestEpoch: Int? = nil
  ) {
    self.init(
      epochs: epochs, steps: steps, trainingLoss: trainingLoss, validationLoss: validation.loss,
      validationAccuracy: validation.accuracy, testAccuracy: test.accuracy)
    validationRMSE = validation.rmse
    testRMSE = test.rmse
    validationR2 = validation.r2
    testR2 = test.r2
    self.bestEpoch = bestEpoch
  }
}

/// How well a network does on samples.
public struct Evaluation: Codable, Hashable, Sendable {
  /// The mean cross-entropy, in nats, or the mean squared error in standardised targets.
  public var loss: Double
  /// The share classified correctly, 0 ... 1, of a classification.
  public var accuracy: Double?
  /// The root of the mean squared error in the units of the targets, of a regression.
  public var rmse: Double?
  /// The coefficient of determination, 1 − Σ(error²) / Σ(distance from the mean of these samples)², of a regression. Where
  /// all targets are the same it is 1 for a perfect prediction and else 0, as in scikit-learn.
  public var r2: Double?

  /// An evaluation of the given numbers.
  public init(loss: Double, accuracy: Double? = nil, rmse: Double? = nil, r2: Double? = nil) {
    self.loss = loss
    self.accuracy = accuracy
    self.rmse = rmse
    self.r2 = r2
  }
}

/// What is known after an epoch of a training.
public struct EpochReport: Hashable, Sendable {
  /// The epochs done, from 1.
  public var epoch: Int
  /// The steps done.
  public var steps: Int
  /// The mean loss of the training samples in this epoch.
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
