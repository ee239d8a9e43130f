import Datasets
import Foundation
import NeuralNetworks
import Numerics
import Testing
import Training

/// A training of each technique whose state goes from epoch to epoch, in six epochs of five steps.
struct PausedCase: CustomTestStringConvertible {
  let testDescription: String
  let candidate: Candidate
  var data = PausedCase.images

  /// 75 images of 4 × 4 pixels of four classes, hard to tell from each other.
  static let images: PreparedData = {
    var stream = RandomStream(seed: 5, purpose: "test images")
    func part(_ count: Int) -> Samples {
      let labels = (0..<count).map { Int32($0 % 4) }
      let features = labels.flatMap { label in
        (0..<16).map { Float(stream.normal()) + (Int32($0 / 4) == label ? 1 : 0) }
      }
      return Samples(features: features, labels: labels)
    }
    return PreparedData(
      name: "images", training: part(75), validation: part(20), test: part(20), sampleShape: [4, 4, 1],
      task: .classification(classes: 4))
  }()

  static let numbers: PreparedData = {
    func part(_ samples: Samples) -> Samples {
      Samples(features: samples.features, targets: samples.labels.map { 100 + 7 * Double($0) })
    }
    return PreparedData(
      name: "numbers", training: part(images.training), validation: part(images.validation),
      test: part(images.test), sampleShape: [4, 4, 1], task: .regression)
  }()

  init(
    _ name: String, _ hidden: [Layer] = [.dense(units: 8), .activation(.relu)],
    optimizer: Optimizer = .sgd(momentum: 0.9), change: (inout TrainingHyperparameters) -> Void = { _ in }
  ) {
    testDescription = name
    var training = TrainingHyperparameters(
      optimizer: optimizer, learningRate: 0.02, schedule: .constant, batchSize: 16, epochs: 6)
    change(&training)
    candidate = Candidate(
      architecture: Architecture(sampleShape: [4, 4, 1], layers: hidden + [.dense(units: 4)]),
      training: training)
  }

  static let regression: PausedCase = {
    var training = TrainingHyperparameters(
      loss: .meanSquaredError, optimizer: .adam(), learningRate: 0.02, batchSize: 16, epochs: 6)
    training.gradientClip = 0.5
    let architecture = Architecture(
      sampleShape: [4, 4, 1], layers: [.dense(units: 8), .activation(.tanh), .dense(units: 1)])
    return PausedCase(
      "regression, gradients clipped", Candidate(architecture: architecture, training: training), numbers)
  }()

  private init(_ name: String, _ candidate: Candidate, _ data: PreparedData) {
    (testDescription, self.candidate, self.data) = (name, candidate, data)
  }

  static let all = [
    PausedCase("SGD"), PausedCase("Nesterov", optimizer: .sgd(momentum: 0.9, nesterov: true)),
    PausedCase("RMSprop", optimizer: .rmsprop(weightDecay: 0.01)), PausedCase("Adam", optimizer: .adam()),
    PausedCase("AdamW", optimizer: .adamw()),
    PausedCase(
      "batch norm", [.conv2d(filters: 3, window: .init(kernel: 3)), .batchNorm, .activation(.relu)]),
    PausedCase("dropout", [.dense(units: 20), .activation(.relu), .dropout(rate: 0.3)]),
    PausedCase("shift and flip") { $0.augmentation = Augmentation(shift: 1, flip: .both) },
    PausedCase("noise") { $0.augmentation = Augmentation(noise: 0.5) },
    PausedCase("one-cycle") { $0.schedule = .oneCycle() },
    PausedCase("cosine after a warm-up") {
      $0.schedule = .cosine
      $0.warmUp = 2
    },
    PausedCase("steps") { $0.schedule = .step(every: 2, factor: 0.5) },
    PausedCase("class weights") { $0.classWeights = .given([1, 2, 3, 4]) },
    PausedCase("early stopping that does not stop", [.batchNorm, .dense(units: 64), .activation(.relu)]) {
      $0.learningRate = 0.15
      $0.patience = 100
    },
    PausedCase("early stopping", [.batchNorm, .dense(units: 64), .activation(.relu)]) {
      $0.learningRate = 0.15
      $0.epochs = 12
      $0.patience = 2
    },
    regression,
  ]
}

@Suite("Checkpoints")
struct CheckpointTests {
  /// What a training has come to, and the loss of each of its epochs.
  struct Whole: Equatable {
    var outcome: TrainingOutcome
    var losses: [Double]
    var parameters: [Float]
    var state: [Float]
  }

