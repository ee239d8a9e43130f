/// Why tensors are not the parameters of a network.
public enum WeightsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A parameter of the network is not among the tensors.
  case missing(name: String)
  /// A tensor has another shape than the network's parameter.
  case shape(name: String, expected: [Int], found: [Int])
  /// A tensor is none of the network's.
  case unknown(name: String)

  /// What was expected, what was found and what to do.
  public var description: String {
    switch self {
    case .missing(let name): "weights: expected a tensor '\(name)'; take the weights of this architecture"
    case .shape(let name, let expected, let found):
      "weights: \(name): expected the shape \(expected), got \(found); take the weights of this architecture"
    case .unknown(let name): "weights: the network has no '\(name)'; take the weights of this architecture"
    }
  }
}

extension Network {
  /// The parameters by name: `layers.N.weight` [inputs, units] and `layers.N.bias` [units], N being the index of the
  /// dense layer in the architecture.
  ///
  /// - Complexity: O(parameters).
  public var namedParameters: [NamedTensor] {
    let values = parameters
    var position = 0
    return parameterShapes.map { name, shape in
      let count = shape.reduce(1, *)
      defer { position += count }
      return NamedTensor(name: name, shape: shape, values: Array(values[position..<(position + count)]))
    }
  }

  /// Replaces all parameters.
  ///
  /// - Throws: `WeightsError` unless there is exactly one tensor of the right shape for each.
  /// - Complexity: O(parameters + tensors).
  public mutating func setParameters(_ tensors: [NamedTensor]) throws(WeightsError) {
    let byName = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    let shapes = parameterShapes
    var values: [Float] = []
    for (name, shape) in shapes {
      guard let tensor = byName[name] else { throw .missing(name: name) }
      guard tensor.shape == shape, tensor.values.count == shape.reduce(1, *) else {
        throw .shape(name: name, expected: shape, found: tensor.shape)
      }
      values += tensor.values
    }
    if tensors.count != shapes.count {
      let known = Set(shapes.map(\.name))
      throw .unknown(name: tensors.first { !known.contains($0.name) }?.name ?? "")
    }
    parameters = values
  }

  /// The names and shapes of the parameters, in the order of `parameters`.
  private var parameterShapes: [(name: String, shape: [Int])] {
    var shapes: [(name: String, shape: [Int])] = []
    var inputs = architecture.sampleShape.reduce(1, *)
    for (index, layer) in architecture.layers.enumerated() {
      guard case .dense(let units) = layer else { continue }
      shapes.append(("layers.\(index).weight", [inputs, units]))
      shapes.append(("layers.\(index).bias", [units]))
      inputs = units
    }
    return shapes
  }
}

extension SafetensorsFile {
  /// A file of a network's parameters; of a regression, `target_mean` and `target_deviation` in the metadata say how its
  /// outputs become predictions: output · deviation + mean.
  ///
  /// - Throws: `SafetensorsError.nameTaken` never, since parameters have names of their own.
  public init(
    _ network: borrowing Network, metadata: [String: String] = [:]
  ) throws(SafetensorsError) {
    var metadata = metadata
    if !network.loss.isOfClasses {
      metadata["target_mean"] = "\(network.targetScale.mean)"
      metadata["target_deviation"] = "\(network.targetScale.deviation)"
    }
    try self.init(tensors: network.namedParameters, metadata: metadata)
  }
}
