internal import CKernels
import Numerics

/// A network built from an architecture: its parameters, and all the memory that training it takes.
///
/// Everything lies in one aligned slab that is planned once from the architecture and the largest batch; a step
/// allocates nothing. The parameters are one flat vector, tensor by tensor in the order of the layers: the weights
/// [inputs, units] of a dense layer, row-major, then its bias [units].
///
/// ```swift
/// var network = try Network(
///   architecture, maximumBatchSize: 32, optimizer: .sgd(momentum: 0.9), seed: 7, trial: 0)
/// network.load(rows: order.span.extracting(0..<32), features: features.span, labels: labels.span)
/// let loss = network.computeGradients() / 32
/// network.update(learningRate: 0.1)
/// ```
///
/// Weights start from He's normal distribution before ReLU and GELU and from Glorot's before tanh and at the output,
/// biases at 0. Weights and dropout come from the streams "weights" and "dropout" of (seed, trial).
public struct Network: ~Copyable {
  /// What the network was built from.
  public let architecture: Architecture
  /// The most rows of a batch.
  public let maximumBatchSize: Int
  /// The number of parameters.
  public let parameterCount: Int
  /// The number of values of one sample.
  public let valuesPerSample: Int
  /// The number of outputs.
  public let classCount: Int
  /// The rows of the batch that is loaded.
  public private(set) var batchSize = 0

  private let slab: AlignedMemory<Float>
  private let pointers: AlignedMemory<UnsafeMutablePointer<Float>>
  private let operations: AlignedMemory<Operation>
  private let dropoutState: AlignedMemory<wattle_dropout_state>
  private let workspace: Workspace
  private let labels: UnsafeMutablePointer<Int32>
  private let input: ValueID
  private let output: ValueID
  private let parameterTensors: [NetworkPlan.ParameterTensor]
  private let parameterStorage: Int
  private var optimizerState: OptimizerState?

  /// Builds a network and draws its weights.
  ///
  /// - Parameters:
  ///   - architecture: what to build.
  ///   - maximumBatchSize: the most rows of a batch, 1 ... 2²⁰.
  ///   - optimizer: the rule of `update`, or nil for a network that is not trained.
  ///   - seed: the study's seed.
  ///   - trial: the trial's number.
  /// - Throws: `ArchitectureError` for what cannot be built or has no room.
  /// - Complexity: O(parameters + maximumBatchSize · values); `requiredBytes` of memory.
  public init(
    _ architecture: Architecture, maximumBatchSize: Int, optimizer: Optimizer? = nil, seed: UInt64, trial: Int
  ) throws(ArchitectureError) {
    let plan = try NetworkPlan(architecture)
    try Self.check(batchSize: maximumBatchSize)
    let memory = MemoryPlan(plan, maximumBatchSize: maximumBatchSize, optimizer: optimizer)
    guard let slab = AlignedMemory<Float>(count: memory.total),
      let pointers = AlignedMemory<UnsafeMutablePointer<Float>>(count: 2 * plan.values.count),
      let operations = AlignedMemory<Operation>(count: plan.operations.count),
      let dropoutState = AlignedMemory<wattle_dropout_state>(count: 1)
    else { throw .memory(bytes: 4 * memory.total) }
    for (index, operation) in plan.operations.enumerated() {
      (operations.start + index).initialize(to: operation)
    }
    let count = plan.values.count
    for index in 0..<count {
      (pointers.start + index).initialize(to: slab.start + memory.values[index])
      (pointers.start + count + index).initialize(to: slab.start + memory.gradients[index])
    }
    workspace = Workspace(
      values: pointers.start, gradients: pointers.start + count, parameters: slab.start + memory.parameters,
      parameterGradients: slab.start + memory.parameterGradients, scratch: slab.start + memory.scratch,
      dropoutState: dropoutState.start)
    labels = UnsafeMutableRawPointer(slab.start + memory.labels)
      .bindMemory(to: Int32.self, capacity: maximumBatchSize)
    optimizerState = optimizer.map { OptimizerState($0, vectors: slab.start + memory.optimizerState) }
    Self.seed(dropoutState.start, seed: seed, trial: trial)
    Self.initialize(plan, parameters: workspace.parameters, seed: seed, trial: trial)
    self.slab = slab
    self.pointers = pointers
    self.operations = operations
    self.dropoutState = dropoutState
    self.architecture = architecture
    self.maximumBatchSize = maximumBatchSize
    parameterCount = plan.parameterCount
    parameterStorage = plan.parameterStorage
    parameterTensors = plan.parameterTensors
    input = plan.input
    output = plan.output
    valuesPerSample = plan.values[plan.input.index].elements
    classCount = plan.values[plan.output.index].elements
  }

  /// The bytes that a network will take, so that one too large can be refused before it is built.
  ///
  /// - Throws: `ArchitectureError` for what cannot be built.
  /// - Complexity: O(layers²); allocates nothing of the network's size.
  public static func requiredBytes(
    _ architecture: Architecture, maximumBatchSize: Int, optimizer: Optimizer? = nil
  ) throws(ArchitectureError) -> Int {
    let plan = try NetworkPlan(architecture)
    try check(batchSize: maximumBatchSize)
    let slab = MemoryPlan(plan, maximumBatchSize: maximumBatchSize, optimizer: optimizer).total
    return MemoryLayout<Float>.stride * slab + MemoryLayout<wattle_dropout_state>.stride
      + MemoryLayout<Operation>.stride * plan.operations.count
      + 2 * MemoryLayout<UnsafeMutablePointer<Float>>.stride * plan.values.count
  }

