import Foundation
import NeuralNetworks
import Testing
import Training

@Suite("Candidate")
struct CandidateTests {
  let candidate = Candidate(
    architecture: Architecture(
      sampleShape: [64],
      layers: [.dense(units: 32), .activation(.relu), .dropout(rate: 0.2), .dense(units: 10)]),
    training: TrainingHyperparameters(
      optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: 0.001, schedule: .cosine,
      batchSize: 32, epochs: 20))

  @Test("The canonical text and hash stay as they were first published")
  func frozen() {
    #expect(
      candidate.canonicalText
        == "1 [64] dense 32, relu, dropout 0.2, dense 10; adam 0.9 0.999 1e-08; rate 0.001 cosine; batch 32; epochs 20"
    )
    #expect(candidate.canonicalHash == "ac2cfa0e73b231d2aa0c3dea74c94eae")
  }

  @Test("Candidates that are the same network have one hash")
  func equal() {
    var redundant = candidate
    redundant.architecture.layers.insert(.dropout(rate: 0), at: 1)
    redundant.architecture.layers.insert(.activation(.relu), at: 4)
    #expect(redundant != candidate)
    #expect(redundant.canonicalHash == candidate.canonicalHash)
  }

  @Test("Each number of a candidate counts")
  func different() {
    var hashes: Set = [candidate.canonicalHash]
    let changes: [(inout Candidate) -> Void] = [
      { $0.architecture.sampleShape = [63] }, { $0.architecture.layers[0] = .dense(units: 33) },
      { $0.architecture.layers[1] = .activation(.gelu) },
      { $0.architecture.layers[2] = .dropout(rate: 0.2.nextUp) },
      { $0.training.optimizer = .adam(beta1: 0.8, beta2: 0.999, epsilon: 1e-8) },
      { $0.training.optimizer = .adam(beta1: 0.9, beta2: 0.99, epsilon: 1e-8) },
      { $0.training.optimizer = .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7) },
      { $0.training.optimizer = .sgd(momentum: 0.9) }, { $0.training.optimizer = .sgd(momentum: 0) },
      { $0.training.learningRate = 0.001.nextUp }, { $0.training.schedule = .constant },
      { $0.training.batchSize = 64 }, { $0.training.epochs = 21 },
      { $0.training.optimizer = .sgd(momentum: 0.9, nesterov: true) },
      { $0.training.optimizer = .sgd(momentum: 0.9, weightDecay: 0.1) },
      { $0.training.optimizer = .rmsprop() }, { $0.training.optimizer = .rmsprop(smoothing: 0.9) },
      { $0.training.optimizer = .rmsprop(epsilon: 1e-7) },
      { $0.training.optimizer = .adam(weightDecay: 0.01) },
      { $0.training.optimizer = .adamw() }, { $0.training.loss = .crossEntropy(labelSmoothing: 0.1) },
      { $0.training.loss = .binaryCrossEntropy() },
      { $0.training.loss = .binaryCrossEntropy(labelSmoothing: 0.1) },
      { $0.training.loss = .meanSquaredError }, { $0.training.loss = .huber() },
      { $0.training.loss = .huber(delta: 2) }, { $0.training.classWeights = .balanced },
      { $0.training.classWeights = .given([1, 2]) }, { $0.training.gradientClip = 1 },
      { $0.training.warmUp = 1 }, { $0.training.schedule = .step() },
      { $0.training.schedule = .step(every: 5) }, { $0.training.schedule = .step(factor: 0.5) },
      { $0.training.schedule = .oneCycle() }, { $0.training.schedule = .oneCycle(peak: 0.5) },
      { $0.training.patience = 3 }, { $0.training.augmentation.shift = 1 },
      { $0.training.augmentation.flip = .both }, { $0.training.augmentation.noise = 0.1 },
    ]
    for change in changes {
      var changed = candidate
      change(&changed)
      hashes.insert(changed.canonicalHash)
    }
    #expect(hashes.count == changes.count + 1)
  }

  @Test("What has no effect does not count")
  func withoutEffect() {
    func text(_ change: (inout TrainingHyperparameters) -> Void) -> String {
      var changed = candidate
      change(&changed.training)
      return changed.canonicalText
    }
    func isSame(
      _ first: (inout TrainingHyperparameters) -> Void, _ second: (inout TrainingHyperparameters) -> Void
    ) -> Bool { text(first) == text(second) }
    #expect(isSame({ $0.optimizer = .adamw(weightDecay: 0) }, { _ in }))
    #expect(isSame({ $0.optimizer = .sgd(nesterov: true) }, { $0.optimizer = .sgd() }))
    #expect(isSame({ $0.classWeights = .given([2, 2, 2]) }, { _ in }))
    #expect(
      isSame(
        { ($0.loss, $0.classWeights) = (.meanSquaredError, .balanced) }, { $0.loss = .meanSquaredError }))
    #expect(isSame({ $0.schedule = .step(every: 20) }, { $0.schedule = .constant }))
    #expect(isSame({ $0.schedule = .step(factor: 1) }, { $0.schedule = .constant }))
    #expect(
      isSame(
        {
          $0.epochs = 1
          $0.patience = 3
        }, { $0.epochs = 1 }))
    #expect(isSame({ $0.augmentation = Augmentation() }, { _ in }))
    #expect(isSame({ $0.patience = 20 }, { $0.patience = 500 }))
    #expect(!isSame({ $0.patience = 19 }, { $0.patience = 20 }))
  }

  @Test("A candidate read back from JSON is the same")
  func coding() throws {
    var full = candidate
    full.training.loss = .huber(delta: 2)
    full.training.optimizer = .rmsprop(weightDecay: 0.1)
    full.training.schedule = .step(every: 3, factor: 0.2)
    full.training.classWeights = .given([1, 2])
    (full.training.gradientClip, full.training.warmUp, full.training.patience) = (1, 2.5, 3)
    full.training.augmentation = Augmentation(shift: 1, flip: .both, noise: 0.1)
    for candidate in [candidate, full] {
      let data = try JSONEncoder().encode(candidate)
      #expect(try JSONDecoder().decode(Candidate.self, from: data) == candidate)
    }
  }

  @Test("Hyperparameters written before there were further ones are read without them")
  func olderForm() throws {
    let text = """
      {"optimizer":{"adam":{"beta1":0.9,"beta2":0.999,"epsilon":1e-8}},"learningRate":0.001,"schedule":"cosine",
      "batchSize":32,"epochs":20}
      """
    let read = try JSONDecoder().decode(TrainingHyperparameters.self, from: Data(text.utf8))
    #expect(read == candidate.training)
  }

  @Test("A constant schedule stays; a cosine starts at the rate, is half-way at a half and ends at 0")
  func schedules() {
    typealias Schedule = TrainingHyperparameters.LearningRateSchedule
    for step in [0, 50, 100] {
      #expect(Schedule.constant.learningRate(step: step, of: 100, start: 0.1) == 0.1)
    }
    #expect(Schedule.cosine.learningRate(step: 0, of: 100, start: 0.1) == 0.1)
    #expect(abs(Schedule.cosine.learningRate(step: 50, of: 100, start: 0.1) - 0.05) < 1e-15)
    #expect(Schedule.cosine.learningRate(step: 100, of: 100, start: 0.1) == 0)
  }

  @Test("Hyperparameters out of their range are refused by name")
  func hyperparameters() {
    func refused(_ change: (inout TrainingHyperparameters) -> Void) -> String? {
      var training = candidate.training
      change(&training)
      do {
        try training.check()
        return nil
      } catch {
        guard case .hyperparameter(let name, _, _) = error else { return "\(error)" }
        return name
      }
    }
    #expect(refused { _ in } == nil)
    #expect(refused { $0.optimizer = .sgd(momentum: 1) } == "momentum")
    #expect(refused { $0.optimizer = .adam(beta1: -0.1, beta2: 0.9, epsilon: 1e-8) } == "beta1")
    #expect(refused { $0.optimizer = .adam(beta1: 0.9, beta2: 1, epsilon: 1e-8) } == "beta2")
    #expect(refused { $0.optimizer = .adam(beta1: 0.9, beta2: 0.9, epsilon: 0) } == "epsilon")
    for rate in [0, -1, .nan, .infinity] { #expect(refused { $0.learningRate = rate } == "learning rate") }
    #expect(refused { $0.batchSize = 0 } == "batch size")
    #expect(refused { $0.epochs = 0 } == "epochs")
    #expect(refused { $0.optimizer = .rmsprop(smoothing: 1) } == "smoothing")
    #expect(refused { $0.optimizer = .adamw(weightDecay: -1) } == "weight decay")
    #expect(refused { $0.gradientClip = 0 } == "gradient clip")
    #expect(refused { $0.loss = .crossEntropy(labelSmoothing: 2) } == "label smoothing")
    #expect(refused { $0.loss = .huber(delta: 0) } == "huber delta")
    #expect(refused { $0.classWeights = .given([1, 0]) } == "class weight")
    #expect(refused { $0.warmUp = -1 } == "warm-up")
    #expect(refused { $0.schedule = .step(every: 0) } == "step every")
    #expect(refused { $0.schedule = .step(factor: 2) } == "step factor")
    #expect(refused { $0.schedule = .oneCycle(peak: 1) } == "one-cycle peak")
    #expect(refused { $0.patience = 0 } == "patience")
    #expect(refused { $0.augmentation.shift = -1 } == "shift")
    #expect(refused { $0.augmentation.noise = .nan } == "noise")
  }
}
