import Datasets
import NeuralNetworks

/// Trains candidates on the calling thread.
///
/// ```swift
/// let outcome = try Trainer.train(candidate, on: data, seed: 7, trial: 12)
/// print(outcome.validationAccuracy)
/// ```
///
/// Each epoch takes the training samples in a new order, in batches of which the last may be short. The validation and
/// the test part are evaluated once, after the last epoch, in inference mode; with `patience` the validation part after
/// every epoch. Nothing is chosen by the test part. All
/// randomness comes from streams of (seed, trial), so on one CPU the same call has the same outcome to the last bit.
///
/// A training that is to pause, or to go on where another paused, is a ``TrainingSession``.
///
/// The targets of a regression are standardised by the training part; losses are in these units, errors in those of the
/// data.
public enum Trainer {
  /// Trains a candidate from its initial weights.
  ///
  /// Products run on one thread: `OpenBLAS.threadCount` is set to 1, for the process. Denormal numbers are flushed on
  /// this thread while training.
  ///
  /// - Parameters:
  ///   - candidate: what to train.
  ///   - data: the prepared data; not standardised for a candidate with an embedding.
  ///   - seed: the study's seed.
  ///   - trial: the trial's number.
  ///   - validatesEachEpoch: whether reports have an evaluation of the validation part, which takes time and energy.
  ///   - onEpoch: called after each epoch; may stop the training.
  ///   - onStep: called after each step with the number of its samples.
  /// - Throws: `TrainingFailure`.
  /// - Complexity: O(epochs · samples · training FLOPs a sample); nothing is allocated in a step.
  public static func train(
    _ candidate: Candidate, on data: PreparedData, seed: UInt64, trial: Int, validatesEachEpoch: Bool = false,
    onEpoch: (EpochReport) -> EpochDecision = { _ in .proceed }, onStep: (Int) -> Void = { _ in }
  ) throws(TrainingFailure) -> TrainingOutcome {
    var network = try build(candidate, for: data, seed: seed, trial: trial)
    return try train(
      &network, as: candidate.training, on: data, seed: seed, trial: trial,
      validatesEachEpoch: validatesEachEpoch, onEpoch: onEpoch, onStep: onStep)
  }

  /// Builds the network of a candidate with its initial weights, after checking that it fits the data.
  ///
  /// - Throws: `TrainingFailure`.
  public static func build(
    _ candidate: Candidate, for data: PreparedData, seed: UInt64, trial: Int
  ) throws(TrainingFailure) -> Network {
    let training = candidate.training
    try training.check()
    try data.checkParts()
    let outputs = try training.outputCount(for: data.task)
    if training.augmentation.needsImages, !Augmentation.isImage(data.sampleShape) {
      throw .hyperparameter(
        name: "augmentation", value: "shift or flip for samples of the shape \(data.sampleShape)",
        expected: "noise alone where samples are not images of the shape [height, width, channels]")
    }
    guard candidate.architecture.sampleShape == data.sampleShape else {
      throw .sampleShape(architecture: candidate.architecture.sampleShape, data: data.sampleShape)
    }
    if let vocabulary = candidate.architecture.vocabulary {
      try data.checkNames(vocabulary)
      guard training.augmentation.noise == 0 else {
        throw .hyperparameter(
          name: "noise", value: "\(training.augmentation.noise)",
          expected: "0 before an embedding, which takes whole numbers")
      }
    }
    do {
      try candidate.architecture.check(classCount: outputs)
      var network = try Network(
        candidate.architecture, maximumBatchSize: min(training.batchSize, data.training.count),
        optimizer: training.optimizer, loss: training.loss, seed: seed, trial: trial)
      network.classNames = data.classNames
      if case .regression = data.task { network.targetScale = TargetScale(fittedTo: data.training.targets) }
      if training.loss.isOfClasses {
        network.setClassWeights(
          training.classWeights.resolved(labels: data.training.labels, classCount: data.classCount))
      }
      return network
    } catch {
      throw .architecture(error)
    }
  }

  /// Trains a network that `build` made; as `train(_:on:seed:trial:validatesEachEpoch:onEpoch:onStep:)`, for those who want
  /// the trained network.
  ///
  /// - Throws: `TrainingFailure.diverged`.
  public static func train(
    _ network: inout Network, as training: TrainingHyperparameters, on data: PreparedData, seed: UInt64,
    trial: Int,
    validatesEachEpoch: Bool = false, onEpoch: (EpochReport) -> EpochDecision = { _ in .proceed },
    onStep: (Int) -> Void = { _ in }
  ) throws(TrainingFailure) -> TrainingOutcome {
    var progress = TrainingProgress(training, on: data, seed: seed, trial: trial)
    try progress.advance(
      &network, as: training, on: data, toEpoch: training.epochs, validatesEachEpoch: validatesEachEpoch,
      onEpoch: onEpoch, onStep: onStep)
    progress.keepBestWeights(in: &network)
    return try progress.outcome(of: &network, on: data)
  }

  /// Evaluates a network in inference mode.
  ///
  /// - Precondition: there is at least one sample, of the network's shape.
  public static func evaluate(_ network: inout Network, on samples: Samples) -> Evaluation {
    let isOfClasses = network.loss.isOfClasses
    let (loss, correct) = FloatingPointMode.flushingDenormals { () -> (Double, Int) in
      let rows = (0..<Int32(samples.count)).map { $0 }
      var (loss, correct) = (0.0, 0)
      var start = 0
      while start < samples.count {
        let end = min(start + network.maximumBatchSize, samples.count)
        if isOfClasses {
          network.load(
            rows: rows.span.extracting(start..<end), features: samples.features.span,
            labels: samples.labels.span)
        } else {
          network.load(
            rows: rows.span.extracting(start..<end), features: samples.features.span,
            targets: samples.targets.span)
        }
        let batch = network.evaluate()
        loss += batch.loss
        correct += batch.correct
        start = end
      }
      return (loss, correct)
    }
    let count = Double(samples.count)
    if isOfClasses { return Evaluation(loss: loss / count, accuracy: Double(correct) / count) }
    return Evaluation(
      loss: loss / count, rmse: (loss / count).squareRoot() * network.targetScale.deviation,
      r2: samples.coefficientOfDetermination(
        squaredErrors: loss * network.targetScale.deviation * network.targetScale.deviation))
  }
}
