import Datasets
import NeuralNetworks
import Numerics
import Testing
import Training

/// Early stopping, warm-up, class weights and the other things that a training may be asked for.
@Suite("Techniques of training")
struct TechniqueTests {
  private func candidate(
    outputs: Int = 4, _ change: (inout TrainingHyperparameters) -> Void
  ) -> Candidate {
    var training = TrainingHyperparameters(
      optimizer: .adam(), learningRate: 0.03, batchSize: 32, epochs: 15)
    change(&training)
    return Candidate(
      architecture: Architecture(
        sampleShape: [6], layers: [.dense(units: 16), .activation(.relu), .dense(units: outputs)]),
      training: training)
  }

  @Test(
    "Training learns with every optimiser, schedule and further technique",
    arguments: [
      { $0.optimizer = .sgd(momentum: 0.9, nesterov: true) }, { $0.optimizer = .rmsprop() },
      { $0.optimizer = .adamw(weightDecay: 0.1) }, { $0.gradientClip = 0.5 },
      { $0.schedule = .step(every: 5, factor: 0.3) }, { $0.schedule = .oneCycle() }, { $0.warmUp = 0.2 },
      { $0.warmUp = 3 }, { $0.patience = 3 }, { $0.augmentation.noise = 0.2 },
      { $0.loss = .crossEntropy(labelSmoothing: 0.05) }, { $0.classWeights = .balanced },
    ] as [@Sendable (inout TrainingHyperparameters) -> Void])
  func learns(change: @Sendable (inout TrainingHyperparameters) -> Void) throws {
    let outcome = try Trainer.train(candidate(change), on: TrainerTests.clouds, seed: 1, trial: 1)
    #expect(outcome.validationAccuracy ?? 0 > 0.97)
    #expect(outcome.validationLoss < 0.3)
  }

  @Test("Warm-up rises in equal steps to the schedule's first rate, and the schedule has the rest")
  func warmUp() {
    var training = candidate { _ in }.training
    (training.learningRate, training.epochs, training.schedule) = (0.1, 10, .cosine)
    // 4 steps an epoch: 2 epochs, or a fifth, are 8 steps.
    for warmUp in [2, 0.2] {
      training.warmUp = warmUp
      let rates = (0..<40).map { training.learningRate(step: $0, stepsAnEpoch: 4) }
      for step in 0..<8 { #expect(abs(rates[step] - 0.1 * Double(step + 1) / 9) < 1e-15) }
      #expect(rates[8] == 0.1)
      #expect(abs(rates[24] - 0.05) < 1e-15)
      #expect(rates[39] < 0.0003)
    }
    training.warmUp = 100
    #expect(training.learningRate(step: 39, stepsAnEpoch: 4) < 0.1)
    training.warmUp = 0
    #expect(training.learningRate(step: 0, stepsAnEpoch: 4) == 0.1)
  }

  @Test("Early stopping stops after its patience and keeps the weights of the best epoch")
  func earlyStopping() throws {
    // Labels that nothing can be learnt from: the validation loss soon only rises.
    var stream = RandomStream(seed: 2, purpose: "test labels")
    var data = TrainerTests.clouds
    for index in data.training.labels.indices {
      data.training.labels[index] = Int32(stream.integer(below: 4))
    }
    let candidate = candidate {
      $0.epochs = 60
      $0.patience = 4
    }
    var losses: [Double] = []
    var network = try Trainer.build(candidate, for: data, seed: 1, trial: 1)
    let outcome = try Trainer.train(
      &network, as: candidate.training, on: data, seed: 1, trial: 1
    ) { report in
      losses.append(report.validation?.loss ?? .nan)
      return .proceed
    }
    let best = try #require(losses.firstIndex(of: losses.min() ?? 0)) + 1
    #expect(outcome.epochs == losses.count && outcome.epochs < 60)
    #expect(outcome.epochs == best + 4)
    #expect(outcome.bestEpoch == best)
    #expect(outcome.validationLoss == losses[best - 1])
    #expect(Trainer.evaluate(&network, on: data.validation).loss == outcome.validationLoss)
  }

  @Test("Patience changes nothing of the steps before")
  func patienceOnlyWatches() throws {
    let patient = candidate { $0.patience = 100 }
    var reports: [[Double]] = []
    for candidate in [patient, candidate { _ in }] {
      var losses: [Double] = []
      _ = try Trainer.train(candidate, on: TrainerTests.clouds, seed: 1, trial: 1) {
        losses.append($0.trainingLoss)
        return .proceed
      }
      reports.append(losses)
    }
    #expect(reports[0] == reports[1])
  }

  @Test("Balanced class weights lift a rare class")
  func balanced() throws {
    // 5 of 100 samples are of class 1, which overlaps with class 0.
    var stream = RandomStream(seed: 3, purpose: "test imbalance")
    func part(_ count: Int) -> Samples {
      let labels = (0..<count).map { Int32($0 % 20 == 0 ? 1 : 0) }
      let features = labels.flatMap { label in
        (0..<6).map { Float(stream.normal()) + ($0 == 0 && label == 1 ? 1.5 : 0) }
      }
      return Samples(features: features, labels: labels)
    }
    let data = PreparedData(
      name: "rare", training: part(1000), validation: part(1000), test: part(100), sampleShape: [6],
      task: .classification(classes: 2))
    let rare = Samples(
      features: (0..<50).flatMap { data.validation.features[(120 * $0)..<(120 * $0 + 6)] },
      labels: Array(repeating: 1, count: 50))
    for loss in [Loss.crossEntropy(), .binaryCrossEntropy()] {
      var recalls: [Double] = []
      for weights in [ClassWeights.uniform, .balanced, .given([1, 19])] {
        let outputs = if case .crossEntropy = loss { 2 } else { 1 }
        let candidate = candidate(outputs: outputs) {
          $0.loss = loss
          $0.classWeights = weights
          $0.epochs = 5
        }
        var network = try Trainer.build(candidate, for: data, seed: 1, trial: 1)
        _ = try Trainer.train(&network, as: candidate.training, on: data, seed: 1, trial: 1)
        recalls.append(Trainer.evaluate(&network, on: rare).accuracy ?? 0)
      }
      #expect(recalls[0] < 0.4)
      #expect(recalls[1] > recalls[0] + 0.25)
      #expect(abs(recalls[2] - recalls[1]) < 0.1)
    }
  }

  @Test("Binary cross-entropy learns two classes with one output and refuses more")
  func binary() throws {
    var data = TrainerTests.clouds
    data.task = .classification(classes: 2)
    data.training.labels = data.training.labels.map { $0 % 2 }
    data.validation.labels = data.validation.labels.map { $0 % 2 }
    data.test.labels = data.test.labels.map { $0 % 2 }
    let binary = candidate(outputs: 1) { $0.loss = .binaryCrossEntropy() }
    let outcome = try Trainer.train(binary, on: data, seed: 1, trial: 1)
    #expect(outcome.validationAccuracy ?? 0 > 0.97)
    #expect(throws: TrainingFailure.self) {
      try Trainer.train(binary, on: TrainerTests.clouds, seed: 1, trial: 1)
    }
  }
}
