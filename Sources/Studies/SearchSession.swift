import Datasets
import EnergyMetering
import Foundation
import Logging
import SearchSpaces
import SearchStrategies

/// One process's work on a study, from the configuration to the closed books.
public struct SearchSession: Sendable {
  /// The configuration, overrides applied.
  public var configuration: StudyConfiguration
  /// Where the run is kept.
  public var folder: RunFolder
  /// Go on with the study that the folder holds.
  public var resumes: Bool
  /// The program's version.
  public var programVersion: String

  /// A session.
  public init(configuration: StudyConfiguration, folder: RunFolder, resumes: Bool, programVersion: String) {
    self.configuration = configuration
    self.folder = folder
    self.resumes = resumes
    self.programVersion = programVersion
  }

  /// What a session is told from outside while it works, and tells in return.
  public struct Hooks {
    /// Finish running trainings and start no more.
    public var shouldStop: () -> Bool
    /// Cut off running trainings.
    public var shouldAbandon: () -> Bool
    /// Hears, once, that the configuration is in order; nothing was written by then.
    public var check: () -> Void
    /// Hears what is learnt from and what the trainings are expected to take, once, when everything is checked and before
    /// anything is trained. No quote where the search goes on to the same end.
    public var introduce: (PreparedData, SearchQuote?) -> Void
    /// Hears the trials that the journal already has, once, before the work begins.
    public var begin: ([Trial]) -> Void
    /// Hears of everything that happens.
    public var watch: (Study.Event) -> Void

    /// Hooks.
    public init(
      shouldStop: @escaping () -> Bool = { false }, shouldAbandon: @escaping () -> Bool = { false },
      check: @escaping () -> Void = {},
      introduce: @escaping (PreparedData, SearchQuote?) -> Void = { _, _ in },
      begin: @escaping ([Trial]) -> Void = { _ in }, watch: @escaping (Study.Event) -> Void = { _ in }
    ) {
      self.shouldStop = shouldStop
      self.shouldAbandon = shouldAbandon
      self.check = check
      self.introduce = introduce
      self.begin = begin
      self.watch = watch
    }
  }

  /// Works on the study until it ends.
  ///
  /// Everything that can be wrong with the configuration is found before anything is written.
  ///
  /// - Returns: why it ended.
  public func run(log: Logger, hooks: Hooks = Hooks()) throws -> Study.Ending {
    let checked = try CheckedConfiguration(configuration)
    if let misfits = checked.misfits {
      let percent = max(1, Int((100 * misfits.share).rounded()))
      log.warning(
        "about \(percent) % of the space's candidates do not fit together and will be failed trials; for instance \(misfits.example)"
      )
    }
    var session = self
    session.configuration = checked.configuration
    // What is written must be readable again; with --set a configuration may become larger than a file may be.
    _ = try StudyConfiguration(
      yaml: session.configuration.resolvedYAML, fileName: "the configuration with all defaults")
    hooks.check()
    return try session.run(checked, log: log, hooks: hooks)
  }

