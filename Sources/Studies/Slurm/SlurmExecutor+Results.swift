import EnergyMetering
import Foundation

/// What becomes of tasks: results in the run folder, and what the scheduler says.
extension SlurmExecutor {
  /// Takes in the results that have come.
  func takeResults() throws {
    look()
    for (run, isResult) in left.values.joined() where isResult {
      guard let handOut = batches[run.place.job]?.handOuts[run.place.task], !cluster.has(run) else {
        continue
      }
      switch handOut.role {
      case .found: continue
      case .wanted: try end(handOut, by: run)
      case .abandoned: end(handOut)
      }
    }
  }

  /// Looks what tasks have left in the run folder.
  func look() { left = Dictionary(grouping: folder.runs(), by: \.run.place) }

  /// Takes in how all tasks stand, and ends those that are over.
  func take(_ answer: SchedulerWatch.Answer) throws {
    look()
    for batch in batches.values where batch.submittedAt < answer.askedAt {
      let seen = batch.handOuts.values.compactMap { answer.states[$0.place] }.first
      if batch.jobID == nil, !batch.handOuts.isEmpty {
        if let seen {
          batch.jobID = seen.jobID
          try folder.write(jobID: seen.jobID, of: batch.name)
        } else if !hasRuns(batch) {
          // Its submission was not answered, and it did not arrive.
          try submitAgain(batch)
          continue
        }
      }
      for handOut in batch.handOuts.values {
        let former = handOut.standing
        handOut.take(answer.states[handOut.place], at: answer.askedAt)
        if handOut.standing == .known(.running), former != .known(.running) {
          if handOut.isWithdrawn { try reinstate(handOut) }
        }
        if let ending = handOut.ending { try consider(handOut, ending, at: answer.askedAt) }
      }
    }
    warnOfReasons(in: answer)
    // What nobody waits for any more need not run, and what was taken back need not begin.
    let useless = handOuts.filter { $0.role == .abandoned && $0.ending == nil && $0.standing != .unseen }
    cancel(useless + stillAlive(answer), onlyWaiting: false)
    let waiting = handOuts.filter {
      $0.role == .wanted && $0.isWithdrawn && $0.standing == .known(.waiting)
    }
    cancel(waiting, onlyWaiting: true)
  }

  /// Says once for each reason that tasks wait for something that time alone does not bring.
  private func warnOfReasons(in answer: SchedulerWatch.Answer) {
    for handOut in handOuts where handOut.role == .wanted {
      guard let status = answer.states[handOut.place], status.state == .waiting,
        SlurmScheduler.lastingReasons.contains(where: status.reason.contains),
        warnedReasons.insert(status.reason).inserted
      else { continue }
      log.warning(
        "\(handOut.work.purpose.words): its task \(handOut.schedulerName ?? "") waits, and may do so for ever: \(status.reason)"
      )
    }
  }

  /// Ends a task that is over, once its result has had the time to appear.
  private func consider(_ handOut: HandOut, _ ending: SchedulerEnding, at time: Double) throws {
    let isSlow = ending == .completed || ending == .vanished
    let grace = isSlow ? configuration.pace.grace : configuration.pace.shortGrace
    let hasNotBegun = handOut.isWithdrawn && handOut.role == .wanted && ending != .completed
    guard let since = handOut.overSince, hasNotBegun || time - since >= grace else { return }
    let result = left[handOut.place]?.first { $0.isResult && !cluster.has($0.run) }
    switch handOut.role {
    case .found:
      // With a result it waits for the study to ask for it. Without one it is as if it had never been handed out.
      if result == nil { end(handOut) }
    case .abandoned: end(handOut)
    case .wanted:
      if let result {
        try end(handOut, by: result.run)
      } else if handOut.isWithdrawn {
        end(handOut)
      } else {
        lose(handOut, ending)
      }
    }
  }

  // MARK: Ending

  /// Ends a task of which nothing is wanted any more: what it took is booked.
  private func end(_ handOut: HandOut) {
    for (run, isResult) in left[handOut.place] ?? [] {
      bookLost(run, of: handOut, isResult: isResult)
    }
    let batch = batches[handOut.place.job]
    batch?.handOuts[handOut.place.task] = nil
    guard handOut.ending == nil else { return }
    // Another run of it may be at work on a node that was given up.
    handOut.dismissedAt = monotonicSeconds()
    batch?.dismissed[handOut.place.task] = handOut
  }

  /// Books a run that led to nothing, as far as its last report says.
  ///
  /// - Parameter handOut: the task; nil where it is over already.
  func bookLost(_ run: TaskRun, of handOut: HandOut?, isResult: Bool) {
    guard
      let report = try? TaskReport(readingFrom: isResult ? folder.resultPath(run) : folder.progressPath(run))
    else { return cluster.close(run) }
    book(run, report, of: handOut, counts: false)
  }

  /// Books a run that is over, and notes it in the table of tasks.
  private func book(_ run: TaskRun, _ report: TaskReport, of handOut: HandOut?, counts: Bool) {
    if !cluster.has(run) {
      tasks.add(
        TaskTable.Row(
          task: handOut?.schedulerName ?? "", trial: report.purpose.trial,
          work: report.purpose.isTraining ? "training" : "inference",
          node: NodeRecords.fileName(of: report.node), restarts: report.restarts,
          result: counts ? "counted" : "lost", meteredJoules: report.books.metered.energy.joules))
    }
    cluster.book(run, report, counts: counts)
  }

