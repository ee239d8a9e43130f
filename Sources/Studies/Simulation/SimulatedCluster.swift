import EnergyMetering
import Numerics
import SearchSpaces
import Training

/// An executor that trains nothing: workers on a virtual clock, of which some are slow and some trainings fail.
///
/// How long a training takes follows from what it has to do and from chance; what it leads to follows from the candidate
/// alone. All chance is keyed by the seed and the trial's number, so that a simulation can be repeated. It stands for a
/// cluster of any size, to see what a strategy and the journal make of it, and what they take of the driver.
///
/// ```swift
/// let cluster = SimulatedCluster(.init(workers: 1_000, failureShare: 0.05), parts: parts)
/// ```
public final class SimulatedCluster: TrialExecutor {
  /// What the cluster is like.
  public struct Options: Sendable {
    /// How many trainings run at once.
    public var workers: Int
    /// The seed of all chance.
    public var seed: UInt64
    /// The share of trainings that fail, somewhere on their way.
    public var failureShare: Double
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
      workers: Int = 1, seed: UInt64 = 1, failureShare: Double = 0, scatter: Double = 0,
      stragglerShare: Double = 0, slowness: Double = 10, watts: Double = CostModel.usualWatts
    ) {
      self.workers = workers
      self.seed = seed
      self.failureShare = failureShare
      self.scatter = scatter
      self.stragglerShare = stragglerShare
      self.slowness = slowness
      self.watts = watts
    }
  }

  private struct Running {
    var job: TrialJob
    var start: Double
    var end: Double
    var fails: Bool
  }

  /// No process of its own trains.
  public let workerDescription: WorkerDescription? = nil
  /// Virtual seconds since the beginning.
  public private(set) var clock = 0.0
  private let options: Options
  private let parts: PartSizes
  private let model: CostModel
  private let provenance: EnergyProvenance
  /// A heap: the training that ends first comes first.
  private var running: [Running] = []
  /// The sum of the starts of the running trainings.
  private var startSum = 0.0
  private var endedSeconds = 0.0

  /// A cluster on which candidates are trained with parts of data of the given sizes.
  public init(_ options: Options, parts: PartSizes) {
    self.options = options
    self.parts = parts
    model = CostModel(watts: options.watts)
    provenance = EnergyProvenance(
      source: "simulation", domains: ["simulated"], tier: .modelled, detail: "simulated cluster")
  }

  /// How many trainings can begin.
  public var freeSlots: Int { options.workers - running.count }
  /// How many trainings are under way.
  public var runningCount: Int { running.count }

  /// Begins a training.
  public func start(_ job: TrialJob) {
    precondition(freeSlots > 0, "a training was started without a free worker")
    var stream = RandomStream(seed: options.seed, trial: job.trial, purpose: "simulated-training")
    let quote = (try? TrainingWorkload(job.candidate, parts, epochs: job.untilEpoch)).map(model.quote)
    var seconds = (quote?.joules ?? 0) / options.watts * (options.scatter * stream.normal()).exponential
    if stream.uniform() < options.stragglerShare { seconds *= options.slowness }
    let fails = stream.uniform() < options.failureShare
    if fails { seconds *= stream.uniform() }
    startSum += clock
    push(Running(job: job, start: clock, end: clock + seconds, fails: fails))
  }

  /// - Precondition: never called: a simulated network has no inferences that could be measured.
  public func start(_ job: InferenceJob) {
    preconditionFailure("a simulated cluster measures no inferences")
  }

  /// None: nothing is measured.
  public func takeMeasurements() -> [InferenceCompletion] { [] }

  /// Turns the clock to the end of the next training.
  public func waitForCompletions(timeoutSeconds: Double) -> [TrialCompletion] {
    guard let ended = pop() else { return [] }
    clock = ended.end
    startSum = running.isEmpty ? 0 : startSum - ended.start
    let seconds = ended.end - ended.start
    endedSeconds += seconds
    return [
      TrialCompletion(
        trial: ended.job.trial,
        result: ended.fails ? .failed("simulated failure") : .trained(outcome(ended.job)),
        energy: reading(ofSeconds: seconds), wallSeconds: seconds, cpuSeconds: seconds, peakMemoryBytes: nil)
    ]
  }

  /// Nothing is charged: the simulated meter knows the trainings only.
  public func charge(strategySeconds: Double) {}

  /// The books at the virtual time.
  public func books() -> EnergyBooks {
    let runningSeconds = max(0, Double(running.count) * clock - startSum)
    let zero = EnergyReading.zero(provenance)
    return EnergyBooks(
      overhead: zero, idle: zero, running: reading(ofSeconds: runningSeconds),
      metered: reading(ofSeconds: endedSeconds + runningSeconds))
  }

  /// The last books.
  public func finish() -> EnergyBooks { books() }

  private func reading(ofSeconds seconds: Double) -> EnergyReading {
    let energy = Energy(joules: seconds * options.watts)
    return EnergyReading(energy: energy, low: energy, high: energy, provenance: provenance)
  }

  /// What training a candidate so far leads to: the more parameters, the better, with diminishing returns, and something
  /// that is the candidate's own.
  private func outcome(_ job: TrialJob) -> TrainingOutcome {
    let all = job.candidate.training.epochs
    let epochs = min(job.untilEpoch ?? all, all)
    let parameters = Double((try? job.candidate.architecture.costs().parameters) ?? 0)
    var stream = RandomStream(
      seed: options.seed, trial: 0, purpose: "simulated-outcome-" + job.candidate.canonicalHash)
    let capacity = 1 / (1 + (parameters / 1000).squareRoot())
    let patience = (-3 * Double(epochs) / Double(all)).exponential
    let error = min(0.95, 0.02 + 0.3 * capacity + 0.3 * patience + 0.2 * stream.uniform())
    return TrainingOutcome(
      epochs: epochs, steps: epochs * ((parts.training + 31) / 32), trainingLoss: error,
      validationLoss: 3 * error,
      validationAccuracy: (Double(parts.validation) * (1 - error)).rounded()
        / Double(max(1, parts.validation)),
      testAccuracy: nil)
  }

  // MARK: The heap

  private func isBefore(_ left: Running, _ right: Running) -> Bool {
    left.end != right.end ? left.end < right.end : left.job.trial < right.job.trial
  }

  private func push(_ training: Running) {
    running.append(training)
    var index = running.count - 1
    while index > 0, case let parent = (index - 1) / 2, isBefore(running[index], running[parent]) {
      running.swapAt(index, parent)
      index = parent
    }
  }

  private func pop() -> Running? {
    guard let first = running.first else { return nil }
    let last = running.removeLast()
    guard !running.isEmpty else { return first }
    running[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < running.count {
        if isBefore(running[child], running[least]) { least = child }
      }
      if least == index { return first }
      running.swapAt(index, least)
      index = least
    }
  }
}