  private func whole(_ test: PausedCase) throws -> Whole {
    var network = try Trainer.build(test.candidate, for: test.data, seed: 7, trial: 3)
    var losses: [Double] = []
    let outcome = try Trainer.train(
      &network, as: test.candidate.training, on: test.data, seed: 7, trial: 3
    ) {
      losses.append($0.trainingLoss)
      return .proceed
    }
    return Whole(outcome: outcome, losses: losses, parameters: network.parameters, state: network.state)
  }

  private func session(_ test: PausedCase) throws -> TrainingSession {
    try TrainingSession(test.candidate, on: test.data, seed: 7, trial: 3)
  }

  /// The training with a pause after each of some epochs, every time through a file.
  private func paused(_ test: PausedCase, after pauses: [Int]) throws -> Whole {
    let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).checkpoint"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var losses: [Double] = []
    for (index, epoch) in pauses.enumerated() {
      var part = try session(test)
      if index > 0 { try part.restore(TrainingCheckpoint(contentsOf: path)) }
      try part.advance(toEpoch: epoch) {
        losses.append($0.trainingLoss)
        return .proceed
      }
      // An outcome on the way changes nothing.
      if index.isMultiple(of: 2), epoch > 0 { _ = try part.outcome() }
      try part.checkpoint().write(to: path)
    }
    var last = try session(test)
    try last.restore(TrainingCheckpoint(contentsOf: path))
    try last.advance(toEpoch: .max) {
      losses.append($0.trainingLoss)
      return .proceed
    }
    let isOver = last.isOver
    #expect(isOver)
    let outcome = try last.outcome()
    return last.withTrainedNetwork {
      Whole(outcome: outcome, losses: losses, parameters: $0.parameters, state: $0.state)
    }
  }

  @Test(
    "A training that was paused has the losses, weights and outcome of one that was not, to the bit",
    arguments: PausedCase.all)
  func exact(_ test: PausedCase) throws {
    let expected = try whole(test)
    for epoch in 0...test.candidate.training.epochs {
      #expect(try paused(test, after: [epoch]) == expected, "paused after epoch \(epoch)")
    }
    #expect(try paused(test, after: Array(1...test.candidate.training.epochs)) == expected)
  }

  @Test("The cases of early stopping have their best epoch before the last, and stop before all are done")
  func stoppingCases() throws {
    for test in PausedCase.all where test.candidate.training.patience != nil {
      let outcome = try whole(test).outcome
      #expect(try #require(outcome.bestEpoch) < outcome.epochs, "\(test)")
      if test.candidate.training.patience == 2 { #expect(outcome.epochs < 12) }
    }
  }

  @Test("The outcome of a pause is that of the best epoch so far, and the network keeps its last weights")
  func outcomeOfPause() throws {
    let test = try #require(PausedCase.all.first { $0.candidate.training.patience == 100 })
    var part = try session(test)
    for epoch in 1...6 {
      try part.advance(toEpoch: epoch)
      let before = part.network.parameters
      let outcome = try part.outcome()
      #expect(part.network.parameters == before)
      #expect(outcome.epochs == epoch)
      #expect(outcome.steps == 5 * epoch)
      let evaluation = part.withTrainedNetwork { Trainer.evaluate(&$0, on: test.data.validation) }
      #expect(evaluation.loss == outcome.validationLoss)
      if let best = outcome.bestEpoch, best < epoch {
        #expect(part.withTrainedNetwork { $0.parameters } != before)
      }
    }
  }

  @Test("An epoch that is done already is not trained again, and one beyond the last is the last")
  func targets() throws {
    var part = try session(PausedCase.all[0])
    try part.advance(toEpoch: 4)
    try part.advance(toEpoch: 2) { _ in
      Issue.record("trained")
      return .proceed
    }
    #expect(part.epoch == 4)
    #expect(part.isOver == false)
    try part.advance(toEpoch: 1000)
    #expect(part.epoch == 6)
    #expect(part.isOver == true)
  }

  @Test("A training inherits its parent's weights before its first epoch")
  func inherits() throws {
    let test = PausedCase.all[0]
    var parent = try session(test)
    try parent.advance(toEpoch: 6)
    var child = try TrainingSession(test.candidate, on: test.data, seed: 8, trial: 4)
    #expect(
      try child.inherit(parent.network.namedTensors, of: test.candidate.architecture)
        == child.network.parameterCount)
    #expect(child.network.parameters == parent.network.parameters)
  }
}
