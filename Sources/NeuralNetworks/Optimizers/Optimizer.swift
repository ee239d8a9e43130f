/// An update rule with its constants, each equal to PyTorch's of the same name.
///
/// g is the gradient, w a parameter, η the learning rate, λ the weight decay. Weight decay is L2, g ← g + λ·w, for all
/// but `adamw`, where it is decoupled, w ← (1 − η·λ)·w (Loshchilov and Hutter 2019). It applies to every parameter,
/// biases and the parameters of normalisations among them, as it does in PyTorch without parameter groups.
public enum Optimizer: Codable, Hashable, Sendable {
  /// Stochastic gradient descent with heavy-ball momentum: v ← μ·v + g, w ← w − η·v; with Nesterov's momentum
  /// w ← w − η·(g + μ·v) (Sutskever et al. 2013).
  case sgd(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0)
  /// v ← α·v + (1 − α)·g², w ← w − η·g / (√v + ε) (Tieleman and Hinton 2012); α is `smoothing`.
  case rmsprop(smoothing: Double = 0.99, epsilon: Double = 1e-8, weightDecay: Double = 0)
  /// Adam (Kingma and Ba 2015) with bias correction: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
  /// w ← w − η·m̂ / (√v̂ + ε).
  case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0)
  /// Adam with decoupled weight decay.
  case adamw(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01)

  /// The numbers that the rule keeps for each parameter.
  var stateVectors: Int {
    switch self {
    case .sgd, .rmsprop: 1
    case .adam, .adamw: 2
    }
  }
}
