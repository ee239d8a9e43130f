import Foundation
import NeuralNetworks
import Testing

@Suite("Optimisers")
struct OptimizerTests {
  /// What a reference keeps for one parameter.
  struct State {
    var first = 0.0
    var second = 0.0
  }

  /// Runs 50 steps and compares each with a reference in double precision that is fed the engine's gradients.
  ///
  /// - Parameter step: the new value of a parameter.
  private func compare(
    _ optimizer: Optimizer, learningRate: Double, gradientClip: Double? = nil,
    reference step: (_ t: Int, _ gradient: Double, _ parameter: Double, _ state: inout State) -> Double
  ) throws {
    let architecture = Architecture(
      sampleShape: [7], layers: [.dense(units: 9), .activation(.tanh), .dense(units: 3)])
    var network = try Network(architecture, maximumBatchSize: 11, optimizer: optimizer, seed: 1, trial: 1)
    network.load(Batch(samples: 11, width: 7, classes: 3))
    let start = network.parameters
    var expected = start.map(Double.init)
    var state = Array(repeating: State(), count: expected.count)
    for t in 1...50 {
      _ = network.computeGradients()
      var gradients = network.gradients.map(Double.init)
      if let gradientClip {
        let norm = gradients.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let scale = min(1, gradientClip / (norm + 1e-6))
        gradients = gradients.map { $0 * scale }
      }
      network.update(learningRate: learningRate, gradientClip: gradientClip)
      for index in expected.indices {
        expected[index] = step(t, gradients[index], expected[index], &state[index])
      }
    }
    let found = network.parameters
    let largest = expected.map(abs).max() ?? 0
    let worst = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    let moved = zip(start, found).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < 1e-5 * largest)
    #expect(moved > 0.01)
  }

  @Test(
    "SGD follows its formula over 50 steps", arguments: [0, 0.9],
    [(false, 0.0), (true, 0.0), (false, 0.05), (true, 0.05)])
  func sgd(momentum: Double, rule: (nesterov: Bool, weightDecay: Double)) throws {
    let optimizer = Optimizer.sgd(
      momentum: momentum, nesterov: rule.nesterov, weightDecay: rule.weightDecay)
    try compare(optimizer, learningRate: 0.05) { _, gradient, parameter, state in
      let decayed = gradient + rule.weightDecay * parameter
      state.first = momentum * state.first + decayed
      return parameter - 0.05 * (rule.nesterov ? decayed + momentum * state.first : state.first)
    }
  }

  @Test("RMSprop follows its formula over 50 steps", arguments: [(0.99, 1e-8, 0.0), (0.9, 1e-2, 0.05)])
  func rmsprop(smoothing: Double, epsilon: Double, weightDecay: Double) throws {
    let optimizer = Optimizer.rmsprop(smoothing: smoothing, epsilon: epsilon, weightDecay: weightDecay)
    try compare(optimizer, learningRate: 0.003) { _, gradient, parameter, state in
      let decayed = gradient + weightDecay * parameter
      state.first = smoothing * state.first + (1 - smoothing) * decayed * decayed
      return parameter - 0.003 * decayed / (state.first.squareRoot() + epsilon)
    }
  }

  @Test(
    "Adam and AdamW follow their formulas, with bias correction, over 50 steps",
    arguments: [(1e-8, 0.0), (1e-2, 0.05)], [false, true])
  func adam(constants: (epsilon: Double, weightDecay: Double), isDecoupled: Bool) throws {
    let (beta1, beta2, rate) = (0.9, 0.999, 0.01)
    let (epsilon, decay) = constants
    let optimizer =
      isDecoupled
      ? Optimizer.adamw(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay)
      : .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: decay)
    try compare(optimizer, learningRate: rate) { t, gradient, parameter, state in
      let gradient = isDecoupled ? gradient : gradient + decay * parameter
      state.first = beta1 * state.first + (1 - beta1) * gradient
      state.second = beta2 * state.second + (1 - beta2) * gradient * gradient
      let mean = state.first / (1 - pow(beta1, Double(t)))
      let variance = state.second / (1 - pow(beta2, Double(t)))
      return parameter * (isDecoupled ? 1 - rate * decay : 1) - rate * mean
        / (variance.squareRoot() + epsilon)
    }
  }

  @Test("Gradients are clipped to their global norm before momentum", arguments: [0.05, 1e3])
  func clipping(clip: Double) throws {
    try compare(.sgd(momentum: 0.9), learningRate: 0.5, gradientClip: clip) { _, gradient, parameter, state in
      state.first = 0.9 * state.first + gradient
      return parameter - 0.5 * state.first
    }
  }

  @Test("An optimiser written before it had further constants is read with their defaults")
  func decoding() throws {
    func read(_ text: String) throws -> Optimizer {
      try JSONDecoder().decode(Optimizer.self, from: Data(text.utf8))
    }
    #expect(try read(#"{"sgd":{"momentum":0.9}}"#) == .sgd(momentum: 0.9))
    #expect(
      try read(#"{"adam":{"beta1":0.9,"beta2":0.99,"epsilon":1e-7}}"#) == .adam(beta2: 0.99, epsilon: 1e-7))
  }
}
