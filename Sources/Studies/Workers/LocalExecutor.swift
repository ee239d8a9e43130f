import EnergyMetering
import Foundation
import Logging

/// Trains in worker processes on this machine, one pinned to each core, and meters them.
///
/// This process is the only reader of the meter. Whenever a training starts or ends, and at least once a second, the
/// energy since the last reading is booked: a worker's share to its trial, or to the overhead while it has none.
public final class LocalExecutor: TrialExecutor {
  /// What the executor needs to know.
  public struct Configuration: Sendable {
    /// The number of worker processes.
    public var workers: Int
    /// The processors to pin them to, one each in turn.
    public var processors: [Int]
    /// The kernel set that OpenBLAS shall use; nil leaves the choice to OpenBLAS.
    public var blasCore: String?
    /// The data that the workers prepare.
    public var setup: WorkerSetup
    /// The program to start as a worker and its arguments; the processor's number and `--tally` are appended.
    public var executable: String
    /// See `executable`.
    public var arguments: [String]
    /// What workers may take.
    public var limits: WorkerLimits

    /// A configuration.
    public init(
      workers: Int, processors: [Int], blasCore: String?, setup: WorkerSetup,
      executable: String = "/proc/self/exe", arguments: [String] = ["worker"],
      limits: WorkerLimits = WorkerLimits()
    ) {
      self.workers = workers
      self.processors = processors
      self.blasCore = blasCore
      self.setup = setup
      self.executable = executable
      self.arguments = arguments
      self.limits = limits
    }
  }

  /// How many trainings and measurings are under way.
  public var runningCount: Int { workers.count { $0.trial != nil || $0.activity == .measuring } }
  /// The engine as the workers found it.
  public private(set) var workerDescription: WorkerDescription?

  private let configuration: Configuration
  private let meter: EnergyMeter
  let log: Logger
  private(set) var workers: [WorkerProcess] = []
  private var accounts: [Int: RunningAccount] = [:]
  let zero: EnergyReading
  private var workersMade = 0
  private var overhead: EnergyReading
  private var strategy: EnergyReading
  private var strategyShare: StrategyShare
  private var idle: EnergyReading
  private var measuring: EnergyReading
  /// Measurings that ended and were not yet taken.
  var measurements: [InferenceCompletion] = []
  private var checkpoints: [TrialCheckpoint] = []
  private var warned: Set<String> = []
  /// How many workers in a row ended before they were ready.
  private var failedPreparations = 0
  /// Why the workers cannot go on, until the trainings that ended before are handed over.
  private var failure: (any Error)?

  /// Memory can be filled fast.
  private static let secondsBetweenLooks = 0.5

  /// So many workers in a row may end before they are ready, for instance while memory is short.
  private static let toleratedFailedPreparations = 2

  /// A training under way: its energy so far and what is needed to compute its duration.
  private struct RunningAccount {
    var energy: EnergyReading
    var startTime: Double
    var startProcessorSeconds: Double
    /// The most epochs that the training can have.
    var mostEpochs: Int
    var interim: InterimCheckpoints?
  }

  /// Starts the workers.
  ///
  /// - Throws: ``SystemCallError`` if a process cannot be started.
  public init(_ configuration: Configuration, meter: EnergyMeter, log: Logger) throws {
    self.configuration = configuration
    self.meter = meter
    self.log = log
    zero = EnergyReading.zero(meter.source.provenance)
    overhead = zero
    strategy = zero
    let ownConsumption = Self.ownConsumption()
    strategyShare = StrategyShare(since: ownConsumption.cpuSeconds)
    idle = zero
    measuring = zero
    // Writing to a worker that died is to be an error, not the end of this process.
    signal(SIGPIPE, SIG_IGN)
    try meter.begin([ownConsumption])
    for index in 0..<max(1, configuration.workers) {
      workers.append(try makeWorker(index))
    }
  }

  deinit {
    for worker in workers { worker.reap(force: true) }
  }

  /// How many workers wait for a training.
  public var freeSlots: Int { workers.count { $0.activity == .idle } }

