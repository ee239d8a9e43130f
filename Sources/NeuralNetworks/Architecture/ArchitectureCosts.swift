/// What one sample costs a network, counted from its architecture alone.
///
/// **FLOPs.** One FLOP is one addition, subtraction, multiplication, division, comparison, square root,
/// exponential or hyperbolic tangent, so a multiply-add is two. Counted are, for each sample,
/// - dense: 2·inputs·units + units forward; backward 2·inputs·units for the weights' gradient, units for the bias's
///   and, unless nothing before the layer has weights, 2·inputs·units for the gradient of its input;
/// - convolutions: the same with 2·outputs·(kernel·channels/groups) in place of 2·inputs·units and one for the bias
///   an output; products with the zeros of the padding count, as they are in every book;
/// - activations: a value ReLU 1 forward and 1 backward, ReLU6 and leaky ReLU 2 and 2, squared ReLU 2 and 3, tanh 1
///   and 3, sigmoid 3 and 3, SiLU 4 and 7, hard swish 5 and 6, GELU 9 and 9;
/// - poolings, also global ones: an output of n values n − 1 for the largest, 1 backward, and n for the mean, n + 1
///   backward;
/// - batch norm: a value 2 in inference, 6 forward and 9 backward in training; what is done once a channel and batch
///   is a cost of a step; layer norm: 8 and 13, and 5 forward a place;
/// - dropout: a value nothing in inference; 2 forward and 1 backward in training;
/// - sums of residuals and branches: 1 a value, and 1 backward for each further use of a value that needs a gradient;
/// - embeddings: nothing forward, 1 a value backward;
/// - softmax and cross-entropy: 6 a class, in training only.
///
/// **Bytes.** What the layers read and write, at 4 bytes a number, for a batch of one and without any cache: every
/// sample reads all weights anew. A ReLU, tanh or GELU directly behind a dense layer or a convolution is fused with it
/// and moves no values of its own but what it keeps for, or reads in, the backward pass; so is a ReLU behind a batch
/// norm. Flatten and reshape move nothing.
///
/// The optimiser's work is a cost of a step, not of a sample, and not counted: with `n` parameters, SGD with momentum
/// takes 4·n FLOPs and 20·n bytes a step and Adam 13·n and 28·n.
public struct ArchitectureCosts: Codable, Hashable, Sendable {
  /// The number of trainable parameters.
  public var parameters: Int
  /// The FLOPs of one sample's forward pass in inference.
  public var forwardFlopsPerSample: Int
  /// The FLOPs of one sample's forward and backward pass in training, with the loss.
  public var trainingFlopsPerSample: Int
  /// The bytes that one sample's forward pass reads and writes in inference.
  public var forwardBytesPerSample: Int
  /// The bytes that one sample's forward and backward pass read and write in training, with the loss.
  public var trainingBytesPerSample: Int

  /// Costs of the given counts.
  public init(
    parameters: Int, forwardFlopsPerSample: Int, trainingFlopsPerSample: Int, forwardBytesPerSample: Int,
    trainingBytesPerSample: Int
  ) {
    self.parameters = parameters
    self.forwardFlopsPerSample = forwardFlopsPerSample
    self.trainingFlopsPerSample = trainingFlopsPerSample
    self.forwardBytesPerSample = forwardBytesPerSample
    self.trainingBytesPerSample = trainingBytesPerSample
  }
}

extension Architecture {
  /// Counts parameters, FLOPs and bytes without building the network; `ArchitectureCosts` says what counts.
  ///
  /// - Throws: `ArchitectureError` when the architecture is not a network that can be built.
  /// - Complexity: O(layers).
  public func costs() throws(ArchitectureError) -> ArchitectureCosts {
    let plan = try NetworkPlan(self)
    var inference = OperationCosts()
    var training = SoftmaxCrossEntropy.costs(classes: plan.values[plan.output.index].elements)
    for operation in plan.operations {
      inference += operation.payload.inferenceCosts
      training += operation.payload.trainingCosts
    }
    return ArchitectureCosts(
      parameters: plan.parameterCount,
      forwardFlopsPerSample: inference.flops, trainingFlopsPerSample: training.flops,
      forwardBytesPerSample: 4 * inference.numbersMoved, trainingBytesPerSample: 4 * training.numbersMoved)
  }
}

/// What one operation costs for one sample.
struct OperationCosts {
  var flops = 0
  /// 4-byte numbers read and written.
  var numbersMoved = 0

  static func += (total: inout OperationCosts, addend: OperationCosts) {
    total.flops += addend.flops
    total.numbersMoved += addend.numbersMoved
  }
}
