import Foundation

/// Handing out tasks to the scheduler.
extension SlurmExecutor {
  /// Puts a task into the queue, or takes over the one that an earlier process of the study has handed out for it.
  func begin(_ work: ClusterWork) {
    precondition(freeSlots > 0, "a task was started without a free slot")
    // It may have ended without a result meanwhile.
    guard let handOut = found.removeValue(forKey: work.purpose), handOut.role == .found,
      batches[handOut.place.job]?.handOuts[handOut.place.task] === handOut
    else {
      queue.append(work)
      return
    }
    if handOut.work.isSame(as: work) {
      handOut.role = .wanted
    } else {
      // What was found is another training: its paths or its candidate have changed.
      handOut.role = .abandoned
      queue.append(work)
    }
  }

  /// Hands out what waits in the queue, in one array, and again what the scheduler may not have.
  func submit(at now: Double) throws {
    guard now >= nextSubmission, !queue.isEmpty else { return }
    while !queue.isEmpty, now >= nextSubmission {
      let tasks = Array(queue.prefix(largestArray))
      queue.removeFirst(tasks.count)
      let number = min((batches.values.map(\.number).max() ?? 0) + 1, ClusterBatch.greatestNumber)
      let batch = ClusterBatch(
        name: ClusterBatch.makeName(), number: number, programVersion: configuration.programVersion,
        setup: configuration.setup, blasCore: configuration.blasCore,
        energySource: configuration.energySource, limits: configuration.limits,
        isExclusive: configuration.isExclusive,
        workingFolder: FileManager.default.currentDirectoryPath, tasks: tasks)
      // From here on the tasks are found again whatever becomes of this process.
      try folder.write(batch)
      let inFlight = BatchInFlight(
        name: batch.name, number: number, size: tasks.count, submittedAt: now)
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
      (hasSubmitted, isRefused, loneRefusals) = (true, false, 0)
      batch.jobID = jobID
      for handOut in batch.handOuts.values {
        handOut.schedulerName = "\(jobID)_\(handOut.place.task)"
        handOut.isNamed = true
      }
      try folder.write(jobID: jobID, of: batch.name)
    case .unanswered(let reason):
      // It may have been accepted. The next answer to how its tasks stand tells.
      watch.noteSilence(reason)
    case .rejected(let reason):
      try takeRefusal(of: batch, reason)
    }
  }

  /// Deals with an array that the scheduler does not have.
  func submitAgain(_ batch: BatchInFlight) throws {
    guard !batch.isFound else { return dissolve(batch) }
    if batch.handOuts.values.contains(where: { $0.role == .wanted }),
      !batch.handOuts.values.contains(where: \.isWithdrawn)
    {
      try submit(batch)
    } else {
      batch.handOuts = [:]
    }
  }

  /// Takes what the study wants of a batch that another process wrote into the queue, and removes the batch: nobody knows that
  /// its other tasks are the study's. Should the scheduler get it yet, its tasks find no file and end at once.
  private func dissolve(_ batch: BatchInFlight) {
    forget(batch)
    requeue(batch)
  }

  private func forget(_ batch: BatchInFlight) {
    folder.remove(batch: batch.name, tasks: batch.size, keepsLogs: false)
    batches[batch.name] = nil
  }

  /// Puts what the study wants of a batch before all that waits, unless nothing is handed out any more.
  private func requeue(_ batch: BatchInFlight) {
    guard !isPaused else { return }
    let wanted = batch.handOuts.sorted { $0.key < $1.key }.filter { $0.value.role == .wanted }
    queue = wanted.map(\.value.work) + queue
  }

  /// Whether tasks of an array have left something.
  func hasRuns(_ batch: BatchInFlight) -> Bool {
    left.keys.contains { $0.job == batch.name }
  }

  /// A scheduler that has other tasks, of the study or of its user, may say no because they are enough for now.
  private func takeRefusal(of batch: BatchInFlight, _ reason: String) throws {
    let hasOthers = batches.values.contains { other in
      other !== batch && other.jobID != nil && other.handOuts.values.contains { $0.role != .found }
    }
    loneRefusals = hasOthers ? 0 : loneRefusals + 1
    forget(batch)
    let isTooLarge = batch.size > 1 && reason.contains("Invalid job array specification")
    if isTooLarge { largestArray = batch.size / 2 }
    guard isTooLarge || hasOthers || hasSubmitted && loneRefusals < Self.toleratedRefusals else {
      throw SchedulerRefusalError(reason: reason)
    }
    if !isTooLarge, !isRefused {
      log.warning("the scheduler refuses a job array, and is asked again: \(reason)")
      isRefused = true
    }
    requeue(batch)
    if !isTooLarge { nextSubmission = monotonicSeconds() + configuration.pace.slowestQuestion }
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
