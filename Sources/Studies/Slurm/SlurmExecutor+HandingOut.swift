import Foundation

/// Handing out tasks to the scheduler, and taking them back.
extension SlurmExecutor {
  /// Puts a task into the queue, or takes over the one that an earlier process of the study has handed out for it.
  func begin(_ work: ClusterWork) {
    precondition(freeSlots > 0, "a task was started without a free slot")
    let found = handOuts.filter { $0.role == .found && $0.work.purpose == work.purpose }
      .max { $0.batchNumber < $1.batchNumber }
    if let found, found.work.isSame(as: work) {
      found.role = .wanted
    } else {
      // What was found is another training: its paths or its candidate have changed.
      found?.role = .abandoned
      queue.append(work)
    }
  }

  /// Hands out what waits in the queue, in one array, and again what the scheduler may not have.
  func submit(at now: Double) throws {
    guard now >= nextSubmission, !queue.isEmpty else { return }
    while !queue.isEmpty, now >= nextSubmission {
      let tasks = Array(queue.prefix(largestArray))
      queue.removeFirst(tasks.count)
      let number = (batches.values.map(\.number).max() ?? 0) + 1
      let batch = ClusterBatch(
        name: ClusterBatch.makeName(), number: number, programVersion: configuration.programVersion,
        setup: configuration.setup, blasCore: configuration.blasCore,
        energySource: configuration.energySource, limits: configuration.limits,
        isExclusive: configuration.isExclusive,
        workingFolder: FileManager.default.currentDirectoryPath, tasks: tasks)
      // From here on the tasks are found again whatever becomes of this process.
      try folder.write(batch)
      let inFlight = BatchInFlight(
        name: batch.name, number: number, size: tasks.count, handOuts: [:], jobID: nil, submittedAt: now)
      for (index, work) in tasks.enumerated() {
        inFlight.handOuts[index] = HandOut(
          SlurmScheduler.Place(job: batch.name, task: index), batchNumber: number, work: work, role: .wanted)
      }
      batches[batch.name] = inFlight
      try submit(inFlight)
    }
    watch.hurry(at: now)
  }

  /// Submits an array whose batch is written, for the first time or again.
  func submit(_ batch: BatchInFlight) throws {
    let outcome = scheduler.submit(
      job: batch.name, tasks: batch.size, script: folder.scriptPath, program: configuration.program,
      batchPath: folder.batchPath(batch.name), logFolder: folder.logsPath)
    batch.submittedAt = monotonicSeconds()
    switch outcome {
    case .accepted(let jobID):
      refusals = 0
      batch.jobID = jobID
      for handOut in batch.handOuts.values { handOut.schedulerName = "\(jobID)_\(handOut.place.task)" }
      try folder.write(jobID: jobID, of: batch.name)
    case .unanswered(let reason):
      // It may have been accepted. The next answer to how its tasks stand tells.
      watch.noteSilence(reason)
    case .rejected(let reason):
      try takeRefusal(of: batch, reason)
    }
  }

  /// A scheduler that has other tasks of the study may say no because they are enough for now.
  private func takeRefusal(of batch: BatchInFlight, _ reason: String) throws {
    refusals += 1
    let others = batches.values.contains { $0 !== batch && $0.jobID != nil && !$0.handOuts.isEmpty }
    folder.remove(batch: batch.name, tasks: batch.size, keepsLogs: false)
    batches[batch.name] = nil
    let isTooLarge = batch.size > 1 && reason.contains("Invalid job array specification")
    if isTooLarge { largestArray = batch.size / 2 }
    guard isTooLarge || others && refusals < Self.toleratedRefusals else {
      throw SchedulerRefusalError(reason: reason)
    }
    if !isTooLarge { log.warning("the scheduler refuses a job array, and is asked again: \(reason)") }
    queue =
      batch.handOuts.sorted { $0.key < $1.key }.filter { $0.value.role == .wanted }.map(\.value.work) + queue
    if !isTooLarge { nextSubmission = monotonicSeconds() + configuration.pace.slowestQuestion }
  }