  private func run(_ checked: CheckedConfiguration, log: Logger, hooks: Hooks) throws -> Study.Ending {
    let host = HostDescription()
    let cluster = try configuration.execution.cluster.map { section in
      try ClusterPlan(section, configuration, in: folder)
    }
    let workers = WorkerPlan(
      workers: configuration.execution.isExclusive || cluster != nil
        ? .count(1) : configuration.execution.workers,
      blasCore: configuration.execution.blasCore, host: host,
      limit: configuration.search.trials)
    if let note = checked.noteOnIdleWorkers(of: workers.count) { log.warning("\(note)") }
    var environment = MeterEnvironment()
    environment.reservedCPUs = cluster == nil ? workers.count : 0
    let (meter, report) = try Self.chooseMeter(
      EnergySourceChoice(configuration.energy.source), environment, isAlone: cluster == nil)
    for note in report.profileNotes ?? [] { log.warning("\(note)") }

    let lock: RunLock
    let journal: Journal
    var isQuoted = !resumes
    if resumes {
      guard folder.holdsStudy, !Journal.isBlank(at: folder.path(of: .journal)) else {
        throw RunFolderError.nothingToResume(path: folder.path)
      }
      lock = try folder.lock()
      // Nothing is written to a journal that is not in order.
      let (recorded, needed) = try readJournal(checked)
      folder.removeDrafts()
      if cluster == nil { CheckpointFolder(path: folder.checkpointsPath).removeInterim(except: needed) }
      journal = try Journal.open(at: folder.path(of: .journal), readOnly: false)
      isQuoted = try adopt(journal, insteadOf: recorded)
    } else {
      try folder.create()
      lock = try folder.lock()
      try folder.removeLeftovers()
      journal = try beginJournal(checked)
    }
    if resumes, cluster == nil, case let left = ClusterFolder(runPath: folder.path).batchNames(),
      !left.isEmpty
    {
      let names = left.joined(separator: ",")
      log.warning(
        """
        an earlier session has handed out trials to Slurm, which are not waited for and whose energy is not booked; \
        cancel them with scancel --name=\(names), or resume with --executor slurm
        """)
    }

    return try withExtendedLifetime(lock) {
      let setup = WorkerSetup(
        dataset: configuration.dataset.reference, split: configuration.dataset.split,
        seed: configuration.search.seed)
      let executor: any TrialExecutor =
        try cluster.map { plan in
          try SlurmExecutor(
            plan.executor(setup, programVersion: programVersion, journal), meter: meter, log: log)
        }
        ?? LocalExecutor(
          LocalExecutor.Configuration(
            workers: workers.count, processors: workers.processors, blasCore: workers.blasCore, setup: setup,
            limits: WorkerLimits(
              configuration.execution.limits, memoryBytes: host.memoryBytes / workers.count)),
          meter: meter, log: log)
      var runHost = RunHost(
        programVersion: programVersion, host: host, energy: report,
        workers: cluster?.capacity ?? workers.count, engine: nil)
      let costModel = CostModel(host: host, source: meter.source)
      let session = try journal.beginSession(host: runHost.json())
      var plan = checked.plan
      plan.limits = configuration.execution.limits
      // The nodes of a cluster have other memory than this machine.
      if plan.limits.memoryBytes == nil, cluster == nil, host.memoryBytes > 0 {
        plan.limits.memoryBytes = host.memoryBytes
      }
      let study = try Study(
        plan: plan, strategy: checked.strategy, journal: journal, executor: executor,
        session: session, costModel: costModel,
        checkpointFolder: cluster?.checkpointsPath ?? folder.checkpointsPath, log: log)
      let quote = isQuoted ? try SearchQuote(checked, by: costModel) : nil
      if let quote { try journal.note(quote.total, session: session) }
      hooks.introduce(checked.data, quote)
      hooks.begin(study.trials.filter { $0.state != .running })
      var isNoted = false
      let ending = try study.run(shouldStop: hooks.shouldStop, shouldAbandon: hooks.shouldAbandon) { event in
        if runHost.engine == nil, let engine = executor.workerDescription {
          runHost.engine = engine
          isNoted = (try? note(runHost, in: journal, session: session)) != nil
          if workers.isBlasCoreAskedFor, let core = workers.blasCore,
            cluster == nil || configuration.execution.blasCore != nil,
            core.lowercased() != engine.blasCore.lowercased()
          {
            log.warning(
              "the kernel set \(core) was asked for, but OpenBLAS runs its \(engine.blasCore) kernels here")
          }
        }
        hooks.watch(event)
      }
      if let nodes = (executor as? SlurmExecutor)?.nodes.list, !nodes.isEmpty {
        runHost.nodes = nodes
        isNoted = false
      }
      // What could not be written on the way is no reason to stop, but one to say so in the end.
      if !isNoted { try note(runHost, in: journal, session: session) }
      return ending
    }
  }

  /// The meter of this process. Where the trainings run elsewhere, a source that is wanted for them need not work here.
  private static func chooseMeter(
    _ source: EnergySourceChoice, _ environment: MeterEnvironment, isAlone: Bool
  ) throws -> (meter: EnergyMeter, report: EnergySourceReport) {
    do {
      return try EnergyMeter.choose(source: source, environment: environment)
    } catch is EnergySourceUnusable where !isAlone {
      return try EnergyMeter.choose(source: .auto, environment: environment)
    }
  }

  /// Begins the run's files. If that fails, nothing of them is left and the folder can be used again.
  private func beginJournal(_ checked: CheckedConfiguration) throws -> Journal {
    try writeConfiguration()
    do {
      return try Journal.create(
        at: folder.path(of: .journal),
        header: Journal.Header(
          name: configuration.name, configuration: configuration.resolvedYAML, programVersion: programVersion,
          dataFingerprint: checked.dataFingerprint, data: DataOutline(checked)))
    } catch {
      unlink(folder.path(of: .configuration))
      throw error
    }
  }