  /// Hands a training to a waiting worker.
  public func start(_ job: TrialJob) throws {
    guard let worker = workers.first(where: { $0.activity == .idle }) else {
      preconditionFailure("a training was started without a free worker")
    }
    book()
    worker.activity = .training(trial: job.trial)
    accounts[job.trial] = RunningAccount(
      energy: zero, startTime: monotonicSeconds(),
      startProcessorSeconds: worker.consumption().cpuSeconds, mostEpochs: job.candidate.training.epochs,
      interim: job.interim)
    worker.watch.begin(earlierSeconds: job.earlierSeconds ?? 0)
    do {
      try worker.send(.train(job))
    } catch {
      // The worker died while idle; its end is noticed, and the trial failed, at the next wait.
      log.warning("worker \(worker.identifier): \(error)")
    }
  }

  /// The checkpoints that were written since this was last asked.
  public func takeCheckpoints() -> [TrialCheckpoint] {
    defer { checkpoints = [] }
    return checkpoints
  }

  /// Asks running trainings to stop at the end of their epochs.
  public func pause() {
    for worker in workers where worker.trial != nil {
      worker.isAskedToPause = true
      do {
        try worker.send(.pause)
      } catch {
        log.warning("worker \(worker.identifier): \(error)")
      }
    }
  }

