import Datasets
import NeuralNetworks

/// How far a training has come, besides its network: all that changes from epoch to epoch.
struct TrainingProgress {
  var order: BatchOrder
  var augmenter: Augmenter?
  var stopping: EarlyStopping?
  /// The last epoch; of epoch 0 before the first.
  var report = EpochReport(epoch: 0, steps: 0, trainingLoss: .infinity)

  init(_ training: TrainingHyperparameters, on data: PreparedData, seed: UInt64, trial: Int) {
    order = BatchOrder(sampleCount: data.training.count, seed: seed, trial: trial)
    augmenter = Augmenter(
      training.augmentation, sampleShape: data.sampleShape, seed: seed, trial: trial)
    stopping = EarlyStopping(patience: training.patience)
  }

  /// Whether all epochs are done, or as many as were worth it.
  func isOver(_ training: TrainingHyperparameters) -> Bool {
    report.epoch >= training.epochs || stopping?.isOver(after: report.epoch) == true
  }

  /// Trains until so many epochs are done, the training is over or `onEpoch` says to stop.
  mutating func advance(
    _ network: inout Network, as training: TrainingHyperparameters, on data: PreparedData, toEpoch last: Int,
    validatesEachEpoch: Bool, onEpoch: (EpochReport) -> EpochDecision, onStep: (Int) -> Void
  ) throws(TrainingFailure) {
    if OpenBLAS.threadCount != 1 { OpenBLAS.threadCount = 1 }
    let stepsAnEpoch = training.stepsAnEpoch(of: data)
    while report.epoch < last, !isOver(training) {
      order.shuffle()
      report.trainingLoss = FloatingPointMode.flushingDenormals {
        Self.epoch(
          &network, training, rows: order.rows, samples: data.training, firstStep: report.steps,
          stepsAnEpoch: stepsAnEpoch, augmenter: &augmenter, onStep: onStep)
      }
      report.epoch += 1
      report.steps += stepsAnEpoch
      guard report.trainingLoss.isFinite else {
        throw .diverged(epoch: report.epoch, loss: report.trainingLoss)
      }
      report.validation =
        validatesEachEpoch || stopping != nil ? Trainer.evaluate(&network, on: data.validation) : nil
      if let validation = report.validation {
        stopping?.note(validation, after: report.epoch, of: network)
      }
      if onEpoch(report) == .stop { break }
    }
  }

  /// Gives the network the weights that the training keeps: those of its best epoch, or else of its last.
  func keepBestWeights(in network: inout Network) {
    guard let best = stopping?.best, best.epoch != report.epoch else { return }
    network.parameters = best.parameters
    network.state = best.state
  }

  /// The outcome with a network that has the weights to be kept.
  func outcome(of network: inout Network, on data: PreparedData) throws(TrainingFailure) -> TrainingOutcome {
    let validation =
      stopping?.best?.evaluation ?? report.validation ?? Trainer.evaluate(&network, on: data.validation)
    // The last step may have been the one too far.
    guard validation.loss.isFinite else { throw .diverged(epoch: report.epoch, loss: validation.loss) }
    return TrainingOutcome(
      epochs: report.epoch, steps: report.steps, trainingLoss: report.trainingLoss, validation: validation,
      test: Trainer.evaluate(&network, on: data.test), bestEpoch: stopping?.best?.epoch)
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

extension TrainingHyperparameters {
  /// The steps of an epoch; the last may have fewer samples than a batch.
  func stepsAnEpoch(of data: PreparedData) -> Int { (data.training.count + batchSize - 1) / batchSize }
}