  // MARK: Taking back

  /// Cancels the tasks that have not begun.
  public func pause() throws {
    queue = []
    let waiting = handOuts.filter { handOut in
      switch handOut.standing {
      case .unseen, .known(.waiting): handOut.role == .wanted
      case .known, .unknown: false
      }
    }
    try withdraw(waiting)
    cancel(waiting, onlyWaiting: true)
    watch.askNow()
  }

  /// Notes in the run folder that tasks were taken back, so that no later process takes them for cancelled by someone else.
  func withdraw(_ handOuts: [HandOut]) throws {
    for (name, tasks) in Dictionary(grouping: handOuts, by: \.place.job) {
      guard let batch = batches[name] else { continue }
      for handOut in tasks { handOut.isWithdrawn = true }
      batch.withdrawn.formUnion(tasks.map(\.place.task))
      try folder.write(withdrawn: batch.withdrawn, of: name)
    }
  }

  /// A task that was taken back had begun already: it counts.
  func reinstate(_ handOut: HandOut) throws {
    guard let batch = batches[handOut.place.job] else { return }
    handOut.isWithdrawn = false
    batch.withdrawn.remove(handOut.place.task)
    try folder.write(withdrawn: batch.withdrawn, of: batch.name)
  }

  /// Cancels tasks in one call, as far as the scheduler knows them.
  func cancel(_ handOuts: [HandOut], onlyWaiting: Bool) {
    let names = handOuts.compactMap(\.schedulerName).sorted()
    if let problem = scheduler.cancel(names, onlyWaiting: onlyWaiting) {
      watch.noteSilence(problem)
    }
  }

  /// Cancels everything, and waits a moment for the tasks' last reports.
  func cancelAll() throws {
    look()
    // What was found with its result is left for a later process to ask for.
    var live = handOuts.filter { $0.role != .found || left[$0.place]?.contains(where: \.isResult) != true }
    guard !live.isEmpty else { return }
    if live.contains(where: { $0.schedulerName == nil }),
      let states = try? scheduler.states(ofJobs: batches.keys.sorted())
    {
      for handOut in live {
        if let status = states[handOut.place] { handOut.take(status, at: monotonicSeconds()) }
      }
    }
    try withdraw(live)
    cancel(live, onlyWaiting: false)
    let deadline = monotonicSeconds() + configuration.pace.farewell
    while true {
      look()
      for handOut in live {
        // A task without any report has not begun, or not come far.
        let isSilent = left[handOut.place] == nil
        guard
          isSilent || left[handOut.place]?.contains(where: isLast) == true || monotonicSeconds() >= deadline
        else { continue }
        for (run, isResult) in left[handOut.place] ?? [] {
          bookLost(run, of: handOut, isResult: isResult)
        }
        batches[handOut.place.job]?.handOuts[handOut.place.task] = nil
        live.removeAll { $0 === handOut }
      }
      if live.isEmpty { return }
      usleep(100_000)
    }
  }

  /// Books what runs have left whose task is over: of a node that was given up and lived on.
  func bookStrays() {
    for (run, isResult) in folder.runs()
    where batches[run.place.job]?.handOuts[run.place.task] == nil && !cluster.has(run) {
      bookLost(run, of: nil, isResult: isResult)
    }
  }

  /// Whether a run's report is its last.
  private func isLast(_ found: (run: TaskRun, isResult: Bool)) -> Bool {
    if found.isResult { return true }
    guard let report = try? TaskReport(readingFrom: folder.progressPath(found.run)),
      case .terminated = report.state
    else { return false }
    return true
  }
}

/// The scheduler will not have a job array, and why, in one line.
public struct SchedulerRefusalError: Error, CustomStringConvertible, Sendable {
  /// Why.
  public let reason: String

  /// The reason, and what to do.
  public var description: String {
    "Slurm refuses the trials' tasks: \(reason); change the keys of execution, or run on this machine with --executor local"
  }
}
