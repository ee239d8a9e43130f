import NeuralNetworks

extension Layer {
  /// The layer in the canonical text of a candidate: every number, in one way only.
  var canonicalText: String {
    switch self {
    case .dense(let units): "dense \(units)"
    case .activation(let activation): activation.rawValue
    case .dropout(let rate): "dropout \(rate)"
    case .conv1d(let filters, let window, let groups), .conv2d(let filters, let window, let groups):
      "\(kind.rawValue) \(filters) \(window.canonicalText) \(groups)"
    case .depthwiseConv2d(let window): "\(kind.rawValue) \(window.canonicalText)"
    case .separableConv2d(let filters, let window): "\(kind.rawValue) \(filters) \(window.canonicalText)"
    case .maxPool(let window), .averagePool(let window):
      "\(kind.rawValue) \(window.size.canonicalText) \(window.stride.canonicalText)"
    case .globalAveragePool, .globalMaxPool, .batchNorm, .layerNorm, .flatten: kind.rawValue
    case .reshape(let shape): "reshape \(shape)"
    case .residual(let body): "residual (\(Self.canonicalText(body)))"
    case .branches(let join, let paths):
      "branches \(join.rawValue) " + paths.map { "(\(Self.canonicalText($0)))" }.joined(separator: " ")
    case .embedding(let vocabulary, let dimension): "embedding \(vocabulary) \(dimension)"
    }
  }

  /// Layers one after the other.
  static func canonicalText(_ layers: [Layer]) -> String {
    layers.map(\.canonicalText).joined(separator: ", ")
  }
}

extension Extent {
  fileprivate var canonicalText: String { "\(height)x\(width)" }
}

extension ConvolutionWindow {
  fileprivate var canonicalText: String {
    "\(kernel.canonicalText) \(stride.canonicalText) \(padding) \(dilation.canonicalText)"
  }
}
