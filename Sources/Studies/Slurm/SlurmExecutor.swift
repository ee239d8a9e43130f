import EnergyMetering
import Foundation
import Logging
import SearchSpaces

/// Trains on a cluster: every trial is a task of a Slurm job array, which meters itself on its node and leaves its result in
/// the run folder.
///
/// What is started goes out at the next wait, all of it in one array. How all tasks stand is asked in one call, at a pace that
/// falls; results are looked for in the run folder, which costs the scheduler nothing.
///
/// What the scheduler does to a task (a node dies, it has to make room, it vanishes) is no failure of its trial: it is handed
/// out again, a few times at most, and what was lost is booked. A task that is requeued is the same task.
public final class SlurmExecutor: TrialExecutor {
  /// How often the executor looks and asks.
  public struct Pace: Sendable {
    /// Seconds until the scheduler is asked for the first time, and the shortest time between two questions.
    public var firstQuestion = 2.0
    /// The longest time between two questions.
    public var slowestQuestion = 20.0
    /// Seconds between two looks into the run folder.
    public var look = 0.25
    /// Seconds that a result may need to appear on a shared file system once its task has ended.
    public var grace = 60.0
    /// The same for a task that ended otherwise, which leaves a result seldom.
    public var shortGrace = 4.0
    /// Seconds that the second Ctrl-C waits for the last reports of tasks that it cancels.
    public var farewell = 5.0

    /// The usual pace; ``graceVariable`` may say another grace.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
      if let text = environment[Self.graceVariable], let seconds = Double(text), 0...3600 ~= seconds {
        grace = seconds
        shortGrace = min(shortGrace, seconds)
      }
    }

