import EnergyMetering
import Foundation
import NeuralNetworks
import SearchSpaces

/// Trainings that take more than one attempt: whose worker fails, or whose study is stopped or dies.
///
/// An attempt goes on from the last checkpoint, if there is one. What was taken up to there belongs to the trial in the end;
/// what came behind is lost, and booked so.
extension Study {
  /// What a trial has taken before its present attempt, up to where that goes on from.
  struct EarlierAttempts {
    /// What stands in the accounts of earlier sessions.
    var carried: EnergyReading?
    /// What was taken in this session.
    var kept: EnergyReading?
    var wallSeconds = 0.0
    var cpuSeconds = 0.0
    /// The checkpoint that the present attempt goes on from.
    var checkpoint: String?
    /// The last checkpoint of the present attempt.
    var last: TrialCheckpoint?
    /// How often a worker failed in this session.
    var faults = 0
  }

  /// The energy books with what attempts took in this session that trainings still under way go on from.
  func books() throws -> EnergyBooks { withKept(try executor.books()) }

  func withKept(_ books: EnergyBooks) -> EnergyBooks {
    var books = books
    for kept in attempts.values.lazy.compactMap(\.kept) { books.running += kept }
    return books
  }

  /// Takes from the journal the checkpoints of trainings that did not end.
  ///
  /// - Throws: ``JournalError`` if these took more than the earlier sessions have spent on such trainings.
  func readCheckpoints(_ earlier: [EnergyBooks]) throws {
    guard let checkpoints else { return }
    for (number, checkpoint) in try journal.checkpoints() {
      guard trials.indices.contains(number), trials[number].state == .running else { continue }
      attempts[number] = EarlierAttempts(
        carried: checkpoint.energy, wallSeconds: checkpoint.wallSeconds, cpuSeconds: checkpoint.cpuSeconds,
        checkpoint: checkpoints.path(ofFile: checkpoint.path))
    }
    let carried =
      attempts.values.reduce(0) { $0 + ($1.carried?.energy.joules ?? 0) }
      + trials.reduce(0) { $0 + ($1.carriedEnergy?.energy.joules ?? 0) }
    let running = earlier.reduce(0) { $0 + $1.running.energy.joules }
    guard carried <= running * (1 + EnergyLedger.toleratedImbalance) else {
      throw JournalError.damaged(
        path: journal.path, place: "trial_checkpoint, energy",
        problem:
          "expected no more than the \(running) J that the sessions spent on trainings under way, found \(carried)"
      )
    }
  }

  /// Begins a training, or goes on with one from its last checkpoint.
  func startTraining(_ number: Int, watch: (Event) -> Void) throws {
    let job = try job(number)
    try executor.start(job)
    watch(.started(trial: trials[number]))
    if let epochs = job.interim?.resumesAfterEpoch { watch(.goingOn(trial: number, epochs: epochs)) }
  }

  /// The checkpoints of a training, for its job; nil where there is no place for them.
  func interimCheckpoints(of number: Int) -> InterimCheckpoints? {
    guard let checkpoints, executor.takesInterimCheckpoints else { return nil }
    return InterimCheckpoints(
      prefix: checkpoints.interimPrefix(ofTrial: number), seconds: plan.limits.checkpointSeconds,
      resumesFrom: attempts[number]?.checkpoint)
  }

  /// Takes in the checkpoints that trainings have made meanwhile.
  func takeCheckpoints() {
    for checkpoint in executor.takeCheckpoints() {
      let number = checkpoint.trial
      if let reason = checkpoint.lostCheckpoint { dropEarlier(of: number, reason) }
      var attempt = attempts[number] ?? EarlierAttempts()
      obsoleteCheckpoints += [attempt.last?.path, attempt.checkpoint].compactMap(\.self)
      attempt.checkpoint = nil
      attempt.last = checkpoint
      attempts[number] = attempt
      var record = checkpoint
      for earlier in [attempt.carried, attempt.kept].compactMap(\.self) { record.energy += earlier }
      record.wallSeconds += attempt.wallSeconds
      record.cpuSeconds += attempt.cpuSeconds
      attemptNotes.checkpoints[number] = record
    }
  }

  /// Writes the books as they stand, with what is to be written down of attempts: books and notes count on each other.
  func recordBooks() throws { try journal.note(takeAttemptNotes(), session: session, books: books()) }

  /// What is to be written down now.
  func takeAttemptNotes() -> Journal.AttemptNotes {
    defer { attemptNotes = Journal.AttemptNotes() }
    return attemptNotes
  }