  /// Waits for trainings to end.
  public func waitForCompletions(timeoutSeconds: Double) throws -> [TrialCompletion] {
    if let failure { throw failure }
    var descriptors = workers.flatMap { worker in
      // Poll passes over negative descriptors; one that was closed at the other end it would report at once, always.
      [worker.responses, worker.complaintsAreOpen ? worker.complaints : -1].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
    }
    let seconds = min(timeoutSeconds, Self.secondsBetweenLooks)
    let count = poll(&descriptors, nfds_t(descriptors.count), Int32(seconds * 1000))
    if count < 0 && errno != EINTR { throw SystemCallError(call: "poll") }
    lookAtWorkers()
    guard count > 0 else { return [] }
    var completions: [TrialCompletion] = []
    for index in workers.indices {
      if descriptors[2 * index + 1].revents != 0 { workers[index].readComplaints() }
      guard descriptors[2 * index].revents != 0 else { continue }
      do {
        try serve(index, into: &completions)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure, completions.isEmpty { throw failure }
    return completions
  }

  /// Ends workers that hang or take more than they may.
  private func lookAtWorkers() {
    book()
    let now = monotonicSeconds()
    for worker in workers where worker.verdict == nil {
      if let verdict = worker.watch.look(
        at: now, worker.activity, worker.consumption(), limits: configuration.limits)
      {
        worker.end(verdict)
      }
    }
  }

  /// Charges processor seconds of this process to the strategy's account; the energy follows at the next booking.
  public func charge(strategySeconds: Double) { strategyShare.add(strategySeconds) }

  /// The books up to now.
  public func books() -> EnergyBooks {
    book()
    return closedBooks()
  }

  /// Ends all workers.
  public func finish() -> EnergyBooks {
    book()
    for worker in workers { worker.reap(force: worker.activity != .idle) }
    book()
    workers.removeAll()
    return closedBooks()
  }

  private func closedBooks() -> EnergyBooks {
    EnergyBooks(
      overhead: overhead, strategy: strategy, idle: idle,
      running: accounts.values.reduce(zero) { $0 + $1.energy }, measuring: measuring, metered: meter.total)
  }

  /// Books the energy since the last reading.
  ///
  /// - Returns: whether the meter could be read; if not, the energy comes with the next reading.
  @discardableResult
  func book() -> Bool {
    let own = Self.ownConsumption()
    let interval = meter.advance([own] + workers.map { $0.consumption() })
    for warning in interval.warnings where warned.insert(warning).inserted { log.warning("\(warning)") }
    if interval.isGap { return false }
    idle += interval.idle
    let share = strategyShare.take(upTo: own.cpuSeconds)
    let trials = Dictionary(
      uniqueKeysWithValues: workers.compactMap { worker in worker.trial.map { (worker.name, $0) } })
    for consumer in interval.consumers {
      if let trial = trials[consumer.id], accounts[trial] != nil {
        accounts[trial]?.energy += consumer.reading
      } else if let worker = workers.first(where: { $0.name == consumer.id && $0.activity == .measuring }) {
        measuring += consumer.reading
        worker.windows?.take(consumer.reading)
      } else if consumer.id == own.id {
        strategy += consumer.reading * share
        overhead += consumer.reading * (1 - share)
      } else {
        overhead += consumer.reading
      }
    }
    return true
  }

  private func serve(_ index: Int, into completions: inout [TrialCompletion]) throws {
    let worker = workers[index]
    switch worker.responseReader.read(from: worker.responses) {
    case .lines(let lines):
      for line in lines {
        if let completion = try handle(line, from: worker) {
          completions.append(completion)
        }
      }
    case .ended:
      try replace(index, into: &completions)
    case .tooLong:
      worker.end(.init(reason: "the worker wrote more than a message can be", isFault: true))
      try replace(index, into: &completions)
    }
  }

  private func handle(_ line: [UInt8], from worker: WorkerProcess) throws -> TrialCompletion? {
    // What a worker says while it is being ended is of no interest any more.
    guard worker.verdict == nil else { return nil }
    guard let response = try? JSONDecoder().decode(WorkerResponse.self, from: Data(line)),
      response.isPlausible, isTimely(response, from: worker)
    else {
      let text = String(decoding: line.prefix(80), as: UTF8.self).onOneLine(limit: 80)
      worker.end(.init(reason: "the worker wrote a line that is no message: \(text)", isFault: true))
      return nil
    }
    worker.watch.hear()
    switch response {
    case .ready(let description):
      book()
      workerDescription = workerDescription ?? description
      failedPreparations = 0
      worker.activity = .idle
      return nil
    case .trained(let trial, let outcome, let peakMemoryBytes, let restart, let lostCheckpoint):
      guard worker.trial == trial else { return nil }
      var completion = complete(worker, trial, .trained(outcome), peakMemoryBytes: peakMemoryBytes)
      completion.restart = restart
      completion.lostCheckpoint = lostCheckpoint
      return completion
    case .begunAnew(let trial):
      if worker.trial == trial { worker.watch.beginsAnew() }
      return nil
    case .checkpointed(let trial, let epoch, let lostCheckpoint):
      note(worker, trial, checkpointAfter: epoch, lostCheckpoint)
      return nil
    case .paused(let trial, let epoch, let lostCheckpoint):
      guard worker.trial == trial else { return nil }
      note(worker, trial, checkpointAfter: epoch, lostCheckpoint)
      var completion = complete(worker, trial, .paused, peakMemoryBytes: nil)
      completion.lostCheckpoint = lostCheckpoint
      return completion
    case .failed(let trial, let reason):
      if worker.windows?.trial == trial { endMeasuring(worker, .failed(reason)) }
      guard worker.trial == trial else { return nil }
      return complete(worker, trial, .failed(reason.onOneLine(limit: 1_000)), peakMemoryBytes: nil)
    case .notWritten(let path, let reason):
      throw RunFolderError.cannotWrite(path: path, reason: reason)
    case .inferenceReady(let trial, let trainingBatch):
      lead(worker, trial: trial) { $0.begin(trainingBatch: trainingBatch, isGap: $1) }
      return nil
    case .inferred(let trial, let count):
      lead(worker, trial: trial) { $0.add(count, isGap: $1) }
      return nil
    case .unusable(let reason):
      throw WorkerUnusableError(reason: reason)
    }
  }

  /// Whether a worker that does its work can say this now, and of the training that it has.
  private func isTimely(_ response: WorkerResponse, from worker: WorkerProcess) -> Bool {
    func isEpoch(_ epoch: Int, of trial: Int) -> Bool {
      guard worker.trial == trial, let account = accounts[trial] else { return true }
      return epoch <= account.mostEpochs
    }
    return switch response {
    case .ready: worker.activity == .preparing
    case .trained(let trial, let outcome, _, _, _): isEpoch(outcome.epochs, of: trial)
    case .checkpointed(let trial, let epoch, _): isEpoch(epoch, of: trial)
    case .paused(let trial, let epoch, _): worker.isAskedToPause && isEpoch(epoch, of: trial)
    case .begunAnew, .failed, .notWritten, .inferenceReady, .inferred, .unusable: true
    }
  }

  /// Notes that a training has written a checkpoint: what it took up to now is not lost with it.
  private func note(
    _ worker: WorkerProcess, _ trial: Int, checkpointAfter epoch: Int, _ lostCheckpoint: String?
  ) {
    guard worker.trial == trial, let interim = accounts[trial]?.interim else { return }
    book()
    guard let account = accounts[trial] else { return }
    checkpoints.append(
      TrialCheckpoint(
        trial: trial, path: interim.path(ofEpoch: epoch), energy: account.energy,
        // What passed while everything was stopped does not count against the limit of a later attempt.
        wallSeconds: min(monotonicSeconds() - account.startTime, worker.watch.attemptSeconds),
        cpuSeconds: worker.consumption().cpuSeconds - account.startProcessorSeconds,
        lostCheckpoint: lostCheckpoint))
  }

  private func complete(
    _ worker: WorkerProcess, _ trial: Int, _ result: TrialResult, peakMemoryBytes: Int?
  ) -> TrialCompletion {
    book()
    worker.activity = .idle
    let processorSeconds = worker.consumption().cpuSeconds
    let account =
      accounts.removeValue(forKey: trial)
      ?? RunningAccount(
        energy: zero, startTime: monotonicSeconds(), startProcessorSeconds: processorSeconds, mostEpochs: 0)
    return TrialCompletion(
      trial: trial, result: result, energy: account.energy,
      wallSeconds: monotonicSeconds() - account.startTime,
      cpuSeconds: processorSeconds - account.startProcessorSeconds, peakMemoryBytes: peakMemoryBytes)
  }

  /// Puts a new worker in the place of one that ended, and fails the trial that it had.
  private func replace(_ index: Int, into completions: inout [TrialCompletion]) throws {
    let worker = workers[index]
    let ending = worker.reap(force: true) ?? "the worker ended early"
    worker.readComplaints()
    var cause = worker.verdict?.reason ?? ending
    if !worker.lastComplaint.isEmpty { cause += ": \(worker.lastComplaint)" }
    if worker.activity == .preparing {
      failedPreparations += 1
      // If none was ever ready, the program or the data are at fault, and another try would end the same way; unless it
      // was killed, which may be chance.
      if workerDescription == nil && !worker.wasKilled
        || failedPreparations > Self.toleratedFailedPreparations
      {
        throw WorkerUnusableError(reason: cause)
      }
    }
    if let trial = worker.trial {
      let isFault = worker.verdict?.isFault ?? true
      completions.append(
        complete(worker, trial, isFault ? .faulted(cause) : .failed(cause), peakMemoryBytes: nil))
    } else if worker.activity == .measuring {
      endMeasuring(worker, .cutOff(cause))
    } else {
      log.warning("a waiting worker ended and is replaced: \(cause)")
      book()
    }
    workers[index] = try makeWorker(index)
  }

  /// What this process has used up to now.
  static func ownConsumption() -> ConsumerActivity {
    let clock = ProcessClock()
    return ConsumerActivity(
      id: "study", cpuSeconds: (try? clock.cpuSeconds()) ?? 0,
      residentBytes: (try? clock.residentBytes()) ?? 0)
  }

  private func makeWorker(_ index: Int) throws -> WorkerProcess {
    workersMade += 1
    let processors = configuration.processors
    let processor = processors.isEmpty ? nil : processors[index % processors.count]
    let worker = try WorkerProcess(
      WorkerProcess.Launch(
        name: "worker-\(workersMade)", executable: configuration.executable,
        arguments: configuration.arguments + (processor.map { ["--processor", "\($0)"] } ?? [])
          + [OperationTally.argument],
        processor: processor,
        environment: BLASCore.environment(choosing: configuration.blasCore)))
    do {
      try worker.send(.prepare(configuration.setup))
    } catch {
      // The worker died already; its end is noticed, with the cause, at the next wait.
      log.warning("worker \(worker.identifier): \(error)")
    }
    return worker
  }
}

/// No worker can do its work, for instance since the data do not load.
public struct WorkerUnusableError: Error, CustomStringConvertible, Sendable {
  /// Why, in one line.
  public let reason: String
  /// Whether the system is at fault, which refuses the worker what it needs, and neither the program nor the data.
  public var isOfSystem: Bool { reason.contains("exited with code 71") }

  /// The reason.
  public var description: String { "the workers cannot train: \(reason)" }
}

/// Seconds on a clock that never jumps.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
