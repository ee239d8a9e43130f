/// An architecture lowered to a program: operations on values, and the parameters they use. Nothing is allocated.
///
/// Each family of layers is lowered in a file of its own in the folder `Lowering`.
struct NetworkPlan {
  var operations: [Operation] = []
  var values: [Value] = []
  /// Parameters and state in the order of the layers.
  var tensors: [Tensor] = []
  /// The number of parameters, without what aligns them.
  var parameterCount = 0
  /// The length of the parameter vector, with what aligns each tensor to 64 bytes.
  var parameterStorage = 0
  /// The length of the state vector, likewise.
  var stateStorage = 0
  private(set) var input = ValueID(index: 0)
  private(set) var output = ValueID(index: 0)
  private(set) var outputShape: [Int]

  /// An array of [batch, elements], or of [elements] if it is one a batch.
  struct Value {
    var elements: Int
    /// Whether the gradient by this value leads to parameters.
    var needsGradient: Bool
    var isPerBatch = false
    /// The value that it lies with; nil for a place of its own.
    var storage: ValueID?
    /// The value whose gradient its own lies with; nil for a place of its own.
    var gradientStorage: ValueID?
    /// Whether its gradient lies where it does itself.
    var gradientLiesWithValue = false
  }

  /// One run of numbers in the flat vector of the parameters or of the state.
  struct Tensor {
    var description: TensorDescription
    var offset: Int
    var initialization: Initialization
    /// The layer that it belongs to.
    var layer: Layer
    /// How many places of an image or a sequence its first side runs over, all channels of one before the next place.
    var places: Int

    var count: Int { description.shape.reduce(1, *) }
  }

  /// What a layer hands to the next: a value and the shape of one sample of it.
  struct Flow {
    var value: ValueID
    var shape: [Int]
    /// The places that the values belong to, also of a row that was an image or a sequence before.
    var places: Int

    /// - Parameter places: nil for those of the shape.
    init(value: ValueID, shape: [Int], places: Int? = nil) {
      (self.value, self.shape) = (value, shape)
      self.places = places ?? shape.dropLast().reduce(1, *)
    }

    var elements: Int { shape.reduce(1, *) }
    var channels: Int { shape.last ?? 1 }
    /// The places that the last side runs over: more than one of a row that was an image or a sequence before.
    var placesOfChannels: Int { shape.count == 1 ? places : 1 }
  }

  init(_ architecture: Architecture) throws(ArchitectureError) {
    let layers = architecture.layers
    outputShape = architecture.sampleShape
    guard !layers.isEmpty else { throw .noLayers }
    let count = Self.count(layers)
    guard count <= Architecture.Limits.layers else { throw .tooManyLayers(count: count) }
    guard let elements = Self.elements(of: architecture.sampleShape) else {
      throw .sampleShape(architecture.sampleShape)
    }
    input = add(Value(elements: elements, needsGradient: false))
    let start = Flow(value: input, shape: architecture.sampleShape)
    let end = try lower(layers, at: .root, from: start)
    output = end.value
    outputShape = end.shape
  }

  private static func count(_ layers: [Layer]) -> Int {
    layers.reduce(layers.count) { $0 + $1.nested.reduce(0) { $0 + count($1) } }
  }

  /// The number of values of a shape; nil for one that is empty, not positive or too large.
  static func elements(of shape: [Int]) -> Int? {
    guard !shape.isEmpty else { return nil }
    var elements = 1
    for side in shape {
      let (product, overflows) = elements.multipliedReportingOverflow(by: side)
      guard side > 0, !overflows, product <= Architecture.Limits.valuesPerSample else { return nil }
      elements = product
    }
    return elements
  }

  // MARK: Values

  mutating func add(_ value: Value) -> ValueID {
    values.append(value)
    return ValueID(index: values.count - 1)
  }

  /// A value of a layer's output shape.
  mutating func addOutput(
    _ shape: [Int], needsGradient: Bool, of place: LayerPlace
  ) throws(ArchitectureError) -> Flow {
    guard let elements = Self.elements(of: shape) else {
      throw .tooManyValues(path: place.path, layer: place.layer, shape: shape)
    }
    return Flow(value: add(Value(elements: elements, needsGradient: needsGradient)), shape: shape)
  }

  func needsGradient(_ flow: Flow) -> Bool { values[flow.value.index].needsGradient }

  /// The value that a value lies with in the end.
  func storage(of id: ValueID) -> ValueID {
    var id = id
    while let next = values[id.index].storage { id = next }
    return id
  }

  /// The value whose gradient a value's lies with in the end.
  func gradientStorage(of id: ValueID) -> ValueID {
    var id = id
    while let next = values[id.index].gradientStorage { id = next }
    return id
  }

  // MARK: Parameters

  /// A run of parameters; returns where it starts.
  ///
  /// - Parameters:
  ///   - part: the name of what the tensor belongs to.
  ///   - places: how many places its first side runs over.
  mutating func addParameters(
    _ name: String, of part: LayerPath, _ shape: [Int], _ initialization: Initialization,
    for place: LayerPlace, places: Int = 1
  ) throws(ArchitectureError) -> Int {
    var count = 1
    for side in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: side)
      guard !overflows, product <= Architecture.Limits.parameters - parameterCount else {
        throw .tooManyParameters(path: place.path, layer: place.layer)
      }
      count = product
    }
    let offset = parameterStorage
    addTensor(
      name, of: part, shape, .parameter, offset: offset, initialization, for: place, places: places)
    parameterCount += count
    parameterStorage += count.roundedUpToAlignment
    return offset
  }

  /// A run of state; returns where it starts.
  mutating func addState(
    _ name: String, of part: LayerPath, _ shape: [Int], _ initialization: Initialization,
    for place: LayerPlace, places: Int
  ) -> Int {
    let offset = stateStorage
    addTensor(name, of: part, shape, .state, offset: offset, initialization, for: place, places: places)
    stateStorage += shape.reduce(1, *).roundedUpToAlignment
    return offset
  }

  private mutating func addTensor(
    _ name: String, of part: LayerPath, _ shape: [Int], _ role: TensorDescription.Role, offset: Int,
    _ initialization: Initialization, for place: LayerPlace, places: Int
  ) {
    let description = TensorDescription(name: "\(part.dotted).\(name)", shape: shape, role: role)
    tensors.append(
      Tensor(
        description: description, offset: offset, initialization: initialization, layer: place.layer,
        places: places))
  }
}

extension Int {
  /// This number of 4-byte numbers, rounded up to whole 64-byte lines.
  var roundedUpToAlignment: Int { (self + 15) & ~15 }
}
