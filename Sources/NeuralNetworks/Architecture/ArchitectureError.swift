/// Why an architecture cannot be built, with the place and the remedy.
///
/// Layer indices count from 0, as in `Architecture.layers`.
public enum ArchitectureError: Error, Hashable, Codable, Sendable {
  /// There is no layer.
  case noLayers
  /// There are more layers than `Architecture.Limits.layers`.
  case tooManyLayers(count: Int)
  /// The sample's shape is empty, has a side that is not positive, or too many values.
  case sampleShape([Int])
  /// A dense layer's units are not positive or beyond the limit.
  case units(layerIndex: Int, layer: Layer)
  /// A dropout's rate is not in 0 ..< 1.
  case dropoutRate(layerIndex: Int, layer: Layer)
  /// The parameters up to this layer are more than `Architecture.Limits.parameters`.
  case tooManyParameters(layerIndex: Int, layer: Layer)
  /// The output is not one number a class.
  case classCount(layerIndex: Int, layer: Layer?, shape: [Int], expected: Int)
  /// The last layer drops the outputs themselves.
  case dropoutOfLogits(layerIndex: Int, layer: Layer)
  /// The batch size is not positive or too large.
  case batchSize(Int)
  /// The system has not given the memory that the network needs.
  case memory(bytes: Int)
}

extension ArchitectureError: CustomStringConvertible {
  /// The place, what was expected, what was found and what to do.
  public var description: String {
    switch self {
    case .noLayers:
      return "layers: expected at least one layer, got none; end with a dense layer of one unit a class"
    case .tooManyLayers(let count):
      return "layers: expected at most \(Architecture.Limits.layers) layers, got \(count); repeat fewer"
    case .sampleShape(let shape):
      return
        "sample shape: expected positive sides and at most \(Architecture.Limits.valuesPerSample) values, "
        + "got \(shape); take the shape from the data set"
    case .units(let index, let layer):
      return Self.place(index, layer)
        + "expected units in 1 ... \(Architecture.Limits.units); set units in that range"
    case .dropoutRate(let index, let layer):
      return Self.place(index, layer) + "expected a rate in 0 ..< 1; set a probability such as 0.2"
    case .tooManyParameters(let index, let layer):
      return Self.place(index, layer)
        + "expected at most \(Architecture.Limits.parameters) parameters in all; set fewer units"
    case .classCount(let index, let layer, let shape, let expected):
      return Self.place(index, layer)
        + "expected an output of shape [\(expected)], one number a class, got \(shape); "
        + "end with a dense layer of \(expected) units"
    case .dropoutOfLogits(let index, let layer):
      return Self.place(index, layer)
        + "expected the last layer to keep the class scores; put the dropout before the last dense layer"
    case .batchSize(let size):
      return "batch size: expected 1 ... \(Architecture.Limits.units), got \(size); set it in that range"
    case .memory(let bytes):
      return "memory: expected \(bytes) bytes to be free; set fewer units or a smaller batch size"
    }
  }

  private static func place(_ index: Int, _ layer: Layer?) -> String {
    "layers[\(index)] (\(layer.map(\.description) ?? "missing")): "
  }
}