    /// The environment variable that says how many seconds a result may need to appear.
    public static let graceVariable = "WATTLE_SLURM_GRACE"
  }

  /// What the executor needs to know.
  public struct Configuration: Sendable {
    /// What tasks ask the scheduler for.
    public var cluster: StudyConfiguration.ClusterSection
    /// Whether each task has its node for itself.
    public var isExclusive = false
    /// How many tasks may be queued or running at once.
    public var capacity: Int
    /// The absolute path of the run's folder, which the nodes know too.
    public var runPath: String
    /// The data that the tasks prepare.
    public var setup: WorkerSetup
    /// The kernel set for the workers; nil for what suits each node.
    public var blasCore: String?
    /// Where the tasks' joules come from.
    public var energySource = StudyConfiguration.EnergySourceName.auto
    /// What trainings may take; without a limit of memory that of the node.
    public var limits = WorkerLimits()
    /// The program, by a path that the nodes know too.
    public var program: String
    /// Its version.
    public var programVersion: String
    /// The trials that ended in earlier sessions: tasks for them are of no use any more.
    public var endedTrials: Set<Int> = []
    /// What the journal's books have of runs of tasks.
    public var booked: [String: EnergyReading] = [:]
    /// How often to look.
    public var pace = Pace()
    /// The folder with the scheduler's programs; nil looks for them on the path.
    public var schedulerPrograms: String?
    /// The environment that the scheduler's programs are started from; nil for this process's own.
    public var schedulerEnvironment: [String: String]?

    /// A configuration; the rest is set where it differs.
    public init(
      cluster: StudyConfiguration.ClusterSection, capacity: Int, runPath: String, setup: WorkerSetup,
      program: String, programVersion: String
    ) {
      self.cluster = cluster
      self.capacity = capacity
      self.runPath = runPath
      self.setup = setup
      self.program = program
      self.programVersion = programVersion
    }
  }

  /// So often a task is handed out again when it was the scheduler's doing that it was lost.
  static let mostHandOuts = 4
  /// So many tasks at most the accounting is asked for at the end.
  private static let mostAccounts = 8_000
  /// So often in a row the scheduler that had an array of the study may refuse another one while it has none.
  static let toleratedRefusals = 10

  let configuration: Configuration
  let folder: ClusterFolder
  let scheduler: SlurmScheduler
  let log: Logger
  let watch: SchedulerWatch
  /// The engine as the first task that ended found it.
  public internal(set) var workerDescription: WorkerDescription?
  /// The nodes that tasks have run on.
  var nodes: NodeRecords
  var parent: ParentAccounts
  var cluster: ClusterBooks
  var tasks: TaskTable
  /// What tasks have left in the run folder, when it was looked at last.
  var left: [SlurmScheduler.Place: [(run: TaskRun, isResult: Bool)]] = [:]
  var batches: [String: BatchInFlight] = [:]
  /// What earlier processes handed out and nobody has asked for yet.
  var found: [ClusterPurpose: HandOut] = [:]
  /// What was started and goes out at the next wait.
  var queue: [ClusterWork] = []
  /// How often each was lost.
  var losses: [ClusterPurpose: Int] = [:]
  /// Ended, and not yet told.
  var completions: [TrialCompletion] = []
  var measurements: [InferenceCompletion] = []
  /// Why the study cannot go on, until what ended before is handed over.
  var failure: (any Error)?
  /// Whether a task has ever left a result.
  var hasResult = false
  /// Whether nothing is handed out any more.
  var isPaused = false
  /// Whether the scheduler has ever taken an array.
  var hasSubmitted = false
  /// Whether the last array was refused.
  var isRefused = false
  /// How often in a row an array was refused while no other was in flight.
  var loneRefusals = 0
  /// The most tasks of an array.
  var largestArray = SlurmScheduler.largestArray
  /// Why tasks wait, as far as it was said.
  var warnedReasons: Set<String> = []
  var nextSubmission = 0.0
  private var nextLook = 0.0

  /// Finds what earlier processes of the study have left on the cluster.
  ///
  /// - Throws: ``RunFolderError`` if the files for the tasks cannot be written.
  public init(_ configuration: Configuration, meter: EnergyMeter, log: Logger) throws {
    self.configuration = configuration
    self.log = log
    folder = ClusterFolder(runPath: configuration.runPath)
    scheduler = SlurmScheduler(
      section: configuration.cluster, isExclusive: configuration.isExclusive,
      programs: configuration.schedulerPrograms, environment: configuration.schedulerEnvironment)
    watch = SchedulerWatch(scheduler, pace: configuration.pace, log: log)
    parent = try ParentAccounts(meter)
    cluster = ClusterBooks(booked: configuration.booked, zero: .zero(meter.source.provenance))
    tasks = TaskTable(path: folder.tablePath)
    nodes = NodeRecords(folder: folder.nodesPath)
    try folder.make()
    findBatches()
  }

  /// A task that is lost begins anew, on whichever node.
  public var takesInterimCheckpoints: Bool { false }

  /// The scheduler has them.
  public var tasksOutliveStudy: Bool { true }

  /// How many more tasks may be handed out.
  public var freeSlots: Int { max(0, configuration.capacity - runningCount) }

  /// How many trainings and measurings are handed out or wait to be.
  public var runningCount: Int {
    batches.values.reduce(queue.count) { $0 + $1.handOuts.values.count { $0.role == .wanted } }
  }

  var handOuts: [HandOut] { batches.values.flatMap(\.handOuts.values) }

  /// Takes a training that is to be handed out, or finds it under way already.
  public func start(_ job: TrialJob) throws {
    // A task is the same task in every session.
    var job = job
    job.earlierSeconds = nil
    begin(.train(job))
  }

  /// Takes a measuring that is to be handed out, or finds it under way already.
  public func start(_ job: InferenceJob) throws { begin(.measure(job)) }

  /// The measurings that ended since this was last asked.
  public func takeMeasurements() -> [InferenceCompletion] {
    defer { measurements = [] }
    return measurements
  }

  /// Hands out what was started, and waits until something ended or the time is over.
  public func waitForCompletions(timeoutSeconds: Double) throws -> [TrialCompletion] {
    if completions.isEmpty { try throwFailure() }
    let deadline = monotonicSeconds() + timeoutSeconds
    repeat {
      try work()
      if !completions.isEmpty || !measurements.isEmpty { break }
      try throwFailure()
      let pause = min(configuration.pace.look, deadline - monotonicSeconds())
      // A signal ends the pause early.
      if pause > 0 { usleep(UInt32(pause * 1e6)) }
    } while monotonicSeconds() < deadline
    defer { completions = [] }
    return completions
  }

  /// Ends the study if it cannot go on. Tasks that would fail as well are cancelled; those that found no room for their results
  /// may find it yet.
  private func throwFailure() throws {
    guard let failure else { return }
    if failure is WorkerUnusableError { try? cancelAll() }
    throw failure
  }

  /// Hands out, looks and asks, as far as it is time for each.
  private func work() throws {
    let now = monotonicSeconds()
    try submit(at: now)
    if now >= nextLook {
      nextLook = now + configuration.pace.look
      try takeResults()
    }
    let unknown = handOuts.filter { $0.standing == .unknown }.compactMap { handOut in
      handOut.schedulerName.map { ($0, handOut.place) }
    }
    let answer = watch.answer(
      forJobs: batches.keys.sorted(), unknown: Dictionary(unknown) { first, _ in first }, at: now)
    if let answer { try take(answer) }
    parent.book(log: log)
  }

  /// Charges processor seconds of this process to the strategy's account.
  public func charge(strategySeconds: Double) { parent.charge(strategySeconds: strategySeconds) }

  /// The books up to now: this process, and of the tasks those that are over.
  public func books() -> EnergyBooks {
    parent.book(log: log)
    return cluster.books(with: parent)
  }

  /// Forgets what is in the journal now, and its files.
  public func booksWereRecorded() {
    for run in cluster.takeRecorded() { folder.remove(run) }
    tasks.append()
    for batch in batches.values where batch.handOuts.isEmpty && batch.dismissed.isEmpty {
      folder.remove(batch: batch.name, tasks: batch.size, keepsLogs: batch.hasFailed)
      batches[batch.name] = nil
      if batches.isEmpty { folder.removeDrafts() }
    }
  }

  /// Cancels what is still handed out, if anything, and books what it took.
  public func finish() throws -> EnergyBooks {
    queue = []
    try cancelAll()
    bookStrays()
    if watch.hasAccounts {
      let accounts = scheduler.accounts(of: Array(tasks.unanswered.prefix(Self.mostAccounts)))
      tasks.take(joules: accounts.tasks.compactMapValues(\.joules))
    }
    return books()
  }
}
