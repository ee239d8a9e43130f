extension Architecture {
  /// The simplest architecture that is provably the same network, in training and in inference.
  ///
  /// Two architectures with equal canonical forms need not be trained twice. Removed are
  /// - a dropout of rate 0 and a pooling of one value each, which are the identity,
  /// - a ReLU or leaky ReLU of values that are not negative already: behind a ReLU or another activation without negative
  ///   results, with nothing but dropout, pooling and changes of shape between. Dropout multiplies by 0 or by a positive
  ///   number, so max(0, m·max(0, x)) = m·max(0, x); the largest and the mean of such values are such values;
  /// - a ReLU6 behind another, with nothing but the largest values and changes of shape between;
  /// - a flatten or a reshape before a dense layer or another change of shape, with nothing but activations and dropout
  ///   between: a dense layer takes all values in their order, whatever their shape; and
  /// - a flatten of what is one row already, unless an activation or a batch norm follows: the layer before is built
  ///   otherwise where these come directly behind it.
  ///
  /// Of two branches that are added, an empty one comes last: a + b = b + a, and it has no weights that are drawn.
  /// Windows are written in one way only: see `ConvolutionWindow`.
  ///
  /// - Complexity: O(layers).
  public var canonical: Architecture {
    var known = KnownValues(isRow: sampleShape.count == 1)
    return Architecture(sampleShape: sampleShape, layers: Self.canonical(layers, &known))
  }

  /// What is known of the values between two layers.
  private struct KnownValues {
    /// No value is negative, and where one is 0 so is the slope of what made it.
    var isNonNegative = false
    /// The same, and no value is above 6, where the slope is 0 too.
    var isAtMostSix = false
    /// A sample is one row of values.
    var isRow: Bool

    /// Notes new values of which only the shape is known.
    mutating func forget() { (isNonNegative, isAtMostSix) = (false, false) }
  }

  private static func canonical(_ layers: [Layer], _ known: inout KnownValues) -> [Layer] {
    var kept: [Layer] = []
    for (index, layer) in layers.enumerated() where !layer.isIdentity {
      switch layer {
      case .activation(let activation):
        if activation.isIdentity(ofNonNegative: known.isNonNegative, atMostSix: known.isAtMostSix) {
          continue
        }
        known.isNonNegative = activation.isNonNegative
        known.isAtMostSix = activation == .relu6
        kept.append(layer)
      case .dropout:
        known.isAtMostSix = false
        kept.append(layer)
      case .averagePool, .globalAveragePool:
        known.isAtMostSix = false
        known.isRow = layer == .globalAveragePool
        kept.append(layer)
      case .maxPool, .globalMaxPool:
        known.isRow = layer == .globalMaxPool
        kept.append(layer)
      case .flatten:
        if known.isRow, Self.looksThroughFlatten(layers[(index + 1)...]) { continue }
        removeIdleReshape(from: &kept)
        kept.append(layer)
        known.isRow = true
      case .reshape(let shape):
        removeIdleReshape(from: &kept)
        kept.append(layer)
        known.isRow = shape.count == 1
      case .dense:
        removeIdleReshape(from: &kept)
        kept.append(layer)
        known = KnownValues(isRow: true)
      case .conv1d, .conv2d, .depthwiseConv2d, .separableConv2d:
        kept.append(layer.withCanonicalWindow)
        known = KnownValues(isRow: false)
      case .embedding:
        kept.append(layer)
        known = KnownValues(isRow: false)
      case .batchNorm, .layerNorm:
        kept.append(layer)
        known.forget()
      case .residual(let body):
        var inside = known
        kept.append(.residual(canonical(body, &inside)))
        // There may be a projection.
        known = KnownValues(isRow: inside.isRow)
      case .branches(let join, let paths):
        kept.append(branches(join, paths, &known))
      }
    }
    return kept
  }

  private static func branches(_ join: Join, _ paths: [[Layer]], _ known: inout KnownValues) -> Layer {
    let start = known
    known = KnownValues(isNonNegative: true, isRow: true)
    var canonicalPaths = paths.map { path in
      var inside = start
      defer {
        known.isNonNegative = known.isNonNegative && inside.isNonNegative
        known.isRow = known.isRow && inside.isRow
      }
      return canonical(path, &inside)
    }
    if join == .add, canonicalPaths.count == 2, canonicalPaths[0].isEmpty { canonicalPaths.swapAt(0, 1) }
    return .branches(join: join, paths: canonicalPaths)
  }

  /// Whether the layers behind a flatten are such that the layer before it is built the same without it.
  private static func looksThroughFlatten(_ following: ArraySlice<Layer>) -> Bool {
    switch following.first(where: { !$0.isIdentity && $0 != .flatten }) {
    case .activation, .batchNorm: false
    default: true
    }
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

extension Activation {
  /// Whether this changes nothing, forward and backward.
  fileprivate func isIdentity(ofNonNegative isNonNegative: Bool, atMostSix isAtMostSix: Bool) -> Bool {
    switch self {
    case .relu, .leakyRelu: isNonNegative
    case .relu6: isAtMostSix
    case .gelu, .tanh, .squaredRelu, .silu, .sigmoid, .hardSwish: false
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
