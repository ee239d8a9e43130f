internal import CKernels

/// A sample that windows move over; one of [length, channels] has height 1.
struct Grid {
  var height: Int
  var width: Int
  var channels: Int
  /// Whether the sample is [length, channels].
  var isFlat: Bool

  /// The output's shape with other sides and channels.
  func shape(height: Int, width: Int, channels: Int) -> [Int] {
    isFlat ? [width, channels] : [height, width, channels]
  }
}

extension NetworkPlan {
  private typealias Limits = Architecture.Limits

  // MARK: Convolutions

  mutating func addConvolutions(
    _ end: LayerEnd, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    switch place.layer {
    case .conv1d(let filters, let window, let groups):
      return try addConvolution(
        filters: filters, window, groups: groups, end, of: place, part: place.path, isFlat: true, from: flow)
    case .conv2d(let filters, let window, let groups):
      return try addConvolution(
        filters: filters, window, groups: groups, end, of: place, part: place.path, isFlat: false, from: flow)
    case .depthwiseConv2d(let window):
      return try addConvolution(
        filters: flow.channels, window, groups: flow.channels, end, of: place, part: place.path,
        isFlat: false,
        from: flow)
    case .separableConv2d(let filters, let window):
      let depthwise = try addConvolution(
        filters: flow.channels, window, groups: flow.channels, LayerEnd(withoutBias: .glorot), of: place,
        part: place.path.part("depthwise"), isFlat: false, from: flow)
      return try addConvolution(
        filters: filters, ConvolutionWindow(kernel: 1), groups: 1, end, of: place,
        part: place.path.part("pointwise"), isFlat: false, from: depthwise)
    default: preconditionFailure("no convolution")
    }
  }

  /// - Parameters:
  ///   - part: what the tensors' names begin with.
  mutating func addConvolution(
    filters: Int, _ window: ConvolutionWindow, groups: Int, _ end: LayerEnd, of place: LayerPlace,
    part: LayerPath, isFlat: Bool, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let grid = try grid(flow, isFlat: isFlat, of: place)
    try place.check(filters, "filters", in: 1...Limits.units)
    let kernel = try extent(window.kernel, "kernel", isFlat: isFlat, of: place)
    let stride = try extent(window.stride, "stride", isFlat: isFlat, of: place)
    let dilation = try extent(window.dilation, "dilation", isFlat: isFlat, of: place)
    if case .each(let count) = window.padding { try place.check(count, "padding", in: 0...Limits.window) }
    try checkGroups(groups, filters: filters, of: place, from: flow)
    let rows = Side(
      grid.height, kernel: kernel.height, stride: stride.height, isFlat ? .valid : window.padding,
      dilation: dilation.height)
    let columns = Side(
      grid.width, kernel: kernel.width, stride: stride.width, window.padding, dilation: dilation.width)
    guard rows.output > 0, columns.output > 0 else {
      throw tooSmall(rows.needed, columns.needed, "padding: same", isFlat: isFlat, of: place, from: flow)
    }
    let channels = grid.channels / groups
    let taps = kernel.height * kernel.width
    let gain = end.gain.variance(inputs: taps * channels, outputs: taps * (filters / groups))
    let weights = try addParameters(
      "weight", of: part, (isFlat ? [] : [kernel.height]) + [kernel.width, channels, filters],
      .normal(variance: gain), for: place)
    let bias = try end.hasBias ? addParameters("bias", of: part, [filters], .constant(0), for: place) : nil
    let shape = grid.shape(height: rows.output, width: columns.output, channels: filters)
    let result = try addOutput(shape, needsGradient: true, of: place)
    let biasActivation = addBiasActivation(end, columns: filters, elements: result.elements, bias: bias)
    operations.append(
      .convolution(
        ConvolutionOperation(
          input: flow.value, output: result.value,
          shape: wattle_convolution(
            batch: 0, height: Int32(grid.height), width: Int32(grid.width), channels: Int32(grid.channels),
            output_height: Int32(rows.output), output_width: Int32(columns.output),
            output_channels: Int32(filters), kernel_height: Int32(kernel.height),
            kernel_width: Int32(kernel.width), stride_height: Int32(stride.height),
            stride_width: Int32(stride.width), dilation_height: Int32(dilation.height),
            dilation_width: Int32(dilation.width), pad_top: Int32(rows.before), pad_bottom: Int32(rows.after),
            pad_left: Int32(columns.before), pad_right: Int32(columns.after), groups: Int32(groups)),
          weights: weights, end: biasActivation, propagates: needsGradient(flow))))
    return result
  }

  private func checkGroups(
    _ groups: Int, filters: Int, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) {
    guard groups >= 1, filters % groups == 0 else {
      throw .setting(
        path: place.path, layer: place.layer, name: "groups", expected: "a divisor of the \(filters) filters")
    }
    guard flow.channels % groups == 0 else {
      throw .inputShape(
        path: place.path, layer: place.layer, shape: flow.shape,
        expected: Self.text(isFlat: flow.shape.count == 2, channels: "a multiple of \(groups) channels"),
        remedy: "set groups to a divisor of \(flow.channels)")
    }
  }