  private static func check(batchSize: Int) throws(ArchitectureError) {
    guard 1...Architecture.Limits.units ~= batchSize else { throw .batchSize(batchSize) }
  }

  private static func seed(_ state: UnsafeMutablePointer<wattle_dropout_state>, seed: UInt64, trial: Int) {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "dropout")
    withUnsafeMutableBytes(of: &state.pointee.words) { words in
      for index in stride(from: 0, to: words.count, by: 4) {
        // Never 0, which a lane of nothing but zeros could not leave.
        words.storeBytes(
          of: UInt32(truncatingIfNeeded: stream.next() >> 32) | 1, toByteOffset: index, as: UInt32.self)
      }
    }
  }

  private static func initialize(
    _ plan: NetworkPlan, parameters: UnsafeMutablePointer<Float>, seed: UInt64, trial: Int
  ) {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "weights")
    for tensor in plan.parameterTensors {
      tensor.initialization.fill(
        UnsafeMutableBufferPointer(start: parameters + tensor.offset, count: tensor.count), from: &stream)
    }
  }

  // MARK: Batches

  /// Copies samples into the network as its batch.
  ///
  /// - Parameters:
  ///   - rows: the samples' indices, at most `maximumBatchSize`.
  ///   - features: all samples, row-major [samples, valuesPerSample].
  ///   - labels: all labels [samples], each in 0 ..< classCount.
  public mutating func load(rows: Span<Int32>, features: Span<Float>, labels: Span<Int32>) {
    precondition(1...maximumBatchSize ~= rows.count, "a batch has 1 ... maximumBatchSize rows")
    precondition(features.count == labels.count * valuesPerSample, "features are [samples, valuesPerSample]")
    let batch = workspace.value(input)
    let width = valuesPerSample
    let target = self.labels
    let count = rows.count
    let classes = Int32(classCount)
    let samples = labels.count
    features.withUnsafeBufferPointer { features in
      guard let source = features.baseAddress else { return }
      for position in 0..<count {
        let row = Int(rows[position])
        precondition(0 <= row && row < samples, "a row is the index of a sample")
        let label = labels[row]
        precondition(0 <= label && label < classes, "a label is the index of a class")
        target[position] = label
        (batch + position * width).update(from: source + row * width, count: width)
      }
    }
    batchSize = count
  }

  // MARK: Passes

  /// One forward and backward pass of the loaded batch, in training mode.
  ///
  /// The gradients are those of the mean loss over the batch.
  ///
  /// - Returns: the sum of the samples' cross-entropies, in nats.
  public mutating func computeGradients() -> Double {
    forward(.training)
    let loss = SoftmaxCrossEntropy.gradient(
      batch: batchSize, classes: classCount, logits: workspace.value(output), labels: labels,
      gradient: workspace.gradient(output))
    var index = operations.count
    while index > 0 {
      index -= 1
      operations.start[index].backward(workspace, batch: batchSize)
    }
    return loss
  }

  /// One step of the optimiser along the gradients.
  ///
  /// - Precondition: the network was made with an optimiser.
  public mutating func update(learningRate: Double) {
    precondition(optimizerState != nil, "a network made without an optimizer is not trained")
    optimizerState?.step(
      count: parameterStorage, learningRate: learningRate, gradients: workspace.parameterGradients,
      parameters: workspace.parameters)
  }

  /// Evaluates the loaded batch, in inference mode.
  ///
  /// - Returns: the sum of the samples' cross-entropies, in nats, and the number of samples classified correctly.
  public mutating func evaluate() -> (loss: Double, correct: Int) {
    forward(.inference)
    let logits = workspace.value(output)
    let correct = SoftmaxCrossEntropy.correct(
      batch: batchSize, classes: classCount, logits: logits, labels: labels)
    let loss = SoftmaxCrossEntropy.gradient(
      batch: batchSize, classes: classCount, logits: logits, labels: labels,
      gradient: workspace.gradient(output))
    return (loss, correct)
  }

  /// The class scores of the loaded batch before the softmax, in inference mode: row-major [batchSize, classCount].
  public mutating func logits() -> [Float] {
    forward(.inference)
    return Array(UnsafeBufferPointer(start: workspace.value(output), count: batchSize * classCount))
  }

  private func forward(_ mode: Mode) {
    precondition(batchSize > 0, "load a batch first")
    for index in 0..<operations.count {
      operations.start[index].forward(workspace, batch: batchSize, mode: mode)
    }
  }

  // MARK: Parameters

  /// A copy of all parameters, tensor by tensor; setting it replaces them.
  ///
  /// - Complexity: O(parameters).
  public var parameters: [Float] {
    get { packed(workspace.parameters) }
    set {
      precondition(newValue.count == parameterCount, "one number a parameter")
      var position = 0
      for tensor in parameterTensors {
        for index in 0..<tensor.count {
          workspace.parameters[tensor.offset + index] = newValue[position + index]
        }
        position += tensor.count
      }
    }
  }

  /// A copy of the gradient by each parameter, as of the last `computeGradients`.
  ///
  /// - Complexity: O(parameters).
  public var gradients: [Float] { packed(workspace.parameterGradients) }

  /// Without the gaps that align the tensors.
  private func packed(_ vector: UnsafeMutablePointer<Float>) -> [Float] {
    parameterTensors.flatMap { UnsafeBufferPointer(start: vector + $0.offset, count: $0.count) }
  }
}
