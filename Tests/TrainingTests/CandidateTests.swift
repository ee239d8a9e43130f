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
    ]
    for change in changes {
      var changed = candidate
      change(&changed)
      hashes.insert(changed.canonicalHash)
    }
    #expect(hashes.count == changes.count + 1)
  }

  @Test("A candidate read back from JSON is the same")
  func coding() throws {
    let data = try JSONEncoder().encode(candidate)
    #expect(try JSONDecoder().decode(Candidate.self, from: data) == candidate)
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
  }
}
