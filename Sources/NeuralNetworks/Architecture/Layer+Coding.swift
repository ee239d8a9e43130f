extension Layer: Codable {
  private enum Field: String, CodingKey {
    case units, rate, filters, kernel, stride, padding, dilation, groups, size, shape, layers, join, paths
    case vocabulary, dimension
  }

  private typealias Fields = KeyedDecodingContainer<Field>

  /// Reads an object of one key, the layer's kind. Of a convolution, only the kernel and the filters need be there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: LayerKind.self)
    guard let kind = container.allKeys.first, container.allKeys.count == 1 else {
      let kinds = LayerKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected a layer: an object with exactly one of the keys \(kinds)"))
    }
    if kind == .activation {
      self = .activation(try container.decode(Activation.self, forKey: kind))
      return
    }
    let fields = try container.nestedContainer(keyedBy: Field.self, forKey: kind)
    func number(_ field: Field) throws -> Int { try fields.decode(Int.self, forKey: field) }
    switch kind {
    case .dense: self = .dense(units: try number(.units))
    case .dropout: self = .dropout(rate: try fields.decode(Double.self, forKey: .rate))
    case .conv1d:
      self = .conv1d(
        filters: try number(.filters), window: try Self.window(fields), groups: try Self.groups(fields))
    case .conv2d:
      self = .conv2d(
        filters: try number(.filters), window: try Self.window(fields), groups: try Self.groups(fields))
    case .depthwiseConv2d: self = .depthwiseConv2d(window: try Self.window(fields))
    case .separableConv2d:
      self = .separableConv2d(filters: try number(.filters), window: try Self.window(fields))
    case .maxPool: self = .maxPool(try Self.pooling(fields))
    case .averagePool: self = .averagePool(try Self.pooling(fields))
    case .globalAveragePool: self = .globalAveragePool
    case .globalMaxPool: self = .globalMaxPool
    case .batchNorm: self = .batchNorm
    case .layerNorm: self = .layerNorm
    case .flatten: self = .flatten
    case .reshape: self = .reshape(try fields.decode([Int].self, forKey: .shape))
    case .residual: self = .residual(try fields.decode([Layer].self, forKey: .layers))
    case .branches:
      self = .branches(
        join: try fields.decode(Join.self, forKey: .join),
        paths: try fields.decode([[Layer]].self, forKey: .paths))
    case .embedding:
      self = .embedding(vocabulary: try number(.vocabulary), dimension: try number(.dimension))
    case .activation: preconditionFailure("an activation is no object")
    }
  }

  private static func window(_ fields: Fields) throws -> ConvolutionWindow {
    ConvolutionWindow(
      kernel: try fields.decode(Extent.self, forKey: .kernel),
      stride: try fields.decodeIfPresent(Extent.self, forKey: .stride) ?? 1,
      padding: try fields.decodeIfPresent(Padding.self, forKey: .padding) ?? .same,
      dilation: try fields.decodeIfPresent(Extent.self, forKey: .dilation) ?? 1)
  }

  private static func groups(_ fields: Fields) throws -> Int {
    try fields.decodeIfPresent(Int.self, forKey: .groups) ?? 1
  }

  private static func pooling(_ fields: Fields) throws -> PoolingWindow {
    PoolingWindow(
      size: try fields.decode(Extent.self, forKey: .size),
      stride: try fields.decodeIfPresent(Extent.self, forKey: .stride))
  }

  /// Writes an object of one key, the layer's kind.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerKind.self)
    if case .activation(let activation) = self {
      try container.encode(activation, forKey: .activation)
      return
    }
    var fields = container.nestedContainer(keyedBy: Field.self, forKey: kind)
    func encode(_ window: ConvolutionWindow) throws {
      try fields.encode(window.kernel, forKey: .kernel)
      try fields.encode(window.stride, forKey: .stride)
      try fields.encode(window.padding, forKey: .padding)
      try fields.encode(window.dilation, forKey: .dilation)
    }
    switch self {
    case .dense(let units): try fields.encode(units, forKey: .units)
    case .dropout(let rate): try fields.encode(rate, forKey: .rate)
    case .conv1d(let filters, let window, let groups), .conv2d(let filters, let window, let groups):
      try fields.encode(filters, forKey: .filters)
      try encode(window)
      try fields.encode(groups, forKey: .groups)
    case .depthwiseConv2d(let window): try encode(window)
    case .separableConv2d(let filters, let window):
      try fields.encode(filters, forKey: .filters)
      try encode(window)
    case .maxPool(let window), .averagePool(let window):
      try fields.encode(window.size, forKey: .size)
      try fields.encode(window.stride, forKey: .stride)
    case .reshape(let shape): try fields.encode(shape, forKey: .shape)
    case .residual(let body): try fields.encode(body, forKey: .layers)
    case .branches(let join, let paths):
      try fields.encode(join, forKey: .join)
      try fields.encode(paths, forKey: .paths)
    case .embedding(let vocabulary, let dimension):
      try fields.encode(vocabulary, forKey: .vocabulary)
      try fields.encode(dimension, forKey: .dimension)
    case .activation, .globalAveragePool, .globalMaxPool, .batchNorm, .layerNorm, .flatten: break
    }
  }
}
