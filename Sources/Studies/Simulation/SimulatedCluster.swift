import EnergyMetering
import Numerics
import Training

/// An executor that trains nothing: workers on a virtual clock, of which some are slow, some are lost, and some trainings
/// fail.
///
/// How long a training takes follows from what it has to do and from chance; what it leads to follows from the candidate
/// alone (``SimulatedOutcomes``). All chance is keyed by the seed and the trial's number, so that a simulation can be
/// repeated. It stands for a cluster of any size, to see what a strategy and the journal make of it, and what they take of
/// the driver.
///
/// A worker that is lost takes its training with it, which the study is told as a fault of the worker; after a while another
/// takes its place.
///
/// ```swift
/// let cluster = SimulatedCluster(.init(workers: 1_000, failureShare: 0.05, lossShare: 0.02), parts: parts)
/// ```
///
/// - Complexity: O(log workers) a training.
public final class SimulatedCluster: TrialExecutor {
  /// What the cluster is like.
  public struct Options: Sendable {
    /// How many trainings run at once.
    public var workers: Int
    /// The seed of all chance.
    public var seed: UInt64
    /// The share of trainings that fail, somewhere on their way.
    public var failureShare: Double
    /// The share of attempts at a training on which the worker is lost, somewhere on their way.
    public var lossShare: Double
    /// Seconds until a lost worker is replaced.
    public var replacementSeconds: Double
    /// How many times as long as its quote says a training takes.
    public var stretch: Double
    /// The standard deviation of the logarithm of a training's duration.
    public var scatter: Double
    /// The share of trainings that take ``slowness`` times as long.
    public var stragglerShare: Double
    /// How many times as long a straggler takes.
    public var slowness: Double
    /// What a training draws.
    public var watts: Double

    /// A cluster; without other words nothing fails and nothing scatters.
    public init(
      workers: Int = 1, seed: UInt64 = 1, failureShare: Double = 0, lossShare: Double = 0,
      replacementSeconds: Double = 0, stretch: Double = 1, scatter: Double = 0, stragglerShare: Double = 0,
      slowness: Double = 10, watts: Double = CostModel.usualWatts
    ) {
      self.workers = workers
      self.seed = seed
      self.failureShare = failureShare
      self.lossShare = lossShare
      self.replacementSeconds = replacementSeconds
      self.stretch = stretch
      self.scatter = scatter
      self.stragglerShare = stragglerShare
      self.slowness = slowness
      self.watts = watts
    }
  }

  /// How the time of the workers was spent, in seconds of one worker.
  public struct Usage: Sendable {
    /// On trainings that came to a result.
    public fileprivate(set) var trainedSeconds = 0.0
    /// On trainings that failed.
    public fileprivate(set) var failedSeconds = 0.0
    /// On attempts that went down with their workers.
    public fileprivate(set) var lostSeconds = 0.0
    /// How many workers were lost.
    public fileprivate(set) var losses = 0

    /// All of it.
    public var busySeconds: Double { trainedSeconds + failedSeconds + lostSeconds }
  }

  /// What a worker is at until a moment.
  private struct Phase {
    enum Work {
      case training(TrialJob, Ending)
      /// The worker was lost and is not there.
      case replacement
    }

    enum Ending { case trained, failed, lost }

    var work: Work
    var start: Double
    var end: Double
    /// Decides which of two comes first that end at the same time.
    var rank: Int
  }

  /// No process of its own trains.
  public let workerDescription: WorkerDescription? = nil
  /// Virtual seconds since the beginning.
  public private(set) var clock = 0.0
  /// How the time was spent up to now, by trainings and attempts that ended.
  public private(set) var usage = Usage()
  /// The share of the workers' time in which they trained up to the moment at which the last training was begun, 0 to 1.
  /// Behind it workers stand idle since there is nothing left to train.
  public private(set) var utilisation = 0.0
  /// Processor seconds that the study charged to its strategy.
  public private(set) var strategySeconds = 0.0
  private let options: Options
  private let model: CostModel
  private let parts: PartSizes
  private let outcomes: SimulatedOutcomes
  private let provenance: EnergyProvenance
  /// The phase that ends first comes first.
  private var phases = MinimumHeap<Phase> {
    ($0.end, $0.rank) < ($1.end, $1.rank)
  }
  /// How many trainings are under way.
  public private(set) var runningCount = 0
  /// How often trainings that have not ended were begun.
  private var attempts: [Int: Int] = [:]
  /// The sum of the starts of what they train.
  private var startSum = 0.0