  private func writeConfiguration() throws {
    let text =
      RunFolder.configurationMark + "\(programVersion): the resolved configuration of this run.\n"
      + configuration.resolvedYAML
    let path = folder.path(of: .configuration)
    // There may be no room for a second one.
    let present = try? SystemFiles().contents(of: path, atMost: ConfigurationFile.largestBytes)
    guard present != text else { return }
    try folder.write(text, to: .configuration)
  }

  /// Reads the whole journal, and makes sure that it is of this study; more trials, more energy, repeats, other workers and
  /// other measurings of inferences may be asked for.
  ///
  /// - Returns: the configuration that is recorded, and the checkpoints that trainings go on from.
  private func readJournal(
    _ checked: CheckedConfiguration
  ) throws -> (recorded: StudyConfiguration, checkpoints: Set<String>) {
    let journal = try Journal.open(at: folder.path(of: .journal), readOnly: true)
    let header = try journal.header()
    guard header.dataFingerprint == nil || header.dataFingerprint == checked.dataFingerprint else {
      throw RunFolderError.otherData(path: folder.path, dataset: configuration.dataset.name)
    }
    let recorded = try StudyConfiguration(recordedIn: header, of: folder)
    var wanted = configuration
    wanted.search.trials = recorded.search.trials
    wanted.search.budget = recorded.search.budget
    wanted.search.repeats = recorded.search.repeats
    wanted.execution = recorded.execution
    wanted.energy.inferenceMeasure = recorded.energy.inferenceMeasure
    guard wanted == recorded else {
      throw RunFolderError.differentStudy(
        path: folder.path, difference: wanted.firstDifference(from: recorded))
    }
    try journal.checkNotes()
    _ = try journal.trialsAndBooks(of: checked.plan.space)
    return (recorded, Set(try journal.checkpoints().values.map(\.path)))
  }

  /// Writes down the configuration that the study goes on with.
  ///
  /// - Returns: whether more or fewer trials or energy are asked for, so that the quote of the search is another.
  private func adopt(_ journal: Journal, insteadOf recorded: StudyConfiguration) throws -> Bool {
    if configuration != recorded { try journal.replaceConfiguration(configuration.resolvedYAML) }
    try writeConfiguration()
    return configuration.search.trials != recorded.search.trials
      || configuration.search.budget != recorded.search.budget
  }

  private func note(_ host: RunHost, in journal: Journal, session: Int64) throws {
    try journal.note(host: host.json(), session: session)
    try folder.write(host.json(), to: .host)
  }
}

extension StudyConfiguration {
  /// The first part in which two configurations differ, in words.
  fileprivate func firstDifference(from other: StudyConfiguration) -> String {
    let parts: [(String, Bool)] = [
      ("name", name != other.name), ("dataset", dataset != other.dataset),
      ("objectives", objectives != other.objectives), ("search", search != other.search),
      ("energy", energy != other.energy), ("execution", execution != other.execution),
    ]
    return "other " + (parts.first { $0.1 }?.0 ?? "architecture or training")
  }
}

/// What `host.json` says: the machine, its meter and its engine.
public struct RunHost: Codable, Sendable {
  /// The version of the program.
  public var programVersion: String
  /// The machine.
  public var host: HostDescription
  /// Which energy sources work here and which was taken.
  public var energy: EnergySourceReport
  /// The number of worker processes.
  public var workers: Int
  /// The engine as the workers found it.
  public var engine: WorkerDescription?
  /// The machines of a cluster that trials ran on, a file each in `nodes/`; nil where they ran on this one.
  public var nodes: [Node]?

  /// One machine of a cluster.
  public struct Node: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The processor's name.
    public var processor: String
    /// The source of its energy readings.
    public var energySource: String
    /// The kernel set of its OpenBLAS; nil where no task came so far.
    public var blasCore: String?
    /// The tasks that ended on it in this session.
    public var tasks: Int
  }

  /// A description.
  public init(
    programVersion: String, host: HostDescription, energy: EnergySourceReport, workers: Int,
    engine: WorkerDescription?
  ) {
    self.programVersion = programVersion
    self.host = host
    self.energy = energy
    self.workers = workers
    self.engine = engine
  }

  /// The text of the file.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

extension EnergySourceChoice {
  /// The choice that a configuration's name stands for.
  public init(_ name: StudyConfiguration.EnergySourceName) {
    switch name {
    case .auto: self = .auto
    case .powercap: self = .powercap
    case .perf: self = .perf
    case .hwmon: self = .hwmon
    case .battery: self = .battery
    case .powerModel: self = .powerModel
    }
  }
}
