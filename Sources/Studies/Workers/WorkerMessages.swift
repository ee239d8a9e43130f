import Datasets
import EnergyMetering
import Training

// What the study and its worker processes say to each other: one JSON object a line.

/// What a worker needs once, before its first training.
public struct WorkerSetup: Codable, Sendable {
  /// The data set.
  public var dataset: DatasetReference
  /// The fractions of training, validation and test part.
  public var split: [Double]
  /// The study's seed.
  public var seed: UInt64

  /// What a worker needs.
  public init(dataset: DatasetReference, split: [Double], seed: UInt64) {
    self.dataset = dataset
    self.split = split
    self.seed = seed
  }
}

/// A training to do.
public struct TrialJob: Codable, Sendable {
  /// The trial's number.
  public var trial: Int
  /// What to train.
  public var candidate: Candidate
  /// Where the training's random numbers come from; nil for the study's seed and this trial's number.
  public var streams: Streams?
  /// Where to write the trained network as safetensors; nil for nowhere.
  public var weightsPath: String?
  /// The last epoch of this job, counted from the start of the training; nil for all of the candidate's. The outcome is
  /// that of the training so far; it has fewer epochs than this where early stopping has ended the training.
  public var untilEpoch: Int?
  /// Where to write a checkpoint of the training as it stands at the end of this job; nil for nowhere.
  public var checkpointPath: String?
  /// The checkpoint of this training to go on from; nil to begin it.
  public var resumesFrom: String?
  /// Whether the training begins anew where there is no such checkpoint, or no such weights to inherit, or they are of no use;
  /// nil fails it.
  public var beginsAnew: Bool?
  /// The weights of a parent, or a checkpoint, that the training begins with as far as they fit (`Network.adopt`); nil
  /// for initial weights alone. Of no effect on a training that goes on, since it has begun with them.
  public var inheritsFrom: String?
  /// The number of the random streams that the inherited weights come from: others are of no use. Nil takes any.
  public var inheritsTrial: Int?
  /// The epochs of the training where it begins with inherited weights; its schedule is drawn together. Nil for all of the
  /// candidate's.
  public var inheritedEpochs: Int?
  /// Checkpoints while it is trained, so that it can go on after the death of a process; nil for none.
  public var interim: InterimCheckpoints?
  /// The seconds that earlier attempts at this training took, up to where this one goes on.
  public var earlierSeconds: Double?

  /// The key of random streams: all draws of a training come from streams of (seed, trial, purpose).
  public struct Streams: Codable, Hashable, Sendable {
    /// The seed.
    public var seed: UInt64
    /// The trial's number.
    public var trial: Int

    /// A key.
    public init(seed: UInt64, trial: Int) {
      self.seed = seed
      self.trial = trial
    }
  }

  /// A training to do.
  public init(
    trial: Int, candidate: Candidate, streams: Streams? = nil, weightsPath: String? = nil,
    untilEpoch: Int? = nil, checkpointPath: String? = nil, resumesFrom: String? = nil,
    beginsAnew: Bool? = nil, inheritsFrom: String? = nil, inheritsTrial: Int? = nil,
    inheritedEpochs: Int? = nil, interim: InterimCheckpoints? = nil
  ) {
    self.trial = trial
    self.candidate = candidate
    self.streams = streams
    self.weightsPath = weightsPath
    self.untilEpoch = untilEpoch
    self.checkpointPath = checkpointPath
    self.resumesFrom = resumesFrom
    self.beginsAnew = beginsAnew
    self.inheritsFrom = inheritsFrom
    self.inheritsTrial = inheritsTrial
    self.inheritedEpochs = inheritedEpochs
    self.interim = interim
  }
}

/// The checkpoints of a training that is under way: at its end they are of no more use.
public struct InterimCheckpoints: Codable, Hashable, Sendable {
  /// What the paths of the files begin with; the number of the epoch and `.checkpoint` follow.
  public var prefix: String
  /// One is written at the end of the first epoch after so many seconds, again and again.
  public var seconds: Double
  /// The one that the training goes on from; nil to begin as the job says. Where it is of no use, it begins so as well.
  public var resumesFrom: String?

  /// Checkpoints.
  public init(prefix: String, seconds: Double, resumesFrom: String? = nil) {
    self.prefix = prefix
    self.seconds = seconds
    self.resumesFrom = resumesFrom
  }

  /// The path of the checkpoint after an epoch.
  public func path(ofEpoch epoch: Int) -> String { "\(prefix)\(epoch).checkpoint" }

  /// The epoch after which the training goes on; nil where it begins as the job says.
  public var resumesAfterEpoch: Int? { resumesFrom.flatMap(epoch) }

  /// The epoch after which a checkpoint was written; nil where the path is that of another file.
  public func epoch(ofPath path: String) -> Int? {
    path.hasPrefix(prefix) ? Int(path.dropFirst(prefix.count).prefix { $0 != "." }) : nil
  }
}

/// What the study says to a worker.
enum WorkerRequest: Codable, Sendable {
  /// Load and prepare the data; answered by `ready`.
  case prepare(WorkerSetup)
  /// Train; answered by `trained` or `failed`.
  case train(TrialJob)
  /// Build and warm up a network to run inferences; answered by `inferenceReady` or `failed`.
  case prepareInference(InferenceJob)
  /// Run inferences of the network that was built last; answered by `inferred`.
  case infer(InferenceTurn)
  /// Stop the training that is under way at the end of its epoch, with a checkpoint where it has a place for one. It comes in
  /// while another request is worked on, which it changes the answer of.
  case pause
}

/// What a worker says to the study.
enum WorkerResponse: Codable, Sendable {
  /// The data are prepared.
  case ready(WorkerDescription)
  /// A training ended with a result; `restart` says why it began anew, if it was to go on with another trial's, and
  /// `lostCheckpoint` why its own checkpoint was of no use.
  case trained(
    trial: Int, outcome: TrainingOutcome, peakMemoryBytes: Int?, restart: String?, lostCheckpoint: String?)
  /// A training could not go on from its own checkpoint, and begins as if it had none.
  case begunAnew(trial: Int)
  /// A checkpoint of the training that is under way was written after an epoch, and it goes on.
  case checkpointed(trial: Int, epoch: Int, lostCheckpoint: String?)
  /// A training stopped behind its checkpoint after an epoch.
  case paused(trial: Int, epoch: Int, lostCheckpoint: String?)
  /// A training ended without one.
  case failed(trial: Int, reason: String)
  /// A training ended, and what it led to could not be written.
  case notWritten(path: String, reason: String)
  /// A network is built and warm; its batches in training have so many samples.
  case inferenceReady(trial: Int, trainingBatch: Int)
  /// Inferences were run.
  case inferred(trial: Int, count: InferenceCount)
  /// The worker cannot work at all, for instance since the data do not load.
  case unusable(reason: String)
}

/// The engine as a worker process found it.
public struct WorkerDescription: Codable, Hashable, Sendable {
  /// The kernel set that OpenBLAS uses, such as `SkylakeX`.
  public var blasCore: String
  /// OpenBLAS's version and build options.
  public var blasConfiguration: String
  /// The logical processor that the worker is pinned to; nil if pinning was refused.
  public var processor: Int?
}
