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
/// A worker that is lost takes its training with it. After a while another takes its place and trains from the first epoch
/// on, as schedulers do that requeue a job; what was spent is booked to the trainings that were cut off. A training whose
/// workers were lost too often has failed.
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
    /// How often a training whose worker was lost is begun again.
    public var retries: Int
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
      workers: Int = 1, seed: UInt64 = 1, failureShare: Double = 0, lossShare: Double = 0, retries: Int = 3,
      replacementSeconds: Double = 0, stretch: Double = 1, scatter: Double = 0, stragglerShare: Double = 0,
      slowness: Double = 10, watts: Double = CostModel.usualWatts
    ) {
      self.workers = workers
      self.seed = seed
      self.failureShare = failureShare
      self.lossShare = lossShare
      self.retries = retries
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
    enum Ending { case trained, failed, lost, replaced }

    var job: TrialJob
    var attempt: Int
    var start: Double
    var end: Double
    var ending: Ending
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
    ($0.end, $0.job.trial) < ($1.end, $1.job.trial)
  }
  /// How many workers train, not counting those that wait for a replacement.
  private var trainingCount = 0
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
  /// How many trainings are under way.
  public var runningCount: Int { phases.count }

  /// Begins a training.
  public func start(_ job: TrialJob) {
    precondition(freeSlots > 0, "a training was started without a free worker")
    begin(job, attempt: 0)
    let workerSeconds = Double(options.workers) * clock
    utilisation = workerSeconds > 0 ? (usage.busySeconds + secondsUnderWay) / workerSeconds : 0
  }

  /// - Precondition: never called: a simulated network has no inferences that could be measured.
  public func start(_ job: InferenceJob) {
    preconditionFailure("a simulated cluster measures no inferences")
  }

  /// None: nothing is measured.
  public func takeMeasurements() -> [InferenceCompletion] { [] }

  /// Turns the clock to the end of the next training.
  public func waitForCompletions(timeoutSeconds: Double) -> [TrialCompletion] {
    while let phase = phases.pop() {
      clock = phase.end
      let seconds = phase.end - phase.start
      if phase.ending != .replaced {
        trainingCount -= 1
        startSum = trainingCount == 0 ? 0 : startSum - phase.start
      }
      switch phase.ending {
      case .replaced: begin(phase.job, attempt: phase.attempt)
      case .lost:
        usage.lostSeconds += seconds
        usage.losses += 1
        guard phase.attempt < options.retries else {
          return [
            completion(phase.job, .failed("the worker was lost \(phase.attempt + 1) times"), seconds: 0)
          ]
        }
        phases.push(
          Phase(
            job: phase.job, attempt: phase.attempt + 1, start: clock, end: clock + options.replacementSeconds,
            ending: .replaced))
      case .failed:
        usage.failedSeconds += seconds
        return [completion(phase.job, .failed("simulated failure"), seconds: seconds)]
      case .trained:
        usage.trainedSeconds += seconds
        return [completion(phase.job, .trained(outcomes.outcome(of: phase.job)), seconds: seconds)]
      }
    }
    return []
  }

  /// Notes what the strategy took; the simulated meter knows the trainings only.
  public func charge(strategySeconds seconds: Double) { strategySeconds += seconds }

  /// The books at the virtual time. Attempts that were lost stand among the trainings that were cut off.
  public func books() -> EnergyBooks {
    let underWay = secondsUnderWay + usage.lostSeconds
    let zero = EnergyReading.zero(provenance)
    return EnergyBooks(
      overhead: zero, idle: zero, running: reading(ofSeconds: underWay),
      metered: reading(ofSeconds: usage.trainedSeconds + usage.failedSeconds + underWay))
  }

  /// The last books.
  public func finish() -> EnergyBooks { books() }

  /// What the trainings under way took up to now.
  private var secondsUnderWay: Double { max(0, Double(trainingCount) * clock - startSum) }

  private func begin(_ job: TrialJob, attempt: Int) {
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
    trainingCount += 1
    startSum += clock
    phases.push(
      Phase(
        job: job, attempt: attempt, start: clock, end: clock + seconds,
        ending: isLost ? .lost : fails ? .failed : .trained))
  }

  private func completion(_ job: TrialJob, _ result: TrialResult, seconds: Double) -> TrialCompletion {
    TrialCompletion(
      trial: job.trial, result: result, energy: reading(ofSeconds: seconds), wallSeconds: seconds,
      cpuSeconds: seconds, peakMemoryBytes: nil)
  }

  private func reading(ofSeconds seconds: Double) -> EnergyReading {
    let energy = Energy(joules: seconds * options.watts)
    return EnergyReading(energy: energy, low: energy, high: energy, provenance: provenance)
  }
}
