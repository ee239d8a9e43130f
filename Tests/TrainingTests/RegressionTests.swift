import Datasets
import Foundation
import NeuralNetworks
import Numerics
import Testing
import Training

@Suite("Regression")
struct RegressionTests {
  /// y = 100 + 30·x₀ − 20·x₁ + 5·x₂, without noise.
  static let linear: PreparedData = {
    var stream = RandomStream(seed: 1, purpose: "test regression")
    func part(_ count: Int) -> Samples {
      let features = (0..<(3 * count)).map { _ in Float(stream.normal()) }
      let slopes: [Float] = [30, -20, 5]
      let targets = (0..<count).map { row -> Double in
        slopes.indices.reduce(100) { $0 + Double(slopes[$1] * features[3 * row + $1]) }
      }
      return Samples(features: features, targets: targets)
    }
    return PreparedData(
      name: "linear", training: part(200), validation: part(50), test: part(50), sampleShape: [3],
      task: .regression)
  }()

  private func candidate(_ loss: Loss) -> Candidate {
    Candidate(
      architecture: Architecture(sampleShape: [3], layers: [.dense(units: 1)]),
      training: TrainingHyperparameters(
        loss: loss, optimizer: .adam(), learningRate: 0.05, schedule: .cosine, batchSize: 20, epochs: 60))
  }

  @Test(
    "A linear target is learnt to almost no error", arguments: [Loss.meanSquaredError, .huber(delta: 0.5)])
  func linearTarget(loss: Loss) throws {
    let outcome = try Trainer.train(candidate(loss), on: Self.linear, seed: 1, trial: 1)
    #expect(outcome.validationAccuracy == nil && outcome.testAccuracy == nil)
    #expect(try #require(outcome.validationRMSE) < 0.01)
    #expect(try #require(outcome.testRMSE) < 0.01)
    #expect(try #require(outcome.validationR2) > 0.99999)
    #expect(try #require(outcome.testR2) > 0.99999)
    let json = try JSONEncoder().encode(outcome)
    #expect(try JSONDecoder().decode(TrainingOutcome.self, from: json) == outcome)
  }

  @Test("Error and R² are those of the predictions")
  func evaluation() throws {
    var network = try Trainer.build(candidate(.meanSquaredError), for: Self.linear, seed: 1, trial: 1)
    let part = Self.linear.validation
    let found = Trainer.evaluate(&network, on: part)
    var predictions: [Double] = []
    // The largest batch has 20 rows.
    for start in stride(from: 0, to: part.count, by: 10) {
      let rows = (start..<(start + 10)).map { Int32($0) }
      network.load(rows: rows.span, features: part.features.span, targets: part.targets.span)
      predictions += network.predictions()
    }
    let errors = zip(predictions, part.targets).map { $0 - $1 }
    let squared = errors.reduce(0) { $0 + $1 * $1 }
    let targets = part.targets
    let mean = targets.reduce(0, +) / Double(part.count)
    let spread = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let rmse = (squared / Double(part.count)).squareRoot()
    let (foundRMSE, foundR2) = (try #require(found.rmse), try #require(found.r2))
    #expect(abs(foundRMSE - rmse) < 1e-5 * rmse)
    #expect(abs(foundR2 - (1 - squared / spread)) < 1e-5)
    #expect(found.accuracy == nil)
  }

  @Test("A loss that is not for the task is refused, and so are data without numbers to learn")
  func mismatches() {
    func failure(_ loss: Loss, _ change: (inout PreparedData) -> Void = { _ in }) -> TrainingFailure? {
      var data = Self.linear
      change(&data)
      do {
        _ = try Trainer.train(candidate(loss), on: data, seed: 1, trial: 1)
        return nil
      } catch { return error }
    }
    guard case .hyperparameter("loss", _, "a loss for a regression") = failure(.crossEntropy()) else {
      Issue.record("expected the loss to be refused")
      return
    }
    let infinite = failure(.meanSquaredError) { $0.test.targets[3] = .infinity }
    #expect(infinite == .target(part: "test", sample: 3, value: "inf"))
    let classes = failure(.meanSquaredError) { data in
      data.training = Samples(features: data.training.features, labels: Array(repeating: 0, count: 200))
    }
    #expect(classes == .noTargets(part: "training", task: "regression"))
  }
}
