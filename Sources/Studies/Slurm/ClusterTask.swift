import EnergyMetering
import Foundation
import Logging
import SearchSpaces
import Synchronization

/// One task of a job array, on its node: it does one training or measuring of its batch, meters it there, and leaves a report
/// in the run folder.
///
/// It works as a study on one machine does, with one worker process (``LocalExecutor``): what crashes, hangs or runs out of
/// memory is the worker, and the task lives to tell.
public struct ClusterTask {
  /// The most seconds between two reports of a task that runs: so much of its energy is unknown when its node dies.
  static let longestSilence = 5.0
  /// The fewest. In between a task reports each time its time has grown by a quarter.
  static let shortestSilence = 0.25

  private let batch: ClusterBatch
  private let work: ClusterWork
  private let run: TaskRun
  private let folder: ClusterFolder
  private let environment: [String: String]
  private let log: Logger

  /// The task of a batch that Slurm's environment variables name.
  ///
  /// - Parameter batchPath: the absolute path of the batch's file.
  /// - Throws: ``ClusterTaskError``.
  public init(
    batchPath: String, environment: [String: String] = ProcessInfo.processInfo.environment, log: Logger
  ) throws {
    do {
      batch = try ClusterFolder.readBatch(at: batchPath)
    } catch {
      throw ClusterTaskError(
        reason: "\(batchPath): expected a batch of tasks: \((error as? DecodingError)?.problem ?? "\(error)")"
      )
    }
    let variable = "SLURM_ARRAY_TASK_ID"
    guard let task = environment[variable].flatMap({ Int($0) }), batch.tasks.indices.contains(task) else {
      throw ClusterTaskError(
        reason: "\(variable): expected a task from 0 to \(batch.tasks.count - 1), got "
          + "'\((environment[variable] ?? "").onOneLine())'; this command is started by Slurm")
    }
    work = batch.tasks[task]
    run = TaskRun(of: SlurmScheduler.Place(job: batch.name, task: task))
    folder = ClusterFolder(holding: batchPath)
    self.environment = environment
    self.log = log
  }

  /// Whether the scheduler asked to end, by SIGTERM; SIGKILL follows soon.
  private static let isTerminated = Atomic<Bool>(false)