  /// A cluster on which candidates are trained with parts of data of the given sizes.
  public init(_ options: Options, parts: PartSizes) {
    self.options = options
    self.parts = parts
    model = CostModel(watts: options.watts)
    outcomes = SimulatedOutcomes(seed: options.seed, parts: parts)
    provenance = EnergyProvenance(
      source: "simulation", domains: ["simulated"], tier: .modelled, detail: "simulated cluster")
  }

  /// How many trainings can begin.
  public var freeSlots: Int { options.workers - phases.count }

  /// Begins a training.
  public func start(_ job: TrialJob) {
    precondition(freeSlots > 0, "a training was started without a free worker")
    begin(job)
    let workerSeconds = Double(options.workers) * clock
    utilisation = workerSeconds > 0 ? (usage.busySeconds + secondsUnderWay) / workerSeconds : 0
  }

  /// - Precondition: never called: a simulated network has no inferences that could be measured.
  public func start(_ job: InferenceJob) {
    preconditionFailure("a simulated cluster measures no inferences")
  }

  /// None: nothing is measured.
  public func takeMeasurements() -> [InferenceCompletion] { [] }

  /// Turns the clock to the end of the next training, or to where a worker is replaced: then nothing has ended.
  public func waitForCompletions(timeoutSeconds: Double) -> [TrialCompletion] {
    guard let phase = phases.pop() else { return [] }
    clock = phase.end
    guard case .training(let job, let ending) = phase.work else { return [] }
    runningCount -= 1
    startSum = runningCount == 0 ? 0 : startSum - phase.start
    let seconds = phase.end - phase.start
    let result: TrialResult
    switch ending {
    case .trained:
      usage.trainedSeconds += seconds
      result = .trained(outcomes.outcome(of: job))
    case .failed:
      usage.failedSeconds += seconds
      result = .failed("simulated failure")
    case .lost:
      usage.lostSeconds += seconds
      usage.losses += 1
      phases.push(
        Phase(work: .replacement, start: clock, end: clock + options.replacementSeconds, rank: phase.rank))
      result = .faulted("the worker was lost")
    }
    if ending != .lost { attempts[job.trial] = nil }
    return [
      TrialCompletion(
        trial: job.trial, result: result, energy: reading(ofSeconds: seconds), wallSeconds: seconds,
        cpuSeconds: seconds, peakMemoryBytes: nil)
    ]
  }

  /// Notes what the strategy took; the simulated meter knows the trainings only.
  public func charge(strategySeconds seconds: Double) { strategySeconds += seconds }

  /// The books at the virtual time.
  public func books() -> EnergyBooks {
    let zero = EnergyReading.zero(provenance)
    return EnergyBooks(
      overhead: zero, idle: zero, running: reading(ofSeconds: secondsUnderWay),
      metered: reading(ofSeconds: usage.busySeconds + secondsUnderWay))
  }

  /// The last books.
  public func finish() -> EnergyBooks { books() }

  /// What the trainings under way took up to now.
  private var secondsUnderWay: Double { max(0, Double(runningCount) * clock - startSum) }

  private func begin(_ job: TrialJob) {
    let attempt = attempts[job.trial, default: 0]
    attempts[job.trial] = attempt + 1
    var stream = RandomStream(
      seed: options.seed, trial: job.trial, purpose: "simulated-training-\(attempt)")
    let quote = (try? TrainingWorkload(job.candidate, parts, epochs: job.untilEpoch)).map(model.quote)
    let quoted = (quote?.joules ?? 0) / options.watts
    var seconds = quoted * options.stretch * (options.scatter * stream.normal()).exponential
    if stream.uniform() < options.stragglerShare { seconds *= options.slowness }
    let fails = stream.uniform() < options.failureShare
    if fails { seconds *= stream.uniform() }
    let isLost = stream.uniform() < options.lossShare
    if isLost { seconds *= stream.uniform() }
    runningCount += 1
    startSum += clock
    phases.push(
      Phase(
        work: .training(job, isLost ? .lost : fails ? .failed : .trained), start: clock, end: clock + seconds,
        rank: job.trial))
  }

  private func reading(ofSeconds seconds: Double) -> EnergyReading {
    let energy = Energy(joules: seconds * options.watts)
    return EnergyReading(energy: energy, low: energy, high: energy, provenance: provenance)
  }
}
