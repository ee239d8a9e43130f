import EnergyMetering
import Training

/// Trains candidates somewhere and says what each training cost.
///
/// The study knows only this and ``SearchStrategies/SearchStrategy``; where the trainings run is the executor's matter.
public protocol TrialExecutor: AnyObject {
  /// How many more trainings can be started now.
  var freeSlots: Int { get }

  /// How many trainings and measurings are under way.
  var runningCount: Int { get }

  /// The engine as the workers found it; nil before the first is ready.
  var workerDescription: WorkerDescription? { get }

  /// Starts a training.
  ///
  /// - Precondition: `freeSlots > 0`.
  func start(_ job: TrialJob) throws

  /// Starts measuring what inferences of a trial's network take.
  ///
  /// - Precondition: `freeSlots > 0`.
  func start(_ job: InferenceJob) throws

  /// The measurings of inferences that ended since this was last asked, in the order in which they did.
  func takeMeasurements() -> [InferenceCompletion]

  /// Whether trainings write checkpoints of their own, and go on from them.
  var takesInterimCheckpoints: Bool { get }

  /// Whether trainings that were handed out go on when this process dies, and may be found again by a later one.
  var tasksOutliveStudy: Bool { get }

  /// The checkpoints that running trainings have written since this was last asked, in the order in which they did.
  func takeCheckpoints() -> [TrialCheckpoint]

  /// Nothing further is to be started: takes back what was handed out and has not begun, which is not told of as ended, and
  /// asks the trainings that run to stop behind a checkpoint. Those that cannot go on to their ends.
  func pause() throws

  /// Waits until something happened or the time is over.
  ///
  /// - Returns: the trainings that ended, in the order in which they did.
  func waitForCompletions(timeoutSeconds: Double) throws -> [TrialCompletion]

  /// Charges processor seconds of this process to the strategy's account: what proposing and learning took.
  func charge(strategySeconds: Double)

  /// What everything has cost so far, up to this moment.
  func books() throws -> EnergyBooks

  /// Hears that the last books are in the journal, with all trials whose end it has told.
  func booksWereRecorded()

  /// Ends the trainings that still run, if any, and all workers.
  ///
  /// - Returns: the closed books. Energy of trainings that were cut off stands in `running`.
  func finish() throws -> EnergyBooks
}

extension TrialExecutor {
  /// They do.
  public var takesInterimCheckpoints: Bool { true }

  /// They end with it.
  public var tasksOutliveStudy: Bool { false }

  /// None.
  public func takeCheckpoints() -> [TrialCheckpoint] { [] }

  /// Lets trainings go on to their ends.
  public func pause() {}

  /// Nothing to do where no books are kept elsewhere.
  public func booksWereRecorded() {}
}

/// A checkpoint that a training under way has written.
public struct TrialCheckpoint: Sendable, Equatable {
  /// The trial's number.
  public var trial: Int
  /// The file.
  public var path: String
  /// What this attempt at the training has taken up to the checkpoint.
  public var energy: EnergyReading
  /// Its seconds up to there.
  public var wallSeconds: Double
  /// Its processor seconds up to there.
  public var cpuSeconds: Double
  /// Why the checkpoint that the attempt was to go on from was of no use; nil if it was, or there was none.
  public var lostCheckpoint: String?

  /// A checkpoint.
  public init(
    trial: Int, path: String, energy: EnergyReading, wallSeconds: Double, cpuSeconds: Double,
    lostCheckpoint: String? = nil
  ) {
    self.trial = trial
    self.path = path
    self.energy = energy
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.lostCheckpoint = lostCheckpoint
  }
}

