import NeuralNetworks
import Testing
import Training

/// Candidates with one hash are trained once, so they must be the same training to the last bit.
@Suite("Candidates with one hash")
struct EqualTrainingTests {
  private static let relu = Layer.activation(.relu)
  private static let relu6 = Layer.activation(.relu6)
  private static let leaky = Layer.activation(.leakyRelu)
  private static let dense = Layer.dense(units: 16)

  struct Pair: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let first: [Layer]
    let second: [Layer]

    init(_ description: String, _ first: [Layer], _ second: [Layer]) {
      testDescription = description
      self.first = first
      self.second = second
    }
  }

  static let pairs = [
    Pair("a dropout of 0", [dense, .dropout(rate: 0), relu], [dense, relu]),
    Pair("ReLU twice", [dense, relu, .dropout(rate: 0.3), relu], [dense, relu, .dropout(rate: 0.3)]),
    Pair("leaky ReLU behind ReLU", [dense, relu, leaky], [dense, relu]),
    Pair(
      "leaky ReLU behind ReLU and dropout", [dense, relu, .dropout(rate: 0.3), leaky],
      [dense, relu, .dropout(rate: 0.3)]),
    Pair(
      "leaky ReLU behind a sigmoid", [dense, .activation(.sigmoid), leaky], [dense, .activation(.sigmoid)]),
    Pair("ReLU6 twice", [dense, relu6, relu6], [dense, relu6]),
    Pair("a flatten of a row", [.flatten, dense, relu, .flatten, .layerNorm], [dense, relu, .layerNorm]),
    Pair(
      "a flatten of a row before a residual", [dense, relu, .flatten, .residual([dense, .flatten])],
      [dense, relu, .residual([dense])]),
    Pair(
      "an empty branch first",
      [dense, .branches(join: .add, paths: [[], [dense, relu, .dropout(rate: 0.2)]]), relu],
      [dense, .branches(join: .add, paths: [[dense, relu, .dropout(rate: 0.2)], []]), relu]),
    Pair(
      "an empty branch first, behind a norm",
      [dense, .batchNorm, .branches(join: .add, paths: [[.dropout(rate: 0)], [dense, .batchNorm]]), relu],
      [dense, .batchNorm, .branches(join: .add, paths: [[dense, .batchNorm], []]), relu]),
  ]

  private static func candidate(_ hidden: [Layer], patience: Int? = nil) -> Candidate {
    var training = TrainingHyperparameters(
      optimizer: .sgd(momentum: 0.9), learningRate: 0.05, schedule: .cosine, batchSize: 32, epochs: 4)
    training.patience = patience
    return Candidate(
      architecture: Architecture(sampleShape: [6], layers: hidden + [.dense(units: 4)]), training: training)
  }

  private static func parameters(_ candidate: Candidate) throws -> [Float] {
    var network = try Trainer.build(candidate, for: TrainerTests.clouds, seed: 3, trial: 5)
    _ = try Trainer.train(&network, as: candidate.training, on: TrainerTests.clouds, seed: 3, trial: 5)
    return network.parameters
  }

  @Test("They train to the same weights, to the bit", arguments: pairs)
  func equal(_ pair: Pair) throws {
    let candidates = [pair.first, pair.second].map { Self.candidate($0) }
    #expect(candidates[0].canonicalHash == candidates[1].canonicalHash)
    #expect(try Self.parameters(candidates[0]) == Self.parameters(candidates[1]))
  }

  @Test("A patience of all epochs or more is one training")
  func patience() throws {
    let candidates = [4, 9].map { Self.candidate([Self.dense, Self.relu], patience: $0) }
    #expect(candidates[0].canonicalHash == candidates[1].canonicalHash)
    #expect(try Self.parameters(candidates[0]) == Self.parameters(candidates[1]))
  }

  @Test(
    "What is not the same keeps its own hash",
    arguments: [
      Pair("leaky ReLU behind a norm", [dense, relu, .layerNorm, leaky], [dense, relu, .layerNorm]),
      Pair("leaky ReLU behind tanh", [dense, .activation(.tanh), leaky], [dense, .activation(.tanh)]),
      Pair(
        "ReLU6 behind dropout", [dense, relu6, .dropout(rate: 0.3), relu6],
        [dense, relu6, .dropout(rate: 0.3)]),
      Pair("ReLU6 behind ReLU", [dense, relu, relu6], [dense, relu]),
      // Directly before a batch norm a dense layer has no bias.
      Pair("a flatten before a norm", [dense, .flatten, .batchNorm], [dense, .batchNorm]),
      Pair(
        "branches with weights in another order",
        [.branches(join: .add, paths: [[dense], [dense, relu]])],
        [.branches(join: .add, paths: [[dense, relu], [dense]])]),
      Pair(
        "an empty branch first, side by side", [.branches(join: .concat, paths: [[], [dense]])],
        [.branches(join: .concat, paths: [[dense], []])]),
      Pair("a residual of nothing, which doubles", [dense, .residual([])], [dense]),
    ])
  func different(_ pair: Pair) {
    #expect(Self.candidate(pair.first).canonicalHash != Self.candidate(pair.second).canonicalHash)
  }
}
