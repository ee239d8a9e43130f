import Foundation

/// Why tensors are not those of a network.
public enum WeightsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One of the network's is not among the tensors.
  case missing(name: String)
  /// A tensor has another shape than the network's.
  case shape(name: String, expected: [Int], found: [Int])
  /// A tensor is none of the network's.
  case unknown(name: String)
  /// The architecture that they are said to be of cannot be built.
  case notBuilt(ArchitectureError)

  /// What was expected, what was found and what to do.
  public var description: String {
    switch self {
    case .missing(let name): "weights: expected a tensor '\(name)'; take the weights of this architecture"
    case .shape(let name, let expected, let found):
      "weights: \(name): expected the shape \(expected), got \(found); take the weights of this architecture"
    case .unknown(let name): "weights: the network has no '\(name)'; take the weights of this architecture"
    case .notBuilt(let error): "weights: \(error)"
    }
  }
}

extension Network {
  /// All that the network has learnt, by name: its parameters, such as `layers.0.weight` [inputs, units] of a dense
  /// layer, and its state, such as `layers.1.running_mean` [channels] of a batch norm.
  ///
  /// - Complexity: O(parameters + state).
  public var namedTensors: [NamedTensor] {
    let (parameters, state) = (parameters, state)
    var parameter = 0
    var stateNumber = 0
    return tensors.map { tensor in
      let values: ArraySlice<Float>
      switch tensor.role {
      case .parameter:
        values = parameters[parameter..<(parameter + tensor.count)]
        parameter += tensor.count
      case .state:
        values = state[stateNumber..<(stateNumber + tensor.count)]
        stateNumber += tensor.count
      }
      return NamedTensor(name: tensor.name, shape: tensor.shape, values: Array(values))
    }
  }

  /// Replaces all parameters and all state.
  ///
  /// - Throws: `WeightsError` unless there is exactly one tensor of the right shape for each; nothing is replaced then.
  /// - Complexity: O(parameters + state + tensors).
  public mutating func setTensors(_ named: [NamedTensor]) throws(WeightsError) {
    let byName = Dictionary(named.map { ($0.name, $0) }) { first, _ in first }
    let descriptions = tensors
    var newParameters: [Float] = []
    var newState: [Float] = []
    for description in descriptions {
      guard let tensor = byName[description.name] else { throw .missing(name: description.name) }
      guard tensor.shape == description.shape, tensor.values.count == description.count else {
        throw .shape(name: description.name, expected: description.shape, found: tensor.shape)
      }
      switch description.role {
      case .parameter: newParameters += tensor.values
      case .state: newState += tensor.values
      }
    }
    if named.count != descriptions.count {
      let known = Set(descriptions.map(\.name))
      throw .unknown(name: named.first { !known.contains($0.name) }?.name ?? "")
    }
    parameters = newParameters
    state = newState
  }
}

extension SafetensorsFile {
  /// A file of all that a network has learnt, with what its outputs mean in the metadata: of a regression, `target_mean`
  /// and `target_deviation`, by which they become predictions, output · deviation + mean; of classes with names,
  /// `class_names`, a JSON list in the order of the outputs.
  ///
  /// - Throws: `SafetensorsError.nameTaken` never, since tensors have names of their own.
  public init(
    _ network: borrowing Network, metadata: [String: String] = [:]
  ) throws(SafetensorsError) {
    var metadata = metadata
    if !network.loss.isOfClasses {
      metadata["target_mean"] = "\(network.targetScale.mean)"
      metadata["target_deviation"] = "\(network.targetScale.deviation)"
    }
    if !network.classNames.isEmpty {
      // Encoding texts fails only for want of memory.
      metadata["class_names"] = (try? JSONEncoder().encode(network.classNames)).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    try self.init(tensors: network.namedTensors, metadata: metadata)
  }
}
