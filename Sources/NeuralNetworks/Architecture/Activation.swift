/// An activation function.
public enum Activation: String, Codable, Hashable, CaseIterable, Sendable, BitwiseCopyable {
  /// max(0, x)
  case relu
  /// x·Φ(x) in its tanh form (Hendrycks and Gimpel 2016).
  case gelu
  /// The hyperbolic tangent.
  case tanh
  /// min(max(0, x), 6) (Krizhevsky 2010).
  case relu6
  /// x above 0, else 0.01·x (Maas, Hannun and Ng 2013).
  case leakyRelu = "leaky-relu"
  /// max(0, x)² (So et al. 2021, "Primer").
  case squaredRelu = "squared-relu"
  /// x·σ(x) (Elfwing, Uchibe and Doya 2018), also called swish.
  case silu
  /// σ(x) = 1 / (1 + e⁻ˣ)
  case sigmoid
  /// x·min(max(0, x + 3), 6) / 6 (Howard et al. 2019, "Searching for MobileNetV3").
  case hardSwish = "hard-swish"
}

extension Activation {
  /// Below 0, leaky ReLU has this slope.
  static let leakySlope: Float = 0.01

  /// Whether no result is negative, and where one is 0 its slope is too, so that a ReLU behind it changes nothing,
  /// forward and backward.
  var isNonNegative: Bool {
    switch self {
    case .relu, .relu6, .squaredRelu, .sigmoid: true
    case .gelu, .tanh, .leakyRelu, .silu, .hardSwish: false
    }
  }

  /// Whether results stay between two bounds around 0 or 1/2, as tanh's and sigmoid's do.
  var saturates: Bool { self == .tanh || self == .sigmoid }

  /// FLOPs a value, forward: GELU is 0.5·x·(1 + tanh(c·(x + a·x³))).
  var forwardFlops: Int {
    switch self {
    case .relu, .tanh: 1
    case .relu6, .leakyRelu, .squaredRelu: 2
    case .sigmoid: 3
    case .silu: 4
    case .hardSwish: 5
    case .gelu: 9
    }
  }

  /// FLOPs a value, backward: tanh is dy·(1 − y²); sigmoid dy·y·(1 − y); SiLU, with s = σ(x), dy·(s + y·(1 − s));
  /// GELU dy·(s + y·(1 − s)·2c·(1 + 3a·x²)).
  var backwardFlops: Int {
    switch self {
    case .relu: 1
    case .relu6, .leakyRelu: 2
    case .squaredRelu, .tanh, .sigmoid: 3
    case .hardSwish: 6
    case .silu: 7
    case .gelu: 9
    }
  }

  /// Whether the backward pass needs the slope kept, because the output does not tell it.
  var keepsSlope: Bool { self == .gelu }

  /// Whether a dense layer or a convolution directly before computes it with its bias.
  var fusesWithBias: Bool {
    switch self {
    case .relu, .tanh, .gelu: true
    case .relu6, .leakyRelu, .squaredRelu, .silu, .sigmoid, .hardSwish: false
    }
  }
}