  /// Ends a task by its result.
  private func end(_ handOut: HandOut, by run: TaskRun) throws {
    let report: TaskReport
    do throws(UnusableReport) {
      report = try TaskReport(readingFrom: folder.resultPath(run))
      try report.check(against: handOut.work)
    } catch {
      // A shared file system may show a file's name before its contents.
      let now = monotonicSeconds()
      let since = handOut.unreadableSince ?? now
      handOut.unreadableSince = since
      if error.isPassing, now - since < configuration.pace.grace { return }
      log.warning("\(handOut.work.purpose.words): the result of its task cannot be used: \(error)")
      end(handOut)
      // The same again is the likely end of another try.
      fail(handOut, "the result of its task cannot be used: \(error)", energy: nil)
      return
    }
    try nodes.note(report)
    switch report.state {
    case .trained(let training):
      settle(handOut, run, report)
      completions.append(TrialCompletion(training, trial: handOut.work.purpose.trial))
    case .measured(let measuring):
      settle(handOut, run, report)
      measurements.append(
        InferenceCompletion(trial: handOut.work.purpose.trial, result: measuring.result))
    case .notWritten(let path, let reason):
      end(handOut)
      failure = failure ?? RunFolderError.cannotWrite(path: path, reason: reason)
    case .unusable(let reason):
      end(handOut)
      loseAgain(handOut, "could not work on \(report.node): \(reason)", energy: nil)
    case .running, .terminated:
      end(handOut)
      loseAgain(handOut, "left a report that is no result", energy: nil)
    }
  }

  /// Books the run that counts, and with it the others of the same task.
  private func settle(_ handOut: HandOut, _ run: TaskRun, _ report: TaskReport) {
    hasResult = true
    workerDescription = workerDescription ?? report.host.engine
    book(run, report, of: handOut, counts: true)
    end(handOut)
  }

  /// A task is over without a result.
  private func lose(_ handOut: HandOut, _ ending: SchedulerEnding) {
    batches[handOut.place.job]?.hasFailed = true
    var cause = ending.words + handOut.nodeWords
    let lastWords = folder.lastWords(handOut.place)
    if ending == .failed, !lastWords.isEmpty { cause += ": \(lastWords)" }
    if ending.isWorthAnotherTry {
      let spent = lostEnergy(of: handOut)
      end(handOut)
      loseAgain(handOut, cause, energy: spent)
    } else {
      let energy = failingEnergy(of: handOut)
      end(handOut)
      fail(handOut, "its task \(cause)", energy: energy)
    }
  }

  /// Hands out again what was lost, unless that has been tried often enough.
  private func loseAgain(_ handOut: HandOut, _ cause: String, energy: EnergyReading?) {
    let purpose = handOut.work.purpose
    losses[purpose, default: 0] += 1
    guard losses[purpose, default: 0] < Self.mostHandOuts else {
      if !hasResult, !handOuts.contains(where: { $0.role == .wanted && isAtWork($0.place) }) {
        // No task has ever worked: the program, the data or the nodes are at fault.
        failure = failure ?? WorkerUnusableError(reason: "\(purpose.words): its task \(cause)")
      }
      fail(
        handOut, "its task was lost \(Self.mostHandOuts) times, the last time since it \(cause)", energy: nil)
      return
    }
    let booked = energy.map { ", after at least \($0.energy.formatted)" } ?? ""
    let sequel = isPaused ? "--resume hands it out again" : "it is handed out again"
    log.warning("\(purpose.words): its task \(cause)\(booked); \(sequel)")
    if !isPaused { queue.append(handOut.work) }
  }

  /// What the runs of a task took, for people.
  private func lostEnergy(of handOut: HandOut) -> EnergyReading? {
    let readings = (left[handOut.place] ?? []).filter { !cluster.has($0.run) }
      .compactMap { try? TaskReport(readingFrom: folder.progressPath($0.run)).books.metered }
      .filter { $0.energy > .zero }
    return readings.first.map { readings.dropFirst().reduce($0, +) }
  }

  /// Takes out of a task's last report the energy of its training, which goes to the trial, and books the rest.
  private func failingEnergy(of handOut: HandOut) -> EnergyReading? {
    var whole: EnergyReading?
    for (run, isResult) in left[handOut.place] ?? [] where !isResult && !cluster.has(run) {
      guard var report = try? TaskReport(readingFrom: folder.progressPath(run)) else {
        continue
      }
      let energy = report.books.running
      report.books.running = .zero(energy.provenance)
      book(run, report, of: handOut, counts: true)
      whole = whole.map { $0 + energy } ?? energy
    }
    return whole
  }

  /// Tells that a training or a measuring led to nothing.
  private func fail(_ handOut: HandOut, _ cause: String, energy: EnergyReading?) {
    let trial = handOut.work.purpose.trial
    if handOut.work.purpose.isTraining {
      completions.append(
        TrialCompletion(
          trial: trial, result: .failed(cause), energy: energy ?? .zero(parent.metered.provenance),
          wallSeconds: 0, cpuSeconds: 0, peakMemoryBytes: nil))
    } else {
      measurements.append(InferenceCompletion(trial: trial, result: .failed(cause)))
    }
  }
}

extension TrialCompletion {
  fileprivate init(_ training: TaskReport.Training, trial: Int) {
    let reason = (training.failure ?? "").onOneLine(limit: 1_000)
    self.init(
      trial: trial,
      result: training.outcome.map(TrialResult.trained)
        ?? (training.isFault == true ? .faulted(reason) : .failed(reason)),
      energy: training.energy, wallSeconds: training.wallSeconds, cpuSeconds: training.cpuSeconds,
      peakMemoryBytes: training.peakMemoryBytes, restart: training.restart)
  }
}

extension TaskReport.Measuring {
  fileprivate var result: InferenceResult {
    if let measurement { return .measured(measurement) }
    let reason = (failure ?? "").onOneLine(limit: 1_000)
    return isCutOff ? .cutOff(reason) : .failed(reason)
  }
}