/// How an attempt at a training ended.
public struct TrialCompletion: Sendable {
  /// The trial's number.
  public var trial: Int
  /// What training led to, or in one line why it led to nothing.
  public var result: TrialResult
  /// The energy of this attempt.
  public var energy: EnergyReading
  /// Seconds from its start to the result.
  public var wallSeconds: Double
  /// Processor seconds.
  public var cpuSeconds: Double
  /// Largest resident size, where it is known.
  public var peakMemoryBytes: Int?
  /// Why a training that was to go on began anew instead; nil if it did not.
  public var restart: String?
  /// Why the training's own checkpoint was of no use, so that this attempt did it all; nil if it was, or there was none.
  public var lostCheckpoint: String?

  /// The end of an attempt.
  public init(
    trial: Int, result: TrialResult, energy: EnergyReading, wallSeconds: Double, cpuSeconds: Double,
    peakMemoryBytes: Int?, restart: String? = nil, lostCheckpoint: String? = nil
  ) {
    self.trial = trial
    self.result = result
    self.energy = energy
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.restart = restart
    self.lostCheckpoint = lostCheckpoint
  }
}

/// What an attempt at a training led to.
public enum TrialResult: Sendable {
  /// A trained network, evaluated.
  case trained(TrainingOutcome)
  /// Nothing, and why, in one line: another attempt would end the same way.
  case failed(String)
  /// Nothing, by a fault of the worker and not of the training, in one line: another attempt may lead to something.
  case faulted(String)
  /// Nothing yet: it stopped behind a checkpoint, which was reported before.
  case paused

  /// Why it led to nothing; nil where it did not fail.
  public var failure: String? {
    switch self {
    case .failed(let reason), .faulted(let reason): reason
    case .trained, .paused: nil
    }
  }
}

/// The energy of a session up to a moment, by account; trials that ended have their own.
///
/// What the ended trials took, `overhead`, `strategy`, `idle`, `running` and `measuring` add up to `metered`.
public struct EnergyBooks: Codable, Sendable {
  /// The study's own process without its strategy, workers that start, load data or wait.
  public var overhead: EnergyReading
  /// The strategy's own computing: proposing, and learning from trials.
  public var strategy: EnergyReading
  /// What the machine drew that nobody in the study caused.
  public var idle: EnergyReading
  /// Trainings under way.
  public var running: EnergyReading
  /// Measuring what inferences take, whether it came to an end or not.
  public var measuring: EnergyReading
  /// What the meter says in total.
  public var metered: EnergyReading
  /// The runs of tasks on a cluster that came into these books since they were last recorded. They are written down with
  /// them, but are no part of them.
  public var taskRuns: [BookedTaskRun] = []

  private enum CodingKeys: String, CodingKey {
    case overhead, strategy, idle, running, measuring, metered
  }

  /// All accounts and what the meter says, under their names in the journal, in the order of these.
  var accounts: [(name: String, reading: EnergyReading)] {
    [
      ("idle", idle), ("measuring", measuring), ("metered", metered), ("overhead", overhead),
      ("running", running), ("strategy", strategy),
    ]
  }

  /// The books of a session.
  ///
  /// - Parameters:
  ///   - strategy: nil for nothing.
  ///   - measuring: nil for nothing.
  public init(
    overhead: EnergyReading, strategy: EnergyReading? = nil, idle: EnergyReading, running: EnergyReading,
    measuring: EnergyReading? = nil, metered: EnergyReading
  ) {
    self.overhead = overhead
    self.strategy = strategy ?? .zero(metered.provenance)
    self.idle = idle
    self.running = running
    self.measuring = measuring ?? .zero(metered.provenance)
    self.metered = metered
  }

  /// Reads books, also those of versions that measured no inferences or had no account for the strategy.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      overhead: container.decode(EnergyReading.self, forKey: .overhead),
      strategy: container.decodeIfPresent(EnergyReading.self, forKey: .strategy),
      idle: container.decode(EnergyReading.self, forKey: .idle),
      running: container.decode(EnergyReading.self, forKey: .running),
      measuring: container.decodeIfPresent(EnergyReading.self, forKey: .measuring),
      metered: container.decode(EnergyReading.self, forKey: .metered))
  }
}
