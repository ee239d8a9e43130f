import NeuralNetworks
import Testing
import Training

/// What PyTorch did with the same weights and batches; `tools/freeze-trajectories` made the fixtures.
@Suite("Frozen trajectories")
struct FrozenTrajectoryTests {
  struct Trajectories: Decodable {
    struct Rule: Decodable {
      var losses: [Double]
      var final: [Float]
    }
    var features: [Float]
    var labels: [Int32]
    var start: [Float]
    var rules: [String: Rule]
  }

  static let rules: [(name: String, optimizer: Optimizer, learningRate: Double, clip: Double?)] = [
    ("sgd", .sgd(), 0.1, nil),
    ("sgd momentum", .sgd(momentum: 0.9), 0.05, nil),
    ("sgd nesterov decay", .sgd(momentum: 0.9, nesterov: true, weightDecay: 0.01), 0.05, nil),
    ("rmsprop", .rmsprop(), 0.003, nil),
    ("rmsprop decay", .rmsprop(smoothing: 0.9, epsilon: 1e-6, weightDecay: 0.01), 0.003, nil),
    ("adam", .adam(), 0.01, nil),
    ("adam decay", .adam(beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.01), 0.01, nil),
    ("adamw", .adamw(), 0.01, nil),
    ("adamw decay", .adamw(weightDecay: 0.1), 0.01, nil),
    ("sgd clipped", .sgd(momentum: 0.9), 0.2, 0.1),
  ]

  @Test("50 steps have the losses that PyTorch has", arguments: 0..<rules.count)
  func trajectories(index: Int) throws {
    let rule = Self.rules[index]
    let frozen = try Fixture.read("trajectories.json", as: Trajectories.self)
    let expected = try #require(frozen.rules[rule.name])
    let architecture = Architecture(
      sampleShape: [6], layers: [.dense(units: 8), .activation(.tanh), .dense(units: 3)])
    var network = try Network(
      architecture, maximumBatchSize: 10, optimizer: rule.optimizer, seed: 1, trial: 1)
    network.parameters = frozen.start
    for (step, expectedLoss) in expected.losses.enumerated() {
      let rows = (0..<10).map { Int32((step * 10 + $0) % 40) }
      network.load(rows: rows.span, features: frozen.features.span, labels: frozen.labels.span)
      let loss = network.computeGradients() / 10
      #expect(abs(loss - expectedLoss) < 1e-4 * expectedLoss, "\(rule.name), step \(step)")
      network.update(learningRate: rule.learningRate, gradientClip: rule.clip)
    }
    let worst = zip(network.parameters, expected.final).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 1e-4, "\(rule.name)")
  }

  @Test("Schedules have the rates that PyTorch has")
  func schedules() throws {
    let frozen = try Fixture.read("schedules.json", as: [String: [Double]].self)
    typealias Schedule = TrainingHyperparameters.LearningRateSchedule
    let schedules: [(String, Schedule)] = [
      ("step", .step(every: 3, factor: 0.5)), ("cosine", .cosine), ("one-cycle 0.3", .oneCycle()),
      ("one-cycle 0.5", .oneCycle(peak: 0.5)),
    ]
    for (name, schedule) in schedules {
      let expected = try #require(frozen[name])
      #expect(expected.count == 40)
      for (step, rate) in expected.enumerated() {
        let found = schedule.learningRate(step: step, of: 40, stepsAnEpoch: 4, start: 0.1)
        #expect(abs(found - rate) < 1e-12, "\(name), step \(step)")
      }
    }
  }

  struct Losses: Decodable {
    struct Kind: Decodable {
      var loss: Double
      var gradient: [Float]
    }
    var logits: [Float]
    var labels: [Int32]
    var binary: [Int32]
    var targets: [Double]
    var weights: [Float]
    var kinds: [String: Kind]
  }

  /// A network that gives back its samples: the gradient of its bias is the sum of the loss's gradients over the rows.
  @Test("Losses and their gradients are those that PyTorch has")
  func losses() throws {
    let frozen = try Fixture.read("losses.json", as: Losses.self)
    let cases: [(name: String, loss: Loss, weights: [Float]?)] = [
      ("cross-entropy", .crossEntropy(), nil), ("smoothed", .crossEntropy(labelSmoothing: 0.1), nil),
      ("weighted", .crossEntropy(), frozen.weights),
      ("weighted smoothed", .crossEntropy(labelSmoothing: 0.1), frozen.weights),
      ("binary", .binaryCrossEntropy(), nil), ("squared", .meanSquaredError, nil),
      ("huber", .huber(delta: 0.7), nil),
    ]
    for (name, loss, weights) in cases {
      let expected = try #require(frozen.kinds[name])
      let outputs = if case .crossEntropy = loss { 4 } else { 1 }
      var network = try Network(
        Architecture(sampleShape: [4], layers: [.dense(units: outputs)]), maximumBatchSize: 12, loss: loss,
        seed: 1, trial: 1)
      let identity = (0..<4).flatMap { row in (0..<outputs).map { row == $0 ? Float(1) : 0 } }
      network.parameters = identity + Array(repeating: 0, count: outputs)
      network.setClassWeights(weights)
      let rows = (0..<Int32(12)).map { $0 }
      if loss.isOfClasses {
        let labels = outputs == 1 ? frozen.binary : frozen.labels
        network.load(rows: rows.span, features: frozen.logits.span, labels: labels.span)
      } else {
        network.load(rows: rows.span, features: frozen.logits.span, targets: frozen.targets.span)
      }
      let found = network.computeGradients() / network.batchWeight
      #expect(abs(found - expected.loss) < 1e-5 * expected.loss, "\(name)")
      let bias = network.gradients.suffix(outputs)
      for (output, gradient) in bias.enumerated() {
        let sum = (0..<12).reduce(Float(0)) { $0 + expected.gradient[4 * $1 + output] }
        #expect(abs(gradient - sum) < 1e-5, "\(name), output \(output)")
      }
    }
  }
}
