import Glibc
import NeuralNetworks
import Testing

@Suite("Optimisers")
struct OptimizerTests {
  /// Runs 20 steps and compares each with a reference that is fed the engine's gradients.
  private func compare(
    _ optimizer: Optimizer, learningRate: Double,
    reference step: (_ t: Int, _ gradient: Double, _ state: inout (Double, Double)) -> Double
  ) throws {
    let architecture = Architecture(
      sampleShape: [7], layers: [.dense(units: 9), .activation(.tanh), .dense(units: 3)])
    var network = try Network(architecture, maximumBatchSize: 11, optimizer: optimizer, seed: 1, trial: 1)
    network.load(Batch(samples: 11, width: 7, classes: 3))
    let start = network.parameters
    var expected = start.map(Double.init)
    var state = Array(repeating: (0.0, 0.0), count: expected.count)
    for t in 1...20 {
      _ = network.computeGradients()
      let gradients = network.gradients
      network.update(learningRate: learningRate)
      for index in expected.indices {
        expected[index] -= learningRate * step(t, Double(gradients[index]), &state[index])
      }
    }
    let found = network.parameters
    let worst = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
    let moved = zip(start, found).map { abs($0 - $1) }.max() ?? 0
    #expect(worst < 2e-6)
    #expect(moved > 0.01)
  }

  @Test("SGD with momentum follows its formula over 20 steps", arguments: [0, 0.9])
  func sgd(momentum: Double) throws {
    try compare(.sgd(momentum: momentum), learningRate: 0.05) { _, gradient, state in
      state.0 = momentum * state.0 + gradient
      return state.0
    }
  }

  @Test("Adam follows its formula, with bias correction, over 20 steps", arguments: [1e-8, 1e-2])
  func adam(epsilon: Double) throws {
    let (beta1, beta2) = (0.9, 0.999)
    try compare(.adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: 0.01) {
      t, gradient, state in
      state.0 = beta1 * state.0 + (1 - beta1) * gradient
      state.1 = beta2 * state.1 + (1 - beta2) * gradient * gradient
      let mean = state.0 / (1 - pow(beta1, Double(t)))
      let variance = state.1 / (1 - pow(beta2, Double(t)))
      return mean / (variance.squareRoot() + epsilon)
    }
  }
}
