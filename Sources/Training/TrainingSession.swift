import Datasets
import NeuralNetworks

/// A training that can pause after any epoch and go on later, in another process too, as if it had never paused.
///
/// ```swift
/// var session = try TrainingSession(candidate, on: data, seed: 7, trial: 12)
/// try session.advance(toEpoch: 2)
/// try session.checkpoint().write(to: "trial-12.checkpoint")
///
/// var later = try TrainingSession(candidate, on: data, seed: 7, trial: 12)
/// try later.restore(TrainingCheckpoint(contentsOf: "trial-12.checkpoint"))
/// try later.advance(toEpoch: candidate.training.epochs)
/// let outcome = try later.outcome()  // that of Trainer.train, to the last bit
/// ```
///
/// The schedule of the learning rate is always that of all the candidate's epochs. Results are equal to the bit on
/// processors that OpenBLAS takes the same kernels for.
public struct TrainingSession: ~Copyable {
  /// What is trained.
  public let candidate: Candidate
  /// The seed of the random streams.
  public let seed: UInt64
  /// The trial's number, the other half of their key.
  public let trial: Int
  /// The network as the last epoch left it; `withTrainedNetwork` has the one to keep.
  public private(set) var network: Network

  private let data: PreparedData
  private var progress: TrainingProgress

  /// A training before its first epoch, its network with its initial weights.
  ///
  /// - Parameters:
  ///   - candidate: what to train.
  ///   - data: the prepared data; not standardised for a candidate with an embedding.
  ///   - seed: the study's seed.
  ///   - trial: the trial's number.
  /// - Throws: `TrainingFailure` where the candidate cannot be built or does not fit the data.
  public init(
    _ candidate: Candidate, on data: PreparedData, seed: UInt64, trial: Int
  ) throws(TrainingFailure) {
    network = try Trainer.build(candidate, for: data, seed: seed, trial: trial)
    progress = TrainingProgress(candidate.training, on: data, seed: seed, trial: trial)
    (self.candidate, self.data, self.seed, self.trial) = (candidate, data, seed, trial)
  }

  /// The epochs done.
  public var epoch: Int { progress.report.epoch }

  /// Whether there is nothing more to train: all epochs are done, or early stopping has ended it.
  public var isOver: Bool { progress.isOver(candidate.training) }

  /// Starts from what a parent has learnt instead of from initial weights alone, as far as it fits.
  ///
  /// - Returns: how many parameters were inherited; see `Network.adopt(_:of:)`.
  /// - Throws: `WeightsError` unless the tensors are those of the parent; nothing is inherited then.
  /// - Precondition: no epoch is done.
  @discardableResult
  public mutating func inherit(
    _ tensors: [NamedTensor], of parent: Architecture
  ) throws(WeightsError) -> Int {
    precondition(epoch == 0, "weights are inherited before the first epoch")
    return try network.adopt(tensors, of: parent)
  }

  /// Trains on until so many epochs are done in all, or the training is over. Does nothing where they are done.
  ///
  /// Products run on one thread: `OpenBLAS.threadCount` is set to 1, for the process.
  ///
  /// - Parameters:
  ///   - epoch: the last epoch; beyond the candidate's epochs it means these.
  ///   - validatesEachEpoch: whether reports have an evaluation of the validation part, which takes time and energy.
  ///   - onEpoch: called after each epoch; may stop here, before `epoch` is reached.
  ///   - onStep: called after each step with the number of its samples.
  /// - Throws: `TrainingFailure.diverged`; the session is of no use then.
  /// - Complexity: O(epochs · samples · training FLOPs a sample); nothing is allocated in a step.
  public mutating func advance(
    toEpoch epoch: Int, validatesEachEpoch: Bool = false,
    onEpoch: (EpochReport) -> EpochDecision = { _ in .proceed }, onStep: (Int) -> Void = { _ in }
  ) throws(TrainingFailure) {
    try progress.advance(
      &network, as: candidate.training, on: data, toEpoch: epoch, validatesEachEpoch: validatesEachEpoch,
      onEpoch: onEpoch, onStep: onStep)
  }

  /// What the training has come to so far: the evaluations of the validation and the test part by the weights to keep.
  /// The session can go on afterwards.
  ///
  /// - Throws: `TrainingFailure.diverged`.
  /// - Precondition: an epoch is done.
  /// - Complexity: O((validation + test samples) · forward FLOPs); with patience the validation part is evaluated already.
  public mutating func outcome() throws(TrainingFailure) -> TrainingOutcome {
    precondition(epoch > 0, "there is no outcome before the first epoch")
    if OpenBLAS.threadCount != 1 { OpenBLAS.threadCount = 1 }
    let (progress, data) = (progress, data)
    return try withTrainedNetwork { network throws(TrainingFailure) in
      try progress.outcome(of: &network, on: data)
    }
  }

  /// Lends the network with the weights that the training keeps: of its best epoch if it has patience, else of its last.
  public mutating func withTrainedNetwork<Result, Failure: Error>(
    _ body: (inout Network) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let best = progress.stopping?.best, best.epoch != epoch else { return try body(&network) }
    let (parameters, state) = (network.parameters, network.state)
    defer {
      network.parameters = parameters
      network.state = state
    }
    progress.keepBestWeights(in: &network)
    return try body(&network)
  }

  // MARK: Checkpoints

  /// The most bytes of a checkpoint, about: the parameters, two vectors of the optimiser and the best weights.
  public var checkpointBytes: Int { 4 * MemoryLayout<Float>.stride * network.parameterCount }

  /// Everything that the training needs to go on from here.
  ///
  /// - Complexity: O(parameters + samples).
  public func checkpoint() -> TrainingCheckpoint {
    TrainingCheckpoint(
      identity: identity, epoch: epoch, steps: progress.report.steps,
      trainingLoss: epoch > 0 ? progress.report.trainingLoss : nil, architecture: candidate.architecture,
      tensors: network.namedTensors, network: network.trainingState, order: progress.order,
      augmentation: progress.augmenter?.stream, best: progress.stopping?.best)
  }

  /// Goes on where a training of the same candidate, on the same data and with the same seed and trial, was paused.
  ///
  /// - Throws: `CheckpointError` unless the checkpoint is of such a training; the session stays as it was then.
  /// - Complexity: O(parameters + samples).
  public mutating func restore(_ checkpoint: TrainingCheckpoint) throws(CheckpointError) {
    try checkpoint.identity.check(against: identity)
    try checkpoint.check(
      against: progress, of: network, epochs: candidate.training.epochs,
      stepsAnEpoch: candidate.training.stepsAnEpoch(of: data))
    let former = network.trainingState
    do { try network.setTrainingState(checkpoint.network) } catch { throw .weights(error) }
    do { try network.setTensors(checkpoint.tensors) } catch {
      // It is the network's own.
      try? network.setTrainingState(former)
      throw .weights(error)
    }
    progress.order = checkpoint.order
    if let stream = checkpoint.augmentation { progress.augmenter?.stream = stream }
    progress.stopping?.best = checkpoint.best
    progress.report = EpochReport(
      epoch: checkpoint.epoch, steps: checkpoint.steps, trainingLoss: checkpoint.trainingLoss ?? .infinity)
  }

  private var identity: TrainingCheckpoint.Identity {
    TrainingCheckpoint.Identity(
      hash: candidate.canonicalHash, seed: seed, trial: trial, dataset: data.name,
      samples: data.training.count)
  }
}
