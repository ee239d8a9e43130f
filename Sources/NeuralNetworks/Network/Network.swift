internal import CKernels
import Numerics

/// A network built from an architecture: its parameters, and all the memory that training it takes.
///
/// Everything lies in one aligned slab that is planned once from the architecture and the largest batch; a step
/// allocates nothing. The parameters are one flat vector, tensor by tensor in the order of the layers: the weights
/// [inputs, units] of a dense layer, row-major, then its bias [units]; `tensors` names them all.
///
/// ```swift
/// var network = try Network(
///   architecture, maximumBatchSize: 32, optimizer: .sgd(momentum: 0.9), seed: 7, trial: 0)
/// network.load(rows: order.span.extracting(0..<32), features: features.span, labels: labels.span)
/// let loss = network.computeGradients() / 32
/// network.update(learningRate: 0.1)
/// ```
///
/// Weights start from He's normal distribution before ReLU and what is like it and from Glorot's before tanh and
/// sigmoid and at the output, biases at 0. Weights and dropout come from the streams "weights" and "dropout" of (seed, trial).
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
  public let outputCount: Int
  /// The loss whose gradients are computed.
  public let loss: Loss
  /// How many classes labels may name; 0 where the loss is not of classes.
  public let classCount: Int
  /// How the targets of a regression are standardised.
  public var targetScale = TargetScale()
  /// What the classes are called, in their order; empty where they have no names.
  public var classNames: [String] = []
  /// The rows of the batch that is loaded.
  public private(set) var batchSize = 0
  /// What the losses of the loaded batch are divided by for their mean: the sum of its labels' class weights, or
  /// `batchSize` without weights.
  public private(set) var batchWeight = 0.0

  private let slab: AlignedMemory<Float>
  private let pointers: AlignedMemory<UnsafeMutablePointer<Float>>
  private let operations: AlignedMemory<Operation>
  private let dropoutState: AlignedMemory<wattle_dropout_state>
  let workspace: Workspace
  /// A weight a class, and behind them as many ones.
  private let classWeights: AlignedMemory<Float>
  private var hasClassWeights = false
  /// In one place: a loss has labels or targets.
  private let labels: UnsafeMutablePointer<Int32>
  private let targets: UnsafeMutablePointer<Float>
  private let input: ValueID
  private let output: ValueID
  let planTensors: [NetworkPlan.Tensor]
  let parameterStorage: Int
  var optimizerState: OptimizerState?

  /// Builds a network and draws its weights.
  ///
  /// - Parameters:
  ///   - architecture: what to build.
  ///   - maximumBatchSize: the most rows of a batch, 1 ... 2²⁰.
  ///   - optimizer: the rule of `update`, or nil for a network that is not trained.
  ///   - loss: the loss whose gradients are computed; all but `crossEntropy` take a network of one output.
  ///   - seed: the study's seed.
  ///   - trial: the trial's number.
  /// - Throws: `ArchitectureError` for what cannot be built or has no room.
  /// - Complexity: O(parameters + maximumBatchSize · values); `requiredBytes` of memory.
  public init(
    _ architecture: Architecture, maximumBatchSize: Int, optimizer: Optimizer? = nil,
    loss: Loss = .crossEntropy(), seed: UInt64, trial: Int
  ) throws(ArchitectureError) {
    let plan = try NetworkPlan(architecture)
    try Self.check(batchSize: maximumBatchSize)
    let outputCount = plan.values[plan.output.index].elements
    if case .crossEntropy = loss {
    } else if outputCount != 1 {
      throw .classCount(
        layerIndex: architecture.layers.count - 1, layer: architecture.layers.last, shape: plan.outputShape,
        expected: 1)
    }
    let memory = MemoryPlan(plan, maximumBatchSize: maximumBatchSize, optimizer: optimizer)
    guard let slab = AlignedMemory<Float>(count: memory.total),
      let pointers = AlignedMemory<UnsafeMutablePointer<Float>>(count: 2 * plan.values.count),
      let operations = AlignedMemory<Operation>(count: plan.operations.count),
      let dropoutState = AlignedMemory<wattle_dropout_state>(count: 1),
      let classWeights = AlignedMemory<Float>(count: Self.classWeightCount(outputs: outputCount))
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
      parameterGradients: slab.start + memory.parameterGradients, state: slab.start + memory.state,
      scratch: slab.start + memory.scratch, dropoutState: dropoutState.start)
    targets = slab.start + memory.labels
    let rawLabels = UnsafeMutableRawPointer(targets)
    labels =
      loss.isOfClasses
      ? rawLabels.bindMemory(to: Int32.self, capacity: maximumBatchSize)
      : rawLabels.assumingMemoryBound(to: Int32.self)
    UnsafeMutableBufferPointer(start: classWeights.start, count: classWeights.count).update(repeating: 1)
    optimizerState = optimizer.map { OptimizerState($0, vectors: slab.start + memory.optimizerState) }
    Self.seed(dropoutState.start, seed: seed, trial: trial)
    Self.initialize(plan, workspace, seed: seed, trial: trial)
    self.slab = slab
    self.pointers = pointers
    self.operations = operations
    self.dropoutState = dropoutState
    self.architecture = architecture
    self.maximumBatchSize = maximumBatchSize
    parameterCount = plan.parameterCount
    parameterStorage = plan.parameterStorage
    planTensors = plan.tensors
    input = plan.input
    output = plan.output
    valuesPerSample = plan.values[plan.input.index].elements
    self.outputCount = outputCount
    self.loss = loss
    self.classWeights = classWeights
    classCount =
      switch loss {
      case .crossEntropy: outputCount
      case .binaryCrossEntropy: 2
      case .meanSquaredError, .huber: 0
      }
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
    let outputs = plan.values[plan.output.index].elements
    return MemoryLayout<Float>.stride * (slab + classWeightCount(outputs: outputs))
      + MemoryLayout<wattle_dropout_state>.stride
      + MemoryLayout<Operation>.stride * plan.operations.count
      + 2 * MemoryLayout<UnsafeMutablePointer<Float>>.stride * plan.values.count
  }

  /// A weight and a one for each class, of which there are two for one output.
  private static func classWeightCount(outputs: Int) -> Int { 2 * max(outputs, 2) }

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
    _ plan: NetworkPlan, _ workspace: Workspace, seed: UInt64, trial: Int
  ) {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "weights")
    for tensor in plan.tensors {
      let vector = tensor.description.role == .parameter ? workspace.parameters : workspace.state
      tensor.initialization.fill(
        UnsafeMutableBufferPointer(start: vector + tensor.offset, count: tensor.count), from: &stream)
    }
  }

  // MARK: Batches

  /// Copies samples with their labels into the network as its batch.
  ///
  /// - Parameters:
  ///   - rows: the samples' indices, at most `maximumBatchSize`.
  ///   - features: all samples, row-major [samples, valuesPerSample].
  ///   - labels: all labels [samples], each in 0 ..< classCount.
  /// - Precondition: the loss is one of classes.
  public mutating func load(rows: Span<Int32>, features: Span<Float>, labels: Span<Int32>) {
    load(rows: rows, features: features, samples: labels.count)
    let classes = Int32(classCount)
    var weight = 0.0
    for position in 0..<rows.count {
      let label = labels[Int(rows[position])]
      precondition(0 <= label && label < classes, "a label is the index of a class")
      self.labels[position] = label
      if hasClassWeights { weight += Double(classWeights.start[Int(label)]) }
    }
    batchWeight = hasClassWeights ? weight : Double(rows.count)
  }

  /// Copies samples with the numbers to be predicted into the network as its batch.
  ///
  /// - Parameters:
  ///   - rows: the samples' indices, at most `maximumBatchSize`.
  ///   - features: all samples, row-major [samples, valuesPerSample].
  ///   - targets: all numbers [samples], in the units of the data; `targetScale` standardises them.
  /// - Precondition: the loss is not one of classes.
  public mutating func load(rows: Span<Int32>, features: Span<Float>, targets: Span<Double>) {
    precondition(!loss.isOfClasses, "a loss of classes needs labels")
    load(rows: rows, features: features, samples: targets.count)
    let scale = targetScale
    for position in 0..<rows.count {
      self.targets[position] = scale.standardized(targets[Int(rows[position])])
    }
    batchWeight = Double(rows.count)
  }

  private mutating func load(rows: Span<Int32>, features: Span<Float>, samples: Int) {
    precondition(1...maximumBatchSize ~= rows.count, "a batch has 1 ... maximumBatchSize rows")
    precondition(features.count == samples * valuesPerSample, "features are [samples, valuesPerSample]")
    let batch = workspace.value(input)
    let width = valuesPerSample
    let count = rows.count
    features.withUnsafeBufferPointer { features in
      guard let source = features.baseAddress else { return }
      for position in 0..<count {
        let row = Int(rows[position])
        precondition(0 <= row && row < samples, "a row is the index of a sample")
        (batch + position * width).update(from: source + row * width, count: width)
      }
    }
    batchSize = count
  }

  /// Changes the samples of the loaded batch in place: row-major [batchSize, valuesPerSample].
  public mutating func modifyBatch(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    body(UnsafeMutableBufferPointer(start: workspace.value(input), count: batchSize * valuesPerSample))
  }

  /// What each class counts for in the loss; nil for all the same. Set before a batch is loaded.
  ///
  /// - Precondition: one finite number above 0 a class, of a loss of classes.
  public mutating func setClassWeights(_ weights: [Float]?) {
    hasClassWeights = weights != nil
    guard let weights else { return }
    precondition(weights.count == classCount, "one weight a class")
    for (index, weight) in weights.enumerated() {
      precondition(weight > 0 && weight.isFinite, "a class weight is a number above 0")
      classWeights.start[index] = weight
    }
  }

  // MARK: Passes

  /// One forward and backward pass of the loaded batch, in training mode.
  ///
  /// The gradients are those of the mean loss over the batch: the sum divided by `batchWeight`.
  ///
  /// - Returns: the sum of the samples' losses: cross-entropies in nats, or errors of standardised targets.
  public mutating func computeGradients() -> Double {
    forward(.training)
    let loss = lossBatch(isWeighted: true).evaluate(loss)
    var index = operations.count
    while index > 0 {
      index -= 1
      operations.start[index].backward(workspace, batch: batchSize)
    }
    return loss
  }

  /// One step of the optimiser along the gradients.
  ///
  /// - Parameters:
  ///   - learningRate: the step size.
  ///   - gradientClip: the largest Euclidean norm of all gradients together; longer ones are scaled down to it.
  /// - Precondition: the network was made with an optimiser.
  public mutating func update(learningRate: Double, gradientClip: Double? = nil) {
    precondition(optimizerState != nil, "a network made without an optimizer is not trained")
    optimizerState?.step(
      count: parameterStorage, learningRate: learningRate, gradientClip: gradientClip,
      gradients: workspace.parameterGradients, parameters: workspace.parameters)
  }

  /// Evaluates the loaded batch, in inference mode.
  ///
  /// - Returns: the sum over the samples of what candidates are compared by, which is the cross-entropy in nats without
  ///   smoothing and weights, or the squared error of standardised targets; and the number of samples classified
  ///   correctly, 0 where the loss is not of classes.
  public mutating func evaluate() -> (loss: Double, correct: Int) {
    forward(.inference)
    let batch = lossBatch(isWeighted: false)
    let correct = batch.correct(loss)
    return (batch.evaluate(loss.forEvaluation), correct)
  }

  private func lossBatch(isWeighted: Bool) -> LossBatch {
    let isWeighted = isWeighted && hasClassWeights
    return LossBatch(
      rows: batchSize, width: outputCount, outputs: workspace.value(output), labels: labels, targets: targets,
      isWeighted: isWeighted, weights: isWeighted ? classWeights.start : classWeights.start + classCount,
      totalWeight: isWeighted ? batchWeight : Double(batchSize), gradient: workspace.gradient(output))
  }

  /// The outputs of the loaded batch before any softmax, in inference mode: row-major [batchSize, outputCount].
  public mutating func logits() -> [Float] {
    forward(.inference)
    return Array(UnsafeBufferPointer(start: workspace.value(output), count: batchSize * outputCount))
  }

  /// The predicted numbers of a regression for the loaded batch, in the units of the data: [batchSize].
  ///
  /// - Precondition: the loss is not one of classes.
  public mutating func predictions() -> [Double] {
    precondition(!loss.isOfClasses, "a loss of classes predicts classes")
    return logits().map(targetScale.restored)
  }

  private func forward(_ mode: Mode) {
    precondition(batchSize > 0, "load a batch first")
    for index in 0..<operations.count {
      operations.start[index].forward(workspace, batch: batchSize, mode: mode)
    }
  }
}
