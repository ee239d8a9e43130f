internal import CKernels

/// The state of an optimiser between steps: the vectors of the size of the parameters, and how often it has stepped.
struct OptimizerState {
  let optimizer: Optimizer
  /// `stateVectors` vectors, one behind the other.
  let vectors: UnsafeMutablePointer<Float>
  /// β₁ᵗ and β₂ᵗ of Adam.
  var beta1Power = 1.0
  var beta2Power = 1.0

  init(_ optimizer: Optimizer, vectors: UnsafeMutablePointer<Float>) {
    self.optimizer = optimizer
    self.vectors = vectors
  }

  /// One step of all parameters: parameters, gradients [count].
  ///
  /// - Parameter gradientClip: the largest Euclidean norm of all gradients together; longer ones are scaled down to it.
  mutating func step(
    count: Int, learningRate: Double, gradientClip: Double?, gradients: UnsafePointer<Float>,
    parameters: UnsafeMutablePointer<Float>
  ) {
    let scale = gradientClip.map { Self.scale(count: count, gradients: gradients, clip: $0) } ?? 1
    func use(decay: Double) -> wattle_gradient_use { wattle_gradient_use(scale: scale, decay: Float(decay)) }
    switch optimizer {
    case .sgd(let momentum, let nesterov, let decay):
      wattle_sgd(
        count, Float(learningRate), Float(momentum), nesterov, use(decay: decay), gradients, vectors,
        parameters)
    case .rmsprop(let smoothing, let epsilon, let decay):
      wattle_rmsprop(
        count, Float(learningRate), Float(smoothing), Float(epsilon), use(decay: decay), gradients, vectors,
        parameters)
    case .adam(let beta1, let beta2, let epsilon, let decay):
      adam(
        count, learningRate, (beta1, beta2, epsilon), shrinkage: 1, use(decay: decay), gradients, parameters)
    case .adamw(let beta1, let beta2, let epsilon, let decay):
      adam(
        count, learningRate, (beta1, beta2, epsilon), shrinkage: 1 - learningRate * decay, use(decay: 0),
        gradients, parameters)
    }
  }

  private mutating func adam(
    _ count: Int, _ learningRate: Double, _ constants: (beta1: Double, beta2: Double, epsilon: Double),
    shrinkage: Double, _ use: wattle_gradient_use, _ gradients: UnsafePointer<Float>,
    _ parameters: UnsafeMutablePointer<Float>
  ) {
    beta1Power *= constants.beta1
    beta2Power *= constants.beta2
    wattle_adam(
      count, Float(learningRate / (1 - beta1Power)), Float(constants.beta1), Float(constants.beta2),
      Float(1 / (1 - beta2Power).squareRoot()), Float(constants.epsilon), Float(shrinkage), use, gradients,
      vectors, vectors + count, parameters)
  }

  /// Clipping by global norm as PyTorch does it: clip / (norm + 10⁻⁶), at most 1 (Pascanu et al. 2013).
  private static func scale(count: Int, gradients: UnsafePointer<Float>, clip: Double) -> Float {
    let norm = wattle_sum_of_squares(count, gradients).squareRoot()
    // A norm that is not a number must not be taken for a short one.
    return norm.isNaN ? .nan : Float(min(1, clip / (norm + 1e-6)))
  }
}
