import Numerics

/// How a run of parameters starts.
enum Initialization: Hashable {
  case constant(Float)
  case normal(variance: Double)

  /// What follows a layer's weights decides how large they start.
  enum Gain {
    /// Variance 2 / inputs, for ReLU and what is like it (He et al. 2015, "Delving deep into rectifiers").
    case he
    /// Variance 2 / (inputs + outputs), for tanh, sigmoid and outputs (Glorot and Bengio 2010).
    case glorot

    /// The gain for the first activation before the next weights.
    init(of following: [Layer]) {
      self = .glorot
      for layer in following {
        switch layer {
        case .dropout, .flatten, .reshape, .batchNorm, .layerNorm, .maxPool, .averagePool, .globalMaxPool,
          .globalAveragePool:
          continue
        case .activation(let activation): if !activation.saturates { self = .he }
        case .dense, .conv1d, .conv2d, .depthwiseConv2d, .separableConv2d, .embedding, .residual, .branches:
          break
        }
        return
      }
    }

    func variance(inputs: Int, outputs: Int) -> Double {
      switch self {
      case .he: 2 / Double(inputs)
      case .glorot: 2 / Double(inputs + outputs)
      }
    }
  }

  /// Fills the run with draws from the stream.
  func fill(_ parameters: UnsafeMutableBufferPointer<Float>, from stream: inout RandomStream) {
    switch self {
    case .constant(let number): parameters.update(repeating: number)
    case .normal(let variance):
      let deviation = variance.squareRoot()
      for index in parameters.indices { parameters[index] = Float(stream.normal() * deviation) }
    }
  }
}