  /// Works, and reports.
  ///
  /// - Returns: whether the task ended by itself; false if the scheduler ended it.
  /// - Throws: what keeps it from reporting.
  public func serve(programVersion: String) throws -> Bool {
    signal(SIGPIPE, SIG_IGN)
    FileSizeSignal.ignore()
    signal(SIGTERM) { _ in ClusterTask.isTerminated.store(true, ordering: .relaxed) }
    // A task that was requeued after it had left its result has nothing to do.
    if folder.runs().contains(where: { $0.isResult && $0.run.place == run.place }) { return true }
    let host = HostDescription()
    var report = TaskReport(
      purpose: work.purpose, node: nodeName, jobID: environment["SLURM_JOB_ID"],
      restarts: environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0,
      host: RunHost(
        programVersion: programVersion, host: host, energy: EnergySourceReport(chosen: "", sources: []),
        workers: 1, engine: nil),
      books: EnergyBooks(
        overhead: .nothing, idle: .nothing, running: .nothing, metered: .nothing), state: .running)
    do {
      try work(&report, on: host)
    } catch let error as RunFolderError {
      guard case .cannotWrite(let path, let reason) = error else { throw error }
      report.state = .notWritten(path: path, reason: reason)
    } catch {
      report.state = .unusable(
        reason: "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ").onOneLine(limit: 1_000))
    }
    if case .terminated = report.state {
      try report.write(to: folder.progressPath(run))
      return false
    }
    mkdir(folder.resultsPath, folderMode)
    try report.write(to: folder.resultPath(run))
    unlink(folder.progressPath(run))
    return true
  }

  private func work(_ report: inout TaskReport, on host: HostDescription) throws {
    guard chdir(batch.workingFolder) == 0 else {
      throw ClusterTaskError(reason: "\(batch.workingFolder): \(systemReason())")
    }
    var surroundings = MeterEnvironment()
    // Of a shared node a task has one processor; what the others draw while idle is not its doing.
    surroundings.reservedCPUs = batch.isExclusive ? host.availableProcessors : 1
    let (meter, sources) = try EnergyMeter.choose(
      source: EnergySourceChoice(batch.energySource), environment: surroundings)
    report.host.energy = sources
    // A counter sees the whole node: what others cause on it is theirs.
    let sharesCounter = !batch.isExclusive && meter.source.needsMachineBusyTime
    let plan = WorkerPlan(workers: .count(1), blasCore: batch.blasCore, host: host)
    // Where the worker runs is for the scheduler to say: two tasks of a node would take the same processor.
    var limits = batch.limits
    if limits.memoryBytes == nil, host.memoryBytes > 0 { limits.memoryBytes = host.memoryBytes }
    let executor = try LocalExecutor(
      LocalExecutor.Configuration(
        workers: 1, processors: [], blasCore: plan.blasCore, setup: batch.setup, limits: limits),
      meter: meter, log: log)
    func note(_ books: EnergyBooks) {
      report.books = sharesCounter ? books.withoutIdle(given: report.trainingEnergy) : books
      report.host.engine = executor.workerDescription
    }
    do {
      report.state = try drive(executor) { books in
        note(books)
        // Somebody may have tidied up. A training is worth more than a report on the way; its result will tell.
        mkdir(folder.resultsPath, folderMode)
        try? report.write(to: folder.progressPath(run))
      }
      note(executor.finish())
    } catch {
      note(executor.finish())
      throw error
    }
  }

  /// Leads the worker through the training or the measuring.
  ///
  /// - Parameter tell: told the books now and then.
  private func drive(_ executor: LocalExecutor, tell: (EnergyBooks) -> Void) throws -> TaskReport.State {
    tell(executor.books())
    let begin = monotonicSeconds()
    var nextReport = begin + Self.shortestSilence
    var isStarted = false
    while true {
      if Self.isTerminated.load(ordering: .relaxed) { return .terminated }
      if !isStarted, executor.freeSlots > 0 {
        isStarted = true
        switch work {
        case .train(let job): try executor.start(job)
        case .measure(let job): try executor.start(job)
        }
      }
      let completion = try executor.waitForCompletions(timeoutSeconds: Self.shortestSilence).first
      if let completion {
        if completion.result.failure != nil, isBeingTerminated() { return .terminated }
        return .trained(TaskReport.Training(completion))
      }
      if let completion = executor.takeMeasurements().first {
        if case .cutOff = completion.result, isBeingTerminated() { return .terminated }
        return .measured(TaskReport.Measuring(completion.result))
      }
      let now = monotonicSeconds()
      if now >= nextReport {
        tell(executor.books())
        nextReport = now + min(max((now - begin) / 4, Self.shortestSilence), Self.longestSilence)
      }
    }
  }

  /// Whether the scheduler ends the task: its signal may reach the worker a moment before this process.
  private func isBeingTerminated() -> Bool {
    let deadline = monotonicSeconds() + 0.2
    while monotonicSeconds() < deadline {
      if Self.isTerminated.load(ordering: .relaxed) { return true }
      usleep(10_000)
    }
    return false
  }

  private var nodeName: String {
    if let name = environment["SLURMD_NODENAME"], !name.isEmpty { return name }
    return ProcessInfo.processInfo.hostName
  }
}

/// Why a task on the cluster cannot begin, in one line.
public struct ClusterTaskError: Error, CustomStringConvertible, Sendable {
  /// Why.
  public let reason: String
  /// Why.
  public var description: String { reason }
}

extension TaskReport.Training {
  init(_ completion: TrialCompletion) {
    self.init(
      outcome: nil, failure: nil, energy: completion.energy, wallSeconds: completion.wallSeconds,
      cpuSeconds: completion.cpuSeconds, peakMemoryBytes: completion.peakMemoryBytes,
      restart: completion.restart)
    switch completion.result {
    case .trained(let outcome): self.outcome = outcome
    case .failed(let reason): failure = reason
    case .faulted(let reason):
      failure = reason
      isFault = true
    case .paused: failure = "the training was paused"
    }
  }
}

extension TaskReport.Measuring {
  init(_ result: InferenceResult) {
    switch result {
    case .measured(let measurement): self.init(measurement: measurement, failure: nil, isCutOff: false)
    case .failed(let reason): self.init(measurement: nil, failure: reason, isCutOff: false)
    case .cutOff(let reason): self.init(measurement: nil, failure: reason, isCutOff: true)
    }
  }
}

extension EnergyReading {
  /// A reading of nothing by no source.
  fileprivate static var nothing: EnergyReading {
    .zero(EnergyProvenance(source: "none", domains: [], tier: .measured, detail: ""))
  }
}

extension EnergyBooks {
  /// The books of a task that shares its node with others: what the node drew beyond the task's own processes is not in them.
  ///
  /// - Parameter training: the energy of a training that ended, which stands in no account.
  fileprivate func withoutIdle(given training: EnergyReading?) -> EnergyBooks {
    let parts = [overhead, strategy, running, measuring] + [training].compactMap(\.self)
    return EnergyBooks(
      overhead: overhead, strategy: strategy, idle: .zero(idle.provenance), running: running,
      measuring: measuring, metered: parts.reduce(.zero(metered.provenance), +))
  }
}
