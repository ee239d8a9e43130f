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
/// the test part are evaluated once, after the last epoch, in inference mode; nothing is chosen by the test part. All
/// randomness comes from streams of (seed, trial), so on one CPU the same call has the same outcome to the last bit.
public enum Trainer {
  /// Trains a candidate from its initial weights.
  ///
  /// Products run on one thread: `OpenBLAS.threadCount` is set to 1, for the process. Denormal numbers are flushed on
  /// this thread while training.
  ///
  /// - Parameters:
  ///   - candidate: what to train.
  ///   - data: the prepared data.
  ///   - seed: the study's seed.
  ///   - trial: the trial's number.
  ///   - validatesEachEpoch: whether reports have an evaluation of the validation part, which takes time and energy.
  ///   - onEpoch: called after each epoch; may stop the training.
  /// - Throws: `TrainingFailure`.
  /// - Complexity: O(epochs · samples · training FLOPs a sample); nothing is allocated in a step.
  public static func train(
    _ candidate: Candidate, on data: PreparedData, seed: UInt64, trial: Int, validatesEachEpoch: Bool = false,
    onEpoch: (EpochReport) -> EpochDecision = { _ in .proceed }
  ) throws(TrainingFailure) -> TrainingOutcome {
    var network = try build(candidate, for: data, seed: seed, trial: trial)
    return try train(
      &network, as: candidate.training, on: data, seed: seed, trial: trial,
      validatesEachEpoch: validatesEachEpoch, onEpoch: onEpoch)
  }

  /// Builds the network of a candidate with its initial weights, after checking that it fits the data.
  ///
  /// - Throws: `TrainingFailure`.
  public static func build(
    _ candidate: Candidate, for data: PreparedData, seed: UInt64, trial: Int
  ) throws(TrainingFailure) -> Network {
    try candidate.training.check()
    try check(data)
    guard candidate.architecture.sampleShape == data.sampleShape else {
      throw .sampleShape(architecture: candidate.architecture.sampleShape, data: data.sampleShape)
    }
    do {
      try candidate.architecture.check(classCount: data.classCount)
      return try Network(
        candidate.architecture, maximumBatchSize: min(candidate.training.batchSize, data.training.count),
        optimizer: candidate.training.optimizer, seed: seed, trial: trial)
    } catch {
      throw .architecture(error)
    }
  }

  /// Trains a network that `build` made; as `train(_:on:seed:trial:validatesEachEpoch:onEpoch:)`, for those who want
  /// the trained network.
  ///
  /// - Throws: `TrainingFailure.diverged`.
  public static func train(
    _ network: inout Network, as training: TrainingHyperparameters, on data: PreparedData, seed: UInt64,
    trial: Int,
    validatesEachEpoch: Bool = false, onEpoch: (EpochReport) -> EpochDecision = { _ in .proceed }
  ) throws(TrainingFailure) -> TrainingOutcome {
    if OpenBLAS.threadCount != 1 { OpenBLAS.threadCount = 1 }
    var order = BatchOrder(sampleCount: data.training.count, seed: seed, trial: trial)
    let stepsAnEpoch = (data.training.count + training.batchSize - 1) / training.batchSize
    let totalSteps = training.epochs * stepsAnEpoch
    var report = EpochReport(epoch: 0, steps: 0, trainingLoss: .infinity)
    while report.epoch < training.epochs {
      order.shuffle()
      report.trainingLoss = FloatingPointMode.flushingDenormals {
        epoch(
          &network, training, rows: order.rows, samples: data.training, step: report.steps, of: totalSteps)
      }
      report.epoch += 1
      report.steps += stepsAnEpoch
      guard report.trainingLoss.isFinite else {
        throw .diverged(epoch: report.epoch, loss: report.trainingLoss)
      }
      report.validation = validatesEachEpoch ? evaluate(&network, on: data.validation) : nil
      if onEpoch(report) == .stop { break }
    }
    let validation = report.validation ?? evaluate(&network, on: data.validation)
    // The last step may have been the one too far.
    guard validation.loss.isFinite else { throw .diverged(epoch: report.epoch, loss: validation.loss) }
    return TrainingOutcome(
      epochs: report.epoch, steps: report.steps, trainingLoss: report.trainingLoss,
      validationLoss: validation.loss, validationAccuracy: validation.accuracy,
      testAccuracy: evaluate(&network, on: data.test).accuracy)
  }

  /// Evaluates a network in inference mode.
  ///
  /// - Precondition: there is at least one sample, of the network's shape.
  public static func evaluate(_ network: inout Network, on samples: Samples) -> Evaluation {
    FloatingPointMode.flushingDenormals {
      let rows = (0..<Int32(samples.count)).map { $0 }
      var loss = 0.0
      var correct = 0
      var start = 0
      while start < samples.count {
        let end = min(start + network.maximumBatchSize, samples.count)
        network.load(
          rows: rows.span.extracting(start..<end), features: samples.features.span,
          labels: samples.labels.span)
        let batch = network.evaluate()
        loss += batch.loss
        correct += batch.correct
        start = end
      }
      let count = Double(samples.count)
      return Evaluation(loss: loss / count, accuracy: Double(correct) / count)
    }
  }

  /// One pass over the rows; returns the mean loss.
  private static func epoch(
    _ network: inout Network, _ training: TrainingHyperparameters, rows: [Int32], samples: Samples, step: Int,
    of totalSteps: Int
  ) -> Double {
    let rows = rows.span
    let features = samples.features.span
    let labels = samples.labels.span
    var loss = 0.0
    var step = step
    var start = 0
    while start < rows.count {
      let end = min(start + training.batchSize, rows.count)
      network.load(rows: rows.extracting(start..<end), features: features, labels: labels)
      loss += network.computeGradients()
      network.update(
        learningRate: training.schedule.learningRate(step: step, of: totalSteps, start: training.learningRate)
      )
      step += 1
      start = end
    }
    return loss / Double(rows.count)
  }

  private static func check(_ data: PreparedData) throws(TrainingFailure) {
    let values = data.sampleShape.reduce(1, *)
    for (part, samples) in [
      ("training", data.training), ("validation", data.validation), ("test", data.test),
    ] {
      guard samples.count > 0 else { throw .emptyPart(part) }
      guard samples.features.count == samples.count * values else {
        throw .featureCount(part: part, expected: samples.count * values, found: samples.features.count)
      }
      for (index, label) in samples.labels.enumerated() where label < 0 || label >= data.classCount {
        throw .label(part: part, sample: index, label: Int(label), classCount: data.classCount)
      }
    }
  }
}
