/// A layer with every number filled in.
///
/// A sample of two dimensions besides its channels is [height, width, channels], one of one dimension
/// [length, channels]; the values of a sample lie in row-major order.
///
/// Its coded form is an object of one key, its kind: `{"dense":{"units":64}}`, `{"activation":"relu"}`,
/// `{"residual":{"layers":[…]}}`, `{"flatten":{}}`.
public indirect enum Layer: Hashable, Sendable {
  /// A fully connected layer, y = x·W + b, with W of shape [inputs, units]. The inputs are all values of the sample,
  /// in row-major order, whatever its shape.
  case dense(units: Int)
  /// An activation, element by element.
  case activation(Activation)
  /// Inverted dropout: in training each value is zeroed with probability `rate` and the others are scaled by
  /// 1/(1 − rate) (Srivastava et al. 2014); in inference it is the identity.
  case dropout(rate: Double)
  /// A convolution along a sample of [length, channels].
  case conv1d(filters: Int, window: ConvolutionWindow, groups: Int = 1)
  /// A convolution over a sample of [height, width, channels], with a bias unless a batch norm is next. Each of
  /// `groups` sees its share of the channels and gives its share of the filters.
  case conv2d(filters: Int, window: ConvolutionWindow, groups: Int = 1)
  /// A convolution of each channel by itself.
  case depthwiseConv2d(window: ConvolutionWindow)
  /// A depthwise convolution and then a 1×1 convolution to `filters` channels (Chollet 2017, "Xception"); one bias,
  /// at the end.
  case separableConv2d(filters: Int, window: ConvolutionWindow)
  /// The largest value of each window and channel, along [length, channels] or over [height, width, channels].
  case maxPool(PoolingWindow)
  /// The mean of each window and channel, along [length, channels] or over [height, width, channels].
  case averagePool(PoolingWindow)
  /// The mean of each channel.
  case globalAveragePool
  /// The largest value of each channel.
  case globalMaxPool
  /// Batch normalisation of each channel (Ioffe and Szegedy 2015): by the batch's mean and variance in training, by
  /// running ones in inference.
  case batchNorm
  /// Layer normalisation over the channels, at each place of each sample (Ba, Kiros and Hinton 2016).
  case layerNorm
  /// All values of the sample as one row.
  case flatten
  /// The values of the sample, in their order, in another shape.
  case reshape([Int])
  /// y = x + body(x). Where the shapes differ it is y = x·P + body(x), with the projection P a 1×1 convolution with
  /// the stride that fits or, to a row, a matrix of all values (He et al. 2016, equation 2).
  case residual([Layer])
  /// Several lists of layers from the same input, joined. An empty list hands the input on.
  case branches(join: Join, paths: [[Layer]])
  /// A learned vector for each whole number of the sample: one dimension more. Only before anything computed: the
  /// sample's numbers are rounded and limited to 0 ..< vocabulary.
  case embedding(vocabulary: Int, dimension: Int)
}

/// How branches become one value.
public enum Join: String, Codable, Hashable, CaseIterable, Sendable {
  /// Added up; all have one shape.
  case add
  /// One behind the other along the channels; the other sides are the same.
  case concat
}

/// The kinds of layers by their names in files.
public enum LayerKind: String, CodingKey, CaseIterable, Hashable, Sendable {
  /// See the case of `Layer`.
  case dense, activation, dropout, conv1d, conv2d
  /// See the case of `Layer`.
  case depthwiseConv2d = "depthwise-conv2d"
  /// See the case of `Layer`.
  case separableConv2d = "separable-conv2d"
  /// See the case of `Layer`.
  case maxPool = "max-pool"
  /// See the case of `Layer`.
  case averagePool = "average-pool"
  /// See the case of `Layer`.
  case globalAveragePool = "global-average-pool"
  /// See the case of `Layer`.
  case globalMaxPool = "global-max-pool"
  /// See the case of `Layer`.
  case batchNorm = "batch-norm"
  /// See the case of `Layer`.
  case layerNorm = "layer-norm"
  /// See the case of `Layer`.
  case flatten, reshape, residual, branches, embedding
}

extension Layer {
  /// What kind of layer this is.
  public var kind: LayerKind {
    switch self {
    case .dense: .dense
    case .activation: .activation
    case .dropout: .dropout
    case .conv1d: .conv1d
    case .conv2d: .conv2d
    case .depthwiseConv2d: .depthwiseConv2d
    case .separableConv2d: .separableConv2d
    case .maxPool: .maxPool
    case .averagePool: .averagePool
    case .globalAveragePool: .globalAveragePool
    case .globalMaxPool: .globalMaxPool
    case .batchNorm: .batchNorm
    case .layerNorm: .layerNorm
    case .flatten: .flatten
    case .reshape: .reshape
    case .residual: .residual
    case .branches: .branches
    case .embedding: .embedding
    }
  }

  /// The lists of layers inside this one.
  var nested: [[Layer]] {
    switch self {
    case .residual(let body): [body]
    case .branches(_, let paths): paths
    default: []
    }
  }

  /// Whether the layer hands on what it gets, whatever that is: a dropout of rate 0, a pooling of one value each.
  var isIdentity: Bool {
    switch self {
    case .dropout(rate: 0): true
    case .maxPool(let window), .averagePool(let window): window == PoolingWindow(size: 1)
    default: false
    }
  }
}

extension Layer: CustomStringConvertible {
  /// The layer as in a sentence: `dense, units 64`, `conv2d, filters 16, kernel 3×3, stride 1×1, padding same`.
  public var description: String {
    switch self {
    case .dense(let units): "dense, units \(units)"
    case .activation(let activation): "activation \(activation.rawValue)"
    case .dropout(let rate): "dropout, rate \(rate)"
    case .conv1d(let filters, let window, let groups):
      "conv1d, filters \(filters), \(window.text(isFlat: true))\(Self.text(groups: groups))"
    case .conv2d(let filters, let window, let groups):
      "conv2d, filters \(filters), \(window.text())\(Self.text(groups: groups))"
    case .depthwiseConv2d(let window): "depthwise-conv2d, \(window.text())"
    case .separableConv2d(let filters, let window): "separable-conv2d, filters \(filters), \(window.text())"
    case .maxPool(let window), .averagePool(let window):
      "\(kind.rawValue), size \(window.size), stride \(window.stride)"
    case .reshape(let shape): "reshape, shape \(shape)"
    case .residual(let body): "residual, \(body.count) layer\(body.count == 1 ? "" : "s")"
    case .branches(let join, let paths): "branches, join \(join.rawValue), \(paths.count) paths"
    case .embedding(let vocabulary, let dimension):
      "embedding, vocabulary \(vocabulary), dimension \(dimension)"
    case .globalAveragePool, .globalMaxPool, .batchNorm, .layerNorm, .flatten: kind.rawValue
    }
  }

  private static func text(groups: Int) -> String { groups == 1 ? "" : ", groups \(groups)" }
}

extension ConvolutionWindow {
  fileprivate func text(isFlat: Bool = false) -> String {
    func text(_ extent: Extent) -> String {
      isFlat && extent.height == extent.width ? String(extent.width) : extent.description
    }
    let spread = dilation == 1 ? "" : ", dilation \(text(dilation))"
    return "kernel \(text(kernel)), stride \(text(stride)), padding \(padding)" + spread
  }
}