  func removeObsoleteCheckpoints() {
    guard !obsoleteCheckpoints.isEmpty else { return }
    defer { obsoleteCheckpoints = [] }
    // A training that began anew may have come to the same epoch again.
    let needed = Set(attempts.values.flatMap { [$0.checkpoint, $0.last?.path].compactMap(\.self) })
    for path in obsoleteCheckpoints where !needed.contains(path) { unlink(path) }
  }

  /// Takes in how an attempt ended, and makes of it the end of the whole training.
  ///
  /// - Returns: nil where the training has not ended: it is paused, or tried again.
  func finishAttempt(_ completion: TrialCompletion) -> TrialCompletion? {
    let number = completion.trial
    if let reason = completion.lostCheckpoint { dropEarlier(of: number, reason) }
    var attempt = attempts[number] ?? EarlierAttempts()
    switch completion.result {
    case .paused:
      // The checkpoint is in the journal with all of this attempt's energy, or with all but a moment of it.
      attempt.kept = attempt.kept.map { $0 + completion.energy } ?? completion.energy
      attempt.checkpoint = attempt.last?.path ?? attempt.checkpoint
      attempt.last = nil
      attempts[number] = attempt
      return nil
    case .faulted(let reason) where attempt.faults < plan.limits.retries:
      retry(number, attempt, behind: completion, reason)
      return nil
    case .trained, .failed, .faulted:
      attempts[number] = nil
      obsoleteCheckpoints += [attempt.last?.path, attempt.checkpoint].compactMap(\.self)
      var whole = completion
      for earlier in [attempt.carried, attempt.kept].compactMap(\.self) { whole.energy += earlier }
      whole.wallSeconds += attempt.wallSeconds
      whole.cpuSeconds += attempt.cpuSeconds
      trials[number].carriedEnergy = attempt.carried
      return whole
    }
  }

  /// Puts a trial whose worker failed back among those that are to be trained.
  private func retry(
    _ number: Int, _ attempt: EarlierAttempts, behind completion: TrialCompletion, _ reason: String
  ) {
    var attempt = attempt
    var lost = completion.energy
    if let last = attempt.last {
      lost = completion.energy.behind(last.energy)
      attempt.kept = attempt.kept.map { $0 + last.energy } ?? last.energy
      attempt.wallSeconds += last.wallSeconds
      attempt.cpuSeconds += last.cpuSeconds
      attempt.checkpoint = last.path
      attempt.last = nil
    }
    attempt.faults += 1
    attempts[number] = attempt
    quotes[number] = nil
    note(Trial.Fault(reason: reason, energy: lost), of: number)
    log.warning("trial \(number) is started again: \(reason.onOneLine(limit: .max))")
    putBack(number)
  }

  /// Books what attempts took that the present one could not go on from.
  func dropEarlier(of number: Int, _ reason: String) {
    guard let attempt = attempts[number], let checkpoint = attempt.checkpoint else { return }
    log.warning("trial \(number) is trained from its beginning, since it could not go on: \(reason)")
    // What earlier sessions took stands in their accounts of interrupted trainings, and stays there.
    attempts[number] = EarlierAttempts(last: attempt.last, faults: attempt.faults)
    obsoleteCheckpoints.append(checkpoint)
    attemptNotes.lostCheckpoints.insert(number)
    attemptNotes.checkpoints[number] = nil
    if let kept = attempt.kept { note(Trial.Fault(reason: reason, energy: kept), of: number) }
  }

  private func note(_ fault: Trial.Fault, of number: Int) {
    trials[number].faults.append(fault)
    attemptNotes.faults.append((number, fault))
  }

  // MARK: Limits

  /// Why a trial is not trained at all, in one line; nil where it is.
  func refusal(of trial: Trial) -> String? {
    do {
      // Costs are missing where they could not be counted; counting again says why.
      if trial.costs == nil { _ = try trial.candidate.architecture.costs() }
      guard let limit = plan.limits.memoryBytes else { return nil }
      let training = trial.candidate.training
      let bytes = try Network.requiredBytes(
        trial.candidate.architecture, maximumBatchSize: max(1, min(training.batchSize, plan.parts.training)),
        optimizer: training.optimizer)
      guard bytes > limit else { return nil }
      return "training the network takes \(UnitText.bytes(bytes)) of memory, more than the limit of "
        + "\(UnitText.bytes(limit)) (execution: memory-limit)"
    } catch {
      return "\(error)"
    }
  }
}
