/// What a layer, or several layers fused, does to the values. A trivial value.
///
/// A layer family is one file with one such struct that has `forward` and `backward` side by side.
protocol OperationPayload: BitwiseCopyable {
  /// Computes the output from the input, for the first `batch` rows.
  func forward(_ workspace: Workspace, batch: Int, mode: Mode)
  /// Computes, from the gradient of the output, that of the parameters and, if wanted, that of the input. Gradients
  /// are overwritten; only a fork adds to one.
  func backward(_ workspace: Workspace, batch: Int)
  /// Forward in inference, for one sample.
  var inferenceCosts: OperationCosts { get }
  /// Forward and backward in training, for one sample.
  var trainingCosts: OperationCosts { get }
  /// The values that the forward pass touches.
  var values: [ValueID] { get }
  /// Those of them that the backward pass touches; their memory has to last from one to the other.
  var kept: [ValueID] { get }
  /// The values whose gradients the backward pass touches.
  var gradients: [ValueID] { get }
  /// The numbers of scratch memory that a batch needs.
  func scratch(batch: Int) -> Int
}

extension OperationPayload {
  var kept: [ValueID] { values }
  func scratch(batch: Int) -> Int { 0 }
}

/// One step of a network's program.
enum Operation {
  case dense(DenseOperation)
  case convolution(ConvolutionOperation)
  case pooling(PoolingOperation)
  case batchNorm(BatchNormOperation)
  case pooledBatchNorm(PooledBatchNormOperation)
  case layerNorm(LayerNormOperation)
  case activation(ActivationOperation)
  case dropout(DropoutOperation)
  case embedding(EmbeddingOperation)
  case fork(ForkOperation)
  case addition(AdditionOperation)
  case concatenation(ConcatenationOperation)

  /// The step for plans and counts; the passes do not pay for the box.
  var payload: any OperationPayload {
    switch self {
    case .dense(let payload): payload
    case .convolution(let payload): payload
    case .pooling(let payload): payload
    case .batchNorm(let payload): payload
    case .pooledBatchNorm(let payload): payload
    case .layerNorm(let payload): payload
    case .activation(let payload): payload
    case .dropout(let payload): payload
    case .embedding(let payload): payload
    case .fork(let payload): payload
    case .addition(let payload): payload
    case .concatenation(let payload): payload
    }
  }

  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    switch self {
    case .dense(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .convolution(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .pooling(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .batchNorm(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .pooledBatchNorm(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .layerNorm(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .activation(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .dropout(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .embedding(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .fork(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .addition(let payload): payload.forward(workspace, batch: batch, mode: mode)
    case .concatenation(let payload): payload.forward(workspace, batch: batch, mode: mode)
    }
  }

  func backward(_ workspace: Workspace, batch: Int) {
    switch self {
    case .dense(let payload): payload.backward(workspace, batch: batch)
    case .convolution(let payload): payload.backward(workspace, batch: batch)
    case .pooling(let payload): payload.backward(workspace, batch: batch)
    case .batchNorm(let payload): payload.backward(workspace, batch: batch)
    case .pooledBatchNorm(let payload): payload.backward(workspace, batch: batch)
    case .layerNorm(let payload): payload.backward(workspace, batch: batch)
    case .activation(let payload): payload.backward(workspace, batch: batch)
    case .dropout(let payload): payload.backward(workspace, batch: batch)
    case .embedding(let payload): payload.backward(workspace, batch: batch)
    case .fork(let payload): payload.backward(workspace, batch: batch)
    case .addition(let payload): payload.backward(workspace, batch: batch)
    case .concatenation(let payload): payload.backward(workspace, batch: batch)
    }
  }
}

/// Whether a forward pass is part of training or of inference.
enum Mode {
  case training, inference
}

/// A value of a network's program: an array of [batch, elements].
struct ValueID: Hashable {
  var index: Int
}
