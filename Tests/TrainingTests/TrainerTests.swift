import Datasets
import Foundation
import NeuralNetworks
import Numerics
import Testing
import Training

@Suite("Trainer")
struct TrainerTests {
  /// Four clouds in 6 dimensions, apart enough to be told from each other.
  static let clouds: PreparedData = {
    var stream = RandomStream(seed: 1, purpose: "test clouds")
    func part(_ count: Int) -> Samples {
      let labels = (0..<count).map { Int32($0 % 4) }
      let features = labels.flatMap { label in
        (0..<6).map { Float(0.3 * stream.normal()) + (Int32($0) == label ? 2 : 0) }
      }
      return Samples(features: features, labels: labels)
    }
    return PreparedData(
      name: "clouds", training: part(203), validation: part(80), test: part(80), sampleShape: [6],
      task: .classification(classes: 4))
  }()

  private func candidate(
    _ hidden: [Layer] = [.dense(units: 16), .activation(.relu)],
    optimizer: Optimizer = .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), learningRate: Double = 0.01,
    schedule: TrainingHyperparameters.LearningRateSchedule = .cosine, epochs: Int = 15
  ) -> Candidate {
    Candidate(
      architecture: Architecture(sampleShape: [6], layers: hidden + [.dense(units: 4)]),
      training: TrainingHyperparameters(
        optimizer: optimizer, learningRate: learningRate, schedule: schedule, batchSize: 32, epochs: epochs))
  }

  // Sigmoid needs more epochs.
  @Test("Training learns to tell clouds apart", arguments: Activation.allCases.filter { $0 != .sigmoid })
  func learns(activation: Activation) throws {
    for optimizer: Optimizer in [.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), .sgd(momentum: 0.9)] {
      let outcome = try Trainer.train(
        candidate(
          [.dense(units: 16), .activation(activation), .dropout(rate: 0.1)], optimizer: optimizer,
          learningRate: 0.03),
        on: Self.clouds, seed: 1, trial: 1)
      #expect(outcome.validationAccuracy ?? 0 > 0.98)
      #expect(outcome.testAccuracy ?? 0 > 0.98)
      #expect(outcome.trainingLoss < 0.1)
      #expect(outcome.validationLoss < 0.1)
    }
  }

  @Test("An outcome counts epochs and steps, the short last batch among them")
  func counts() throws {
    let outcome = try Trainer.train(candidate(epochs: 3), on: Self.clouds, seed: 1, trial: 1)
    #expect(outcome.epochs == 3)
    #expect(outcome.steps == 3 * 7)
  }

  @Test("The same key has the same outcome and weights to the bit, another key others")
  func reproducible() throws {
    let candidate = candidate([.dense(units: 16), .activation(.gelu), .dropout(rate: 0.3)], epochs: 4)
    func weights(_ seed: UInt64, _ trial: Int) throws -> (TrainingOutcome, [Float]) {
      var network = try Trainer.build(candidate, for: Self.clouds, seed: seed, trial: trial)
      let outcome = try Trainer.train(
        &network, as: candidate.training, on: Self.clouds, seed: seed, trial: trial)
      return (outcome, network.parameters)
    }
    let first = try weights(7, 3)
    let second = try weights(7, 3)
    #expect(first == second)
    #expect(try weights(7, 4).1 != first.1)
    #expect(try weights(8, 3).1 != first.1)
    #expect(try Trainer.train(candidate, on: Self.clouds, seed: 7, trial: 3) == first.0)
  }

  @Test("The test part has no influence on the weights")
  func testPartIsApart() throws {
    var other = Self.clouds
    other.test.labels = other.test.labels.map { 3 - $0 }
    let first = try Trainer.train(candidate(), on: Self.clouds, seed: 1, trial: 1)
    var second = try Trainer.train(candidate(), on: other, seed: 1, trial: 1)
    #expect(second.testAccuracy ?? 1 < 0.1)
    second.testAccuracy = first.testAccuracy
    #expect(second == first)
  }

  @Test("A training that diverges fails with the epoch")
  func diverges() throws {
    let wild = candidate(
      [.dense(units: 16), .activation(.relu), .dense(units: 16), .activation(.relu)],
      optimizer: .sgd(momentum: 0.9),
      learningRate: 1e6)
    var failure: TrainingFailure?
    do {
      _ = try Trainer.train(wild, on: Self.clouds, seed: 1, trial: 1)
    } catch { failure = error }
    guard case .diverged(let epoch, let loss) = failure else {
      Issue.record("expected divergence, got \(String(describing: failure))")
      return
    }
    #expect(epoch >= 1)
    #expect(!loss.isFinite)
  }

  @Test("A training stops when told to, and says after how many epochs")
  func stops() throws {
    var seen: [EpochReport] = []
    let outcome = try Trainer.train(
      candidate(epochs: 10), on: Self.clouds, seed: 1, trial: 1, validatesEachEpoch: true
    ) { report in
      seen.append(report)
      return report.epoch == 4 ? .stop : .proceed
    }
    #expect(seen.map(\.epoch) == [1, 2, 3, 4])
    #expect(outcome.epochs == 4)
    #expect(outcome.steps == 28)
    #expect(
      seen.last?.validation == Evaluation(loss: outcome.validationLoss, accuracy: outcome.validationAccuracy))
  }

  @Test("Watching a training does not change it")
  func watching() throws {
    let watched = try Trainer.train(candidate(), on: Self.clouds, seed: 1, trial: 1, validatesEachEpoch: true)
    #expect(try Trainer.train(candidate(), on: Self.clouds, seed: 1, trial: 1) == watched)
  }

  @Test("A batch larger than the training part is the whole part")
  func largeBatch() throws {
    var large = candidate(epochs: 2)
    large.training.batchSize = 1 << 20
    #expect(try Trainer.train(large, on: Self.clouds, seed: 1, trial: 1).steps == 2)
  }

  @Test("A candidate that does not fit the data is refused, and data that do not fit themselves")
  func mismatches() {
    func failure(_ change: (inout Candidate, inout PreparedData) -> Void) -> TrainingFailure? {
      var (candidate, data) = (candidate(), Self.clouds)
      change(&candidate, &data)
      do {
        _ = try Trainer.train(candidate, on: data, seed: 1, trial: 1)
        return nil
      } catch { return error }
    }
    #expect(
      failure { candidate, _ in candidate.architecture.sampleShape = [5] }
        == .sampleShape(architecture: [5], data: [6]))
    #expect(
      failure { candidate, _ in candidate.architecture.layers = [.dense(units: 3)] }
        == .architecture(.classCount(layerIndex: 0, layer: .dense(units: 3), shape: [3], expected: 4)))
    #expect(failure { _, data in data.test = Samples(features: [], labels: []) } == .emptyPart("test"))
    #expect(
      failure { _, data in data.validation.labels[5] = 4 }
        == .label(part: "validation", sample: 5, label: 4, classCount: 4))
    #expect(
      failure { _, data in data.training.features.removeLast() }
        == .featureCount(part: "training", expected: 1_218, found: 1_217))
  }

  @Test("Failures are the same after JSON, a loss that is not a number included")
  func failuresAsJSON() throws {
    let failures: [TrainingFailure] = [
      .diverged(epoch: 3, loss: .infinity), .architecture(.noLayers), .emptyPart("test"),
      .hyperparameter(name: "epochs", value: "0", expected: "more"),
    ]
    for failure in failures {
      let data = try JSONEncoder().encode(failure)
      #expect(try JSONDecoder().decode(TrainingFailure.self, from: data) == failure)
    }
    let data = try JSONEncoder().encode(TrainingFailure.diverged(epoch: 3, loss: .nan))
    guard case .diverged(3, let loss) = try JSONDecoder().decode(TrainingFailure.self, from: data) else {
      Issue.record("expected a diverged training")
      return
    }
    #expect(loss.isNaN)
    // What the processor makes of 0/0 has its sign set, which says nothing.
    #expect(TrainingFailure.diverged(epoch: 3, loss: -.nan).description.contains("got NaN;"))
  }
}
