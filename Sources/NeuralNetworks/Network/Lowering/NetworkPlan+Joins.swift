extension NetworkPlan {
  /// A use of a value that is not the last: the layers that take it come before those of the last use.
  private mutating func fork(_ flow: Flow) -> Flow {
    guard needsGradient(flow) else { return flow }
    let elements = values[flow.value.index].elements
    let branch = add(Value(elements: elements, needsGradient: true, storage: flow.value))
    operations.append(.fork(ForkOperation(trunk: flow.value, branch: branch, elements: elements)))
    return Flow(value: branch, shape: flow.shape, places: flow.places)
  }

  /// The sum of two values of one shape.
  private mutating func sum(_ a: Flow, _ b: Flow) -> Flow {
    let elements = values[a.value.index].elements
    let addends = [a, b].filter(needsGradient)
    let result = add(Value(elements: elements, needsGradient: !addends.isEmpty))
    if let first = addends.first { values[first.value.index].gradientStorage = result }
    if isUsedOnce(a) { values[result.index].storage = a.value }
    operations.append(
      .addition(
        AdditionOperation(
          a: a.value, b: b.value, output: result, elements: elements,
          copied: addends.count == 2 ? b.value : nil)))
    return Flow(value: result, shape: a.shape, places: a.places)
  }

  /// Whether a value comes from a batch norm, which does not look at it again, and nothing has taken it yet.
  private func isUsedOnce(_ flow: Flow) -> Bool {
    let users = operations.filter { operation in
      operation.payload.values.contains { storage(of: $0) == flow.value }
    }
    guard users.count == 1, case .batchNorm(let norm) = users[0] else { return false }
    return norm.output == flow.value
  }

  /// Lets the sum that was just added end in a ReLU, unless something else takes it first.
  ///
  /// - Returns: whether it does.
  mutating func addRelu(toSum flow: Flow) -> Bool {
    guard case .addition(var sum) = operations.last, sum.output == flow.value, needsGradient(flow) else {
      return false
    }
    sum.hasRelu = true
    operations[operations.count - 1] = .addition(sum)
    return true
  }

  mutating func addResidual(
    _ body: [Layer], of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    let result = try lower(body, at: place.path.body, from: fork(flow))
    return sum(result, try project(flow, to: result.shape, of: place))
  }

  /// The input of a residual in the shape of its body's output.
  private mutating func project(
    _ flow: Flow, to shape: [Int], of place: LayerPlace
  ) throws(ArchitectureError) -> Flow {
    let source = flow.shape
    guard source != shape else { return flow }
    let part = place.path.part("projection")
    let end = LayerEnd(withoutBias: .glorot)
    if shape.count == 1 { return try addDense(units: shape[0], end, of: place, part: part, from: flow) }
    func mismatch(_ remedy: String) -> ArchitectureError {
      .joinedShapes(path: place.path, layer: place.layer, first: source, second: shape, remedy: remedy)
    }
    guard source.count == shape.count, 2...3 ~= shape.count else {
      throw mismatch("let the body keep the number of sides, or end in a dense layer")
    }
    var strides: [Int] = []
    for (side, wanted) in zip(source, shape).dropLast() {
      let stride = (side + wanted - 1) / wanted
      guard (side + stride - 1) / stride == wanted else {
        throw mismatch("let the body keep the sides or divide them by a stride, with padding: same")
      }
      strides.append(stride)
    }
    let isFlat = shape.count == 2
    let stride = Extent(height: strides[0], width: strides[strides.count - 1])
    return try addConvolution(
      filters: shape[shape.count - 1], ConvolutionWindow(kernel: 1, stride: stride), groups: 1, end,
      of: place,
      part: part, isFlat: isFlat, from: flow)
  }

  mutating func addBranches(
    _ join: Join, _ paths: [[Layer]], of place: LayerPlace, from flow: Flow
  ) throws(ArchitectureError) -> Flow {
    guard paths.count >= 2 else {
      throw .setting(path: place.path, layer: place.layer, name: "paths", expected: "to be two or more")
    }
    var ends: [Flow] = []
    for (index, path) in paths.enumerated() {
      let start = index < paths.count - 1 ? fork(flow) : flow
      ends.append(try lower(path, at: place.path.paths[index], from: start))
    }
    switch join {
    case .add: return try addSum(ends, of: place)
    case .concat: return try addConcatenation(ends, of: place)
    }
  }

  private mutating func addSum(_ ends: [Flow], of place: LayerPlace) throws(ArchitectureError) -> Flow {
    var total = ends[0]
    for end in ends.dropFirst() {
      guard end.shape == total.shape else {
        throw .joinedShapes(
          path: place.path, layer: place.layer, first: total.shape, second: end.shape,
          remedy: "let all paths end in one shape")
      }
      total = sum(total, end)
    }
    return total
  }

  private mutating func addConcatenation(
    _ ends: [Flow], of place: LayerPlace
  ) throws(ArchitectureError) -> Flow {
    let sides = ends[0].shape.dropLast()
    for end in ends.dropFirst() where end.shape.dropLast() != sides || end.shape.count != sides.count + 1 {
      throw .joinedShapes(
        path: place.path, layer: place.layer, first: ends[0].shape, second: end.shape,
        remedy: "let all paths end in the same sides but the last")
    }
    let columns = ends.reduce(0) { $0 + $1.channels }
    let result = try addOutput(
      Array(sides) + [columns], needsGradient: ends.contains(where: needsGradient), of: place)
    var offset = 0
    for end in ends {
      operations.append(
        .concatenation(
          ConcatenationOperation(
            input: end.value, output: result.value, rows: sides.reduce(1, *), columns: end.channels,
            outputColumns: columns, offset: offset, propagates: needsGradient(end))))
      offset += end.channels
    }
    return result
  }
}
