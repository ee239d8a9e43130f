/// A layer with every number filled in.
///
/// Its coded form is an object of one key: `{"dense":{"units":64}}`, `{"activation":"relu"}`,
/// `{"dropout":{"rate":0.2}}`.
public enum Layer: Hashable, Sendable {
  /// A fully connected layer, y = x·W + b, with W of shape [inputs, units]. The inputs are all values of the sample,
  /// in row-major order, whatever its shape.
  case dense(units: Int)
  /// An activation, element by element.
  case activation(Activation)
  /// Inverted dropout: in training each value is zeroed with probability `rate` and the others are scaled by
  /// 1/(1 − rate) (Srivastava et al. 2014); in inference it is the identity.
  case dropout(rate: Double)
}

/// An activation function.
public enum Activation: String, Codable, Hashable, CaseIterable, Sendable, BitwiseCopyable {
  /// max(0, x)
  case relu
  /// x·Φ(x) in its tanh form (Hendrycks and Gimpel 2016).
  case gelu
  /// The hyperbolic tangent.
  case tanh
}

extension Layer: CustomStringConvertible {
  /// The layer as in a sentence: `dense, units 64`.
  public var description: String {
    switch self {
    case .dense(let units): "dense, units \(units)"
    case .activation(let activation): "activation \(activation.rawValue)"
    case .dropout(let rate): "dropout, rate \(rate)"
    }
  }
}

extension Layer: Codable {
  private enum Kind: String, CodingKey, CaseIterable {
    case dense, activation, dropout
  }

  private enum Field: String, CodingKey {
    case units, rate
  }

  /// Reads an object of one key, the layer's kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Kind.self)
    guard let kind = container.allKeys.first, container.allKeys.count == 1 else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected a layer: an object with exactly one of the keys \(kinds)"))
    }
    switch kind {
    case .dense:
      let fields = try container.nestedContainer(keyedBy: Field.self, forKey: kind)
      self = .dense(units: try fields.decode(Int.self, forKey: .units))
    case .activation:
      self = .activation(try container.decode(Activation.self, forKey: kind))
    case .dropout:
      let fields = try container.nestedContainer(keyedBy: Field.self, forKey: kind)
      self = .dropout(rate: try fields.decode(Double.self, forKey: .rate))
    }
  }

  /// Writes an object of one key, the layer's kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Kind.self)
    switch self {
    case .dense(let units):
      var fields = container.nestedContainer(keyedBy: Field.self, forKey: .dense)
      try fields.encode(units, forKey: .units)
    case .activation(let activation):
      try container.encode(activation, forKey: .activation)
    case .dropout(let rate):
      var fields = container.nestedContainer(keyedBy: Field.self, forKey: .dropout)
      try fields.encode(rate, forKey: .rate)
    }
  }
}