  /// One side of a convolution.
  private struct Side {
    var output: Int
    var before: Int
    var after: Int
    /// The least input.
    var needed: Int

    init(_ input: Int, kernel: Int, stride: Int, _ padding: Padding, dilation: Int) {
      let reach = (kernel - 1) * dilation + 1
      switch padding {
      case .same:
        output = (input + stride - 1) / stride
        let zeros = max((output - 1) * stride + reach - input, 0)
        (before, after, needed) = (zeros / 2, zeros - zeros / 2, 1)
      case .valid, .each:
        var zeros = 0
        if case .each(let count) = padding { zeros = count }
        let padded = input + 2 * zeros
        output = padded < reach ? 0 : (padded - reach) / stride + 1
        (before, after, needed) = (zeros, zeros, max(1, reach - 2 * zeros))
      }
    }
  }

  // MARK: Poolings

  mutating func addPooling(
    _ window: PoolingWindow, isMaximum: Bool, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let isFlat = flow.shape.count == 2
    let grid = try grid(flow, isFlat: isFlat, of: place)
    let size = try extent(window.size, "size", isFlat: isFlat, of: place)
    let stride = try extent(window.stride, "stride", isFlat: isFlat, of: place)
    guard size.height <= grid.height, size.width <= grid.width else {
      throw tooSmall(size.height, size.width, "a smaller size", isFlat: isFlat, of: place, from: flow)
    }
    let shape = grid.shape(
      height: (grid.height - size.height) / stride.height + 1,
      width: (grid.width - size.width) / stride.width + 1, channels: grid.channels)
    return try addPooling(grid, size, stride, isMaximum, shape, of: place, from: flow)
  }

  mutating func addGlobalPooling(
    isMaximum: Bool, of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let grid = try grid(flow, isFlat: flow.shape.count == 2, of: place)
    let whole = Extent(height: grid.height, width: grid.width)
    return try addPooling(grid, whole, 1, isMaximum, [grid.channels], of: place, from: flow)
  }

  private mutating func addPooling(
    _ grid: Grid, _ size: Extent, _ stride: Extent, _ isMaximum: Bool, _ shape: [Int], of place: LayerPlace,
    from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let result = try addOutput(shape, needsGradient: needsGradient(flow), of: place)
    let places = isMaximum ? add(Value(elements: result.elements, needsGradient: false)) : nil
    operations.append(
      .pooling(
        PoolingOperation(
          input: flow.value, output: result.value, places: places,
          shape: wattle_pooling(
            batch: 0, height: Int32(grid.height), width: Int32(grid.width), channels: Int32(grid.channels),
            output_height: Int32((grid.height - size.height) / stride.height + 1),
            output_width: Int32((grid.width - size.width) / stride.width + 1),
            window_height: Int32(size.height), window_width: Int32(size.width),
            stride_height: Int32(stride.height), stride_width: Int32(stride.width)),
          propagates: needsGradient(flow))))
    return result
  }

  // MARK: Shapes

  private func grid(_ flow: Flow, isFlat: Bool, of place: LayerPlace) throws(ArchitectureError) -> Grid {
    let shape = flow.shape
    switch (isFlat, shape.count) {
    case (true, 2): return Grid(height: 1, width: shape[0], channels: shape[1], isFlat: true)
    case (false, 3): return Grid(height: shape[0], width: shape[1], channels: shape[2], isFlat: false)
    default:
      let expected =
        switch place.layer {
        case .conv1d: Self.text(isFlat: true)
        case .maxPool, .averagePool, .globalMaxPool, .globalAveragePool:
          "\(Self.text(isFlat: true)) or \(Self.text(isFlat: false))"
        default: Self.text(isFlat: false)
        }
      throw .inputShape(
        path: place.path, layer: place.layer, shape: shape, expected: expected,
        remedy: "put a reshape to such a shape before it")
    }
  }

  private static func text(isFlat: Bool, channels: String = "channels") -> String {
    isFlat ? "[length, \(channels)]" : "[height, width, \(channels)]"
  }

  /// An extent in its range; along a flat sample it is one number, and 1 across.
  private func extent(
    _ extent: Extent, _ name: String, isFlat: Bool, of place: LayerPlace
  ) throws(ArchitectureError) -> Extent {
    try place.check(extent.height, name, in: 1...Limits.window)
    try place.check(extent.width, name, in: 1...Limits.window)
    guard isFlat else { return extent }
    guard extent.height == extent.width else {
      throw .setting(
        path: place.path, layer: place.layer, name: name,
        expected: "to be one number along [length, channels]")
    }
    return Extent(height: 1, width: extent.width)
  }

  private func tooSmall(
    _ height: Int, _ width: Int, _ remedy: String, isFlat: Bool, of place: LayerPlace, from flow: Flow
  ) -> ArchitectureError {
    let sides = isFlat ? "length ≥ \(width)" : "height ≥ \(height), width ≥ \(width)"
    return .inputShape(
      path: place.path, layer: place.layer, shape: flow.shape, expected: "[\(sides), channels]",
      remedy: "use \(remedy)")
  }
}
