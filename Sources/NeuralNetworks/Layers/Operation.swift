/// One step of a network's program: what a layer, or several layers fused, does to the values.
///
/// An operation is a trivial value. A layer family is one file with a payload struct that has `forward` and
/// `backward` side by side; here they only meet.
enum Operation {
  case dense(DenseOperation)
  case activation(ActivationOperation)
  case dropout(DropoutOperation)

  /// Computes the output from the input, for the first `batch` rows.
  func forward(_ workspace: Workspace, batch: Int, mode: Mode) {
    switch self {
    case .dense(let dense): dense.forward(workspace, batch: batch)
    case .activation(let activation): activation.forward(workspace, batch: batch)
    case .dropout(let dropout): dropout.forward(workspace, batch: batch, mode: mode)
    }
  }

  /// Computes, from the gradient of the output, that of the parameters and, if wanted, that of the input.
  func backward(_ workspace: Workspace, batch: Int) {
    switch self {
    case .dense(let dense): dense.backward(workspace, batch: batch)
    case .activation(let activation): activation.backward(workspace, batch: batch)
    case .dropout(let dropout): dropout.backward(workspace, batch: batch)
    }
  }

  /// Forward and backward in training, for one sample.
  var trainingCosts: OperationCosts {
    switch self {
    case .dense(let dense): dense.trainingCosts
    case .activation(let activation): activation.trainingCosts
    case .dropout(let dropout): dropout.trainingCosts
    }
  }

  /// Forward in inference, for one sample.
  var inferenceCosts: OperationCosts {
    switch self {
    case .dense(let dense): dense.inferenceCosts
    case .activation(let activation): activation.inferenceCosts
    case .dropout: OperationCosts()
    }
  }

  /// The values that the operation touches forward and backward; their memory has to last from one to the other.
  var values: [ValueID] {
    switch self {
    case .dense(let dense): [dense.input, dense.output] + (dense.slope.map { [$0] } ?? [])
    case .activation(let activation):
      [activation.input, activation.output] + (activation.slope.map { [$0] } ?? [])
    case .dropout(let dropout): [dropout.input, dropout.output, dropout.mask]
    }
  }

  /// The values whose gradients the operation touches backward.
  var gradients: [ValueID] {
    switch self {
    case .dense(let dense): dense.propagates ? [dense.input, dense.output] : [dense.output]
    case .activation(let activation): activation.propagates ? [activation.input, activation.output] : []
    case .dropout(let dropout): dropout.propagates ? [dropout.input, dropout.output] : []
    }
  }

  /// The numbers of scratch memory that the operation needs for a batch.
  func scratch(batch: Int) -> Int {
    switch self {
    case .dense(let dense): dense.scratch(batch: batch)
    case .activation, .dropout: 0
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
