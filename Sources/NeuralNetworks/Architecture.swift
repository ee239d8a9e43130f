/// One concrete network: the shape of a sample and a list of layers with every number filled in.
///
/// An architecture is a value. It is checked, hashed, written to a journal and costed without being built:
///
/// ```swift
/// let architecture = Architecture(
///   sampleShape: [64], layers: [.dense(units: 32), .activation(.relu), .dense(units: 10)])
/// let costs = try architecture.costs()   // parameters, FLOPs and bytes a sample
/// ```
public struct Architecture: Codable, Hashable, Sendable {
  /// The shape of one sample without the batch dimension, such as `[64]`.
  public var sampleShape: [Int]
  /// The layers from input to output.
  public var layers: [Layer]

  /// An architecture of the given layers; call `costs()` to have it checked.
  public init(sampleShape: [Int], layers: [Layer]) {
    self.sampleShape = sampleShape
    self.layers = layers
  }
}

/// A layer with every number filled in.
public enum Layer: Codable, Hashable, Sendable {
  /// A fully connected layer, y = x·W + b, with W of shape [inputs, units].
  case dense(units: Int)
  /// An activation, element by element.
  case activation(Activation)
  /// Inverted dropout: in training each value is zeroed with probability `rate` and the others are scaled by 1/(1 − rate).
  case dropout(rate: Double)
}

/// An activation function.
public enum Activation: String, Codable, Hashable, CaseIterable, Sendable {
  /// max(0, x)
  case relu
  /// x·Φ(x) in its tanh form (Hendrycks and Gimpel 2016).
  case gelu
  /// The hyperbolic tangent.
  case tanh
}
