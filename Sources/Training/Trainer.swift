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
    if OpenBLAS.threadCount != 1 { OpenBLAS.threadCount = 1 }
    var order = BatchOrder(sampleCount: data.training.count, seed: seed, trial: trial)
    var augmenter = Augmenter(
      training.augmentation, sampleShape: data.sampleShape, seed: seed, trial: trial)
    var stopping = EarlyStopping(patience: training.patience)
    let stepsAnEpoch = (data.training.count + training.batchSize - 1) / training.batchSize
    var report = EpochReport(epoch: 0, steps: 0, trainingLoss: .infinity)
    while report.epoch < training.epochs {
      order.shuffle()
      report.trainingLoss = FloatingPointMode.flushingDenormals {
        epoch(
          &network, training, rows: order.rows, samples: data.training, firstStep: report.steps,
          stepsAnEpoch: stepsAnEpoch, augmenter: &augmenter, onStep: onStep)
      }
      report.epoch += 1
      report.steps += stepsAnEpoch
      guard report.trainingLoss.isFinite else {
        throw .diverged(epoch: report.epoch, loss: report.trainingLoss)
      }
      report.validation =
        validatesEachEpoch || stopping != nil ? evaluate(&network, on: data.validation) : nil
      var isOver = false
      if let validation = report.validation {
        isOver = stopping?.note(validation, after: report.epoch, of: network) ?? false
      }
      if onEpoch(report) == .stop || isOver { break }
    }
    let validation =
      stopping?.restore(&network) ?? report.validation ?? evaluate(&network, on: data.validation)
    // The last step may have been the one too far.
    guard validation.loss.isFinite else { throw .diverged(epoch: report.epoch, loss: validation.loss) }
    return TrainingOutcome(
      epochs: report.epoch, steps: report.steps, trainingLoss: report.trainingLoss, validation: validation,
      test: evaluate(&network, on: data.test), bestEpoch: stopping?.bestEpoch)
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

  /// One pass over the rows; returns the mean loss.
  private static func epoch(
    _ network: inout Network, _ training: TrainingHyperparameters, rows: [Int32], samples: Samples,
    firstStep: Int, stepsAnEpoch: Int, augmenter: inout Augmenter?, onStep: (Int) -> Void
  ) -> Double {
    let rows = rows.span
    let features = samples.features.span
    let labels = samples.labels.span
    let targets = samples.targets.span
    let isOfClasses = training.loss.isOfClasses
    var (loss, weight) = (0.0, 0.0)
    var step = firstStep
    var start = 0
    while start < rows.count {
      let end = min(start + training.batchSize, rows.count)
      if isOfClasses {
        network.load(rows: rows.extracting(start..<end), features: features, labels: labels)
      } else {
        network.load(rows: rows.extracting(start..<end), features: features, targets: targets)
      }
      if augmenter != nil { network.modifyBatch { augmenter?.augment($0) } }
      loss += network.computeGradients()
      weight += network.batchWeight
      network.update(
        learningRate: training.learningRate(step: step, stepsAnEpoch: stepsAnEpoch),
        gradientClip: training.gradientClip)
      onStep(end - start)
      step += 1
      start = end
    }
    return loss / weight
  }
}
