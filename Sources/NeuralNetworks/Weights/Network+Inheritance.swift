extension Network {
  /// Takes over what a parent has learnt, as far as it fits; the rest stays as it was initialised.
  ///
  /// A layer inherits from the layer of the same kind and path. A tensor of the parent's shape is copied whole (Real et
  /// al. 2017, "Large-scale evolution of image classifiers": layers of matching shapes keep their weights). Where the
  /// layers differ in nothing but their numbers of inputs and units, the first that both have are copied, as networks of
  /// several widths share them (Yu et al. 2019, "Slimmable neural networks"); unlike after Net2Net (Chen et al. 2016) the
  /// child does not compute what its parent did. The rows of a dense layer
  /// behind an image are matched place by place. Not inherited are kernels of another extent, convolutions in groups
  /// of another width, and the output layer from one that is none, or the reverse.
  ///
  /// ```swift
  /// var child = try Network(wider, maximumBatchSize: 32, optimizer: .adam(), seed: 7, trial: 12)
  /// let inherited = try child.adopt(parent.namedTensors, of: parent.architecture)
  /// ```
  ///
  /// - Parameters:
  ///   - tensors: all that the parent has learnt, its parameters and its state.
  ///   - parent: the parent's architecture.
  /// - Returns: how many parameters were inherited, 0 ... `parameterCount`; the state that comes with them is not counted.
  /// - Throws: `WeightsError.notBuilt`, `.missing` or `.shape` unless the tensors are those of the architecture; nothing is
  ///   inherited then. Tensors of other names are passed over.
  /// - Complexity: O(parameters of both).
  @discardableResult
  public mutating func adopt(
    _ tensors: [NamedTensor], of parent: Architecture
  ) throws(WeightsError) -> Int {
    let plan: NetworkPlan
    do { plan = try NetworkPlan(parent) } catch { throw .notBuilt(error) }
    let values = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    var parents: [String: NetworkPlan.Tensor] = [:]
    for tensor in plan.tensors {
      let description = tensor.description
      guard let found = values[description.name] else { throw .missing(name: description.name) }
      guard found.shape == description.shape, found.values.count == tensor.count else {
        throw .shape(name: description.name, expected: description.shape, found: found.shape)
      }
      parents[description.name] = tensor
    }
    let output = planTensors.last?.layerName
    let parentOutput = plan.tensors.last?.layerName
    var inherited = 0
    for tensor in planTensors {
      let name = tensor.description.name
      guard let parent = parents[name], let source = values[name]?.values,
        (tensor.layerName == output) == (parent.layerName == parentOutput),
        let overlap = tensor.overlap(with: parent)
      else { continue }
      let isParameter = tensor.description.role == .parameter
      let vector = isParameter ? workspace.parameters : workspace.state
      overlap.copy(source, to: vector + tensor.offset)
      if isParameter { inherited += overlap.count }
    }
    return inherited
  }
}

extension NetworkPlan.Tensor {
  /// What the names of all tensors of the layer begin with.
  fileprivate var layerName: Substring {
    let name = description.name
    return name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
  }

  /// The sides with the places apart from the channels: [places, channels, units] of a dense layer,
  /// [1, height, width, channels, filters] of a convolution, [1, units] of a bias.
  private var sides: [Int] {
    let shape = description.shape
    return [places, shape[0] / places] + shape.dropFirst()
  }

  /// What both have; nil where nothing is to be inherited.
  fileprivate func overlap(with parent: Self) -> TensorOverlap? {
    let shape = description.shape
    guard layer.kind == parent.layer.kind, shape.count == parent.description.shape.count else { return nil }
    if shape == parent.description.shape { return TensorOverlap(destination: shape, source: shape) }
    guard layer.differsOnlyInWidth(from: parent.layer), !layer.isInGroups else { return nil }
    let (own, others) = (sides, parent.sides)
    // Inputs and units, or channels alone.
    let fixed = own.count - min(2, shape.count)
    guard own[..<fixed] == others[..<fixed] else { return nil }
    return TensorOverlap(destination: own, source: others)
  }
}

extension Layer {
  /// Whether two layers with weights are the same but for their numbers of inputs and units.
  fileprivate func differsOnlyInWidth(from other: Layer) -> Bool {
    switch (self, other) {
    case (.dense, .dense), (.batchNorm, .batchNorm), (.layerNorm, .layerNorm), (.embedding, .embedding): true
    case (.conv1d(_, let window, let groups), .conv1d(_, let otherWindow, let otherGroups)),
      (.conv2d(_, let window, let groups), .conv2d(_, let otherWindow, let otherGroups)):
      window == otherWindow && groups == otherGroups
    case (.depthwiseConv2d(let window), .depthwiseConv2d(let otherWindow)): window == otherWindow
    case (.separableConv2d(_, let window), .separableConv2d(_, let otherWindow)): window == otherWindow
    // The projection.
    case (.residual, .residual): true
    default: false
    }
  }

  /// Whether the filters of a group see the channels of that group alone, so that another width mixes them.
  fileprivate var isInGroups: Bool {
    switch self {
    case .conv1d(_, _, let groups), .conv2d(_, _, let groups): groups > 1
    default: false
    }
  }
}

/// The block at the origin that two row-major arrays of the same number of sides have in common.
private struct TensorOverlap {
  var destination: [Int]
  var source: [Int]

  var sides: [Int] { zip(destination, source).map { min($0, $1) } }
  var count: Int { sides.reduce(1, *) }

  func copy(_ values: [Float], to start: UnsafeMutablePointer<Float>) {
    let sides = sides
    let row = sides[sides.count - 1]
    // The place of a row in its array, counted from the block's.
    func place(_ number: Int, in shape: [Int]) -> Int {
      var (rest, stride, place) = (number, shape[shape.count - 1], 0)
      for axis in sides.indices.dropLast().reversed() {
        place += rest % sides[axis] * stride
        rest /= sides[axis]
        stride *= shape[axis]
      }
      return place
    }
    for number in 0..<(count / row) {
      let (to, from) = (place(number, in: destination), place(number, in: source))
      for column in 0..<row { start[to + column] = values[from + column] }
    }
  }
}
