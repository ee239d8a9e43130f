import NeuralNetworks
import Numerics

/// Everything that a paused training needs to go on as if it had never paused.
///
/// Random streams that advance from epoch to epoch, those of the batches, the augmentation and dropout, are kept as they
/// stand; what follows from (seed, trial), the epoch or the data, such as the learning rate's schedule and the scale of a
/// regression's targets, is not kept.
public struct TrainingCheckpoint: Hashable, Sendable {
  /// Which training it is.
  public struct Identity: Hashable, Codable, Sendable {
    /// The candidate's canonical hash.
    public var hash: String
    /// The seed of the random streams.
    public var seed: UInt64
    /// The trial's number.
    public var trial: Int
    /// The name of the data set.
    public var dataset: String
    /// The number of training samples.
    public var samples: Int
  }

  /// Which training it is.
  public let identity: Identity
  /// The epochs done.
  public let epoch: Int
  /// The steps done.
  public let steps: Int
  /// The mean loss of the last epoch; nil before the first.
  let trainingLoss: Double?
  /// What was trained.
  public let architecture: Architecture
  /// What the network has learnt, after the last epoch.
  public let tensors: [NamedTensor]
  let network: NetworkTrainingState
  let order: BatchOrder
  /// Nil without augmentation.
  let augmentation: RandomStream?
  /// Nil without early stopping.
  let best: EarlyStopping.BestEpoch?
}

extension TrainingCheckpoint.Identity {
  /// Throws unless the checkpoint is of a certain training.
  func check(against wanted: Self) throws(CheckpointError) {
    func check(
      _ what: String, _ expected: some CustomStringConvertible, _ found: some CustomStringConvertible
    ) throws(CheckpointError) {
      guard expected.description == found.description else {
        throw .foreign(what: what, expected: expected.description, found: found.description)
      }
    }
    try check("candidate", wanted.hash, hash)
    try check("seed", wanted.seed, seed)
    try check("trial", wanted.trial, trial)
    try check("data set", wanted.dataset, dataset)
    try check("number of training samples", wanted.samples, samples)
  }
}

extension TrainingCheckpoint {
  /// Throws unless all parts are there that a training has, in its sizes, and its figures can be true.
  func check(
    against progress: TrainingProgress, of built: borrowing Network, epochs: Int, stepsAnEpoch: Int
  ) throws(CheckpointError) {
    guard 0...epochs ~= epoch, (trainingLoss == nil) == (epoch == 0) else {
      throw .damaged("epoch: expected 0 ... \(epochs) with its loss, got \(epoch)")
    }
    guard steps == epoch * stepsAnEpoch else {
      throw .damaged("steps: expected \(epoch * stepsAnEpoch) after \(epoch) epochs, got \(steps)")
    }
    for (name, power) in [("beta1", network.beta1Power), ("beta2", network.beta2Power)]
    where !(0...1 ~= power) {
      throw .damaged("\(name) to the power of the steps: expected a number in 0 ... 1, got \(power)")
    }
    guard (augmentation == nil) == (progress.augmenter == nil) else {
      throw .damaged("augmentation: expected its random stream where the training has one, and only there")
    }
    guard order.rows.count == progress.order.rows.count else {
      throw .damaged(
        "batches: expected an order of \(progress.order.rows.count) samples, got \(order.rows.count)")
    }
    guard let best else { return }
    guard progress.stopping != nil, 1...max(1, epoch) ~= best.epoch else {
      throw .damaged("best epoch: expected one of 1 ... \(epoch) of a training with patience")
    }
    guard best.evaluation.isPossible else {
      throw .damaged(
        "best epoch: expected a finite loss and an accuracy in 0 ... 1, or an error and R2 up to 1")
    }
    let (parameters, state) = (built.parameterCount, built.state.count)
    guard best.parameters.count == parameters, best.state.count == state else {
      throw .damaged(
        "best epoch: expected \(parameters) parameters and \(state) numbers of state, got "
          + "\(best.parameters.count) and \(best.state.count)")
    }
  }
}

extension Evaluation {
  /// Whether it can be that of some network: of a classification or of a regression, and nothing beyond its range.
  var isPossible: Bool {
    guard loss.isFinite else { return false }
    if let accuracy { return 0...1 ~= accuracy && rmse == nil && r2 == nil }
    guard let rmse, let r2 else { return false }
    return rmse >= 0 && rmse.isFinite && r2 <= 1 && r2.isFinite
  }
}

/// Why a training cannot go on from a checkpoint; in one line, with the remedy.
public enum CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be read or written.
  case inaccessible(String)
  /// The file is none of ours.
  case notACheckpoint(String)
  /// A later version wrote it.
  case newer(version: String)
  /// The file is not as it was written.
  case damaged(String)
  /// It is that of another training.
  case foreign(what: String, expected: String, found: String)
  /// The weights are not those of the network.
  case weights(WeightsError)

  /// What was expected, what was found and what to do.
  public var description: String {
    switch self {
    case .inaccessible(let reason): "checkpoint: \(reason)"
    case .notACheckpoint(let problem):
      "checkpoint: \(problem); give a file that a paused training wrote, or train from the start"
    case .newer(let version):
      "checkpoint: expected the format version \(TrainingCheckpoint.formatVersion), got \(version); use the version of "
        + "wattle that wrote it, or train from the start"
    case .damaged(let problem): "checkpoint: \(problem); it is damaged, train from the start"
    case .foreign(let what, let expected, let found):
      "checkpoint: expected the \(what) \(expected), got \(found); take the checkpoint of this training"
    case .weights(let error): "checkpoint: \(error)"
    }
  }
}
