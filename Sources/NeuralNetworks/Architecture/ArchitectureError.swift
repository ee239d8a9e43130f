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
  case units(path: LayerPath, layer: Layer)
  /// A dropout's rate is not in 0 ..< 1.
  case dropoutRate(path: LayerPath, layer: Layer)
  /// A number of a layer is out of its range.
  case setting(path: LayerPath, layer: Layer, name: String, expected: String)
  /// A layer cannot take values of this shape.
  case inputShape(path: LayerPath, layer: Layer, shape: [Int], expected: String, remedy: String)
  /// Values that a layer joins have shapes that do not fit each other.
  case joinedShapes(path: LayerPath, layer: Layer, first: [Int], second: [Int], remedy: String)
  /// A layer's output has more than `Architecture.Limits.valuesPerSample` values.
  case tooManyValues(path: LayerPath, layer: Layer, shape: [Int])
  /// The parameters up to this layer are more than `Architecture.Limits.parameters`.
  case tooManyParameters(path: LayerPath, layer: Layer)
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
    case .units(let path, let layer):
      return Self.place(path, layer)
        + "expected units in 1 ... \(Architecture.Limits.units); set units in that range"
    case .dropoutRate(let path, let layer):
      return Self.place(path, layer) + "expected a rate in 0 ..< 1; set a probability such as 0.2"
    case .setting(let path, let layer, let name, let expected):
      return Self.place(path, layer) + "expected \(name) \(expected); set it so"
    case .inputShape(let path, let layer, let shape, let expected, let remedy):
      return Self.place(path, layer) + "expected an input of shape \(expected), got \(shape); \(remedy)"
    case .joinedShapes(let path, let layer, let first, let second, let remedy):
      return Self.place(path, layer) + "expected shapes that fit, got \(first) and \(second); \(remedy)"
    case .tooManyValues(let path, let layer, let shape):
      return Self.place(path, layer)
        + "expected at most \(Architecture.Limits.valuesPerSample) values a sample, got \(shape); make it smaller"
    case .tooManyParameters(let path, let layer):
      return Self.place(path, layer)
        + "expected at most \(Architecture.Limits.parameters) parameters in all; set fewer units"
    case .classCount(let index, let layer, let shape, let expected):
      return Self.place(LayerPath(index), layer)
        + "expected an output of shape [\(expected)], one number a class, got \(shape); "
        + "end with a dense layer of \(expected) units"
    case .dropoutOfLogits(let index, let layer):
      return Self.place(LayerPath(index), layer)
        + "expected the last layer to keep the class scores; put the dropout before the last dense layer"
    case .batchSize(let size):
      return "batch size: expected 1 ... \(Architecture.Limits.units), got \(size); set it in that range"
    case .memory(let bytes):
      return "memory: expected \(bytes) bytes to be free; set fewer units or a smaller batch size"
    }
  }

  private static func place(_ path: LayerPath, _ layer: Layer?) -> String {
    "\(path) (\(layer.map(\.description) ?? "missing")): "
  }
}
