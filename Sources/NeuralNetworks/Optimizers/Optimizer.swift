internal import CKernels

/// An update rule with its constants.
public enum Optimizer: Codable, Hashable, Sendable {
  /// Stochastic gradient descent with heavy-ball momentum: v ← μ·v + g, w ← w − η·v.
  case sgd(momentum: Double)
  /// Adam (Kingma and Ba 2015) with bias correction.
  case adam(beta1: Double, beta2: Double, epsilon: Double)

  /// The numbers that the rule keeps for each parameter.
  var stateVectors: Int {
    switch self {
    case .sgd: 1
    case .adam: 2
    }
  }
}

/// The state of an optimiser between steps: the vectors of the size of the parameters, and how often it has stepped.
struct OptimizerState {
  let optimizer: Optimizer
  /// `stateVectors` vectors, one behind the other.
  let vectors: UnsafeMutablePointer<Float>
  /// β₁ᵗ and β₂ᵗ of Adam.
  private var beta1Power = 1.0
  private var beta2Power = 1.0

  init(_ optimizer: Optimizer, vectors: UnsafeMutablePointer<Float>) {
    self.optimizer = optimizer
    self.vectors = vectors
  }

  /// One step of all parameters: parameters, gradients [count].
  mutating func step(
    count: Int, learningRate: Double, gradients: UnsafePointer<Float>, parameters: UnsafeMutablePointer<Float>
  ) {
    switch optimizer {
    case .sgd(let momentum):
      wattle_sgd(count, Float(learningRate), Float(momentum), gradients, vectors, parameters)
    case .adam(let beta1, let beta2, let epsilon):
      beta1Power *= beta1
      beta2Power *= beta2
      wattle_adam(
        count, Float(learningRate / (1 - beta1Power)), Float(beta1), Float(beta2),
        Float(1 / (1 - beta2Power).squareRoot()), Float(epsilon), gradients, vectors, vectors + count,
        parameters)
    }
  }
}
