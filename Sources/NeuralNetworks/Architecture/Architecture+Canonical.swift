extension Architecture {
  /// The simplest architecture that is provably the same network, in training and in inference.
  ///
  /// Two architectures with equal canonical forms need not be trained twice. Removed are
  /// - a dropout of rate 0 and a pooling of one value each, which are the identity,
  /// - a ReLU of values that are not negative already: behind a ReLU or another activation without negative results, with
  ///   nothing but dropout, pooling and changes of shape between. Dropout multiplies by 0 or by a positive number, so
  ///   max(0, m·max(0, x)) = m·max(0, x); the largest and the mean of such values are such values; and
  /// - a flatten or a reshape before a dense layer or another change of shape, with nothing but activations and dropout
  ///   between: a dense layer takes all values in their order, whatever their shape.
  ///
  /// Windows are written in one way only: see `ConvolutionWindow`.
  ///
  /// - Complexity: O(layers).
  public var canonical: Architecture {
    var isNonNegative = false
    return Architecture(
      sampleShape: sampleShape, layers: Self.canonical(layers, isNonNegative: &isNonNegative))
  }

  private static func canonical(_ layers: [Layer], isNonNegative: inout Bool) -> [Layer] {
    var kept: [Layer] = []
    for layer in layers where !layer.isIdentity {
      switch layer {
      case .activation(let activation):
        if activation == .relu && isNonNegative { continue }
        isNonNegative = activation.isNonNegative
        kept.append(layer)
      case .dropout, .maxPool, .averagePool, .globalMaxPool, .globalAveragePool: kept.append(layer)
      case .flatten, .reshape:
        removeIdleReshape(from: &kept)
        kept.append(layer)
      case .dense:
        removeIdleReshape(from: &kept)
        kept.append(layer)
        isNonNegative = false
      case .conv1d, .conv2d, .depthwiseConv2d, .separableConv2d:
        kept.append(layer.withCanonicalWindow)
        isNonNegative = false
      case .batchNorm, .layerNorm, .embedding:
        kept.append(layer)
        isNonNegative = false
      case .residual(let body):
        var inside = isNonNegative
        kept.append(.residual(canonical(body, isNonNegative: &inside)))
        // There may be a projection.
        isNonNegative = false
      case .branches(let join, let paths):
        var all = true
        let canonicalPaths = paths.map { path in
          var inside = isNonNegative
          defer { all = all && inside }
          return canonical(path, isNonNegative: &inside)
        }
        kept.append(.branches(join: join, paths: canonicalPaths))
        isNonNegative = all
      }
    }
    return kept
  }

  /// Removes the last change of shape if only element-wise layers stand behind it.
  private static func removeIdleReshape(from layers: inout [Layer]) {
    for index in layers.indices.reversed() {
      switch layers[index] {
      case .activation, .dropout: continue
      case .flatten, .reshape: layers.remove(at: index)
      default: break
      }
      return
    }
  }
}

extension Layer {
  fileprivate var withCanonicalWindow: Layer {
    switch self {
    case .conv1d(let filters, let window, let groups):
      .conv1d(filters: filters, window: window.canonical, groups: groups)
    case .conv2d(let filters, let window, let groups):
      .conv2d(filters: filters, window: window.canonical, groups: groups)
    case .depthwiseConv2d(let window): .depthwiseConv2d(window: window.canonical)
    case .separableConv2d(let filters, let window):
      .separableConv2d(filters: filters, window: window.canonical)
    default: self
    }
  }
}
