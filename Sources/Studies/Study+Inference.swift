import Logging

/// Measuring what inferences of trials' networks take.
extension Study {
  /// Whether a trial has ended and all its objectives are known.
  ///
  /// Where inference energy is an objective, a completed trial waits for it to be measured, so that the strategy is told
  /// the same whether or not the study was stopped in between.
  func isSettled(_ trial: Trial) -> Bool {
    guard trial.state != .running else { return false }
    let trained = trial.origin(among: trials)
    guard measurings.isObjective, trained.isTrained else { return true }
    return trained.inference != nil || trained.inferenceFailure != nil
  }

  /// What the strategy is told of a trial: its losses, in the order of the objectives; nil where it has none.
  ///
  /// Of a trial that was settled without a measured figure it is told the same for ever, also when the figure is measured
  /// in a later session: what it proposed since then depends on it.
  func lossesToTell(_ trial: Trial) -> [Double]? {
    let trained = trial.duplicateOf.map { trials[$0] } ?? trial
    if measurings.isObjective, trained.inferenceFailure != nil { return nil }
    return trial.losses(plan.objectives, among: trials, inferences: plan.inferences)
  }

  /// Writes down the measurings that ended. One whose worker ended before it was over is tried a second time.
  func noteMeasurements(watch: (Event) -> Void) throws {
    for completion in executor.takeMeasurements() {
      if case .cutOff(let reason) = completion.result, measurings.addAgain(completion.trial) {
        log.warning(
          "trial \(completion.trial): measuring its inferences was cut off, and is tried again: \(reason)")
        try recordBooks()
        continue
      }
      defer { watch(.measured(trial: trials[completion.trial])) }
      switch completion.result {
      case .measured(let measurement):
        trials[completion.trial].inference = measurement
      case .failed(let reason), .cutOff(let reason):
        log.warning(
          "trial \(completion.trial): its inference energy was not measured: \(reason); --resume tries again")
        // What is no objective may be measured in a later session as if nothing had been.
        guard measurings.isObjective else { continue }
        trials[completion.trial].inferenceFailure = reason
      }
      try journal.note(
        inferenceOf: trials[completion.trial], notes: takeAttemptNotes(), session: session, books: books())
      advanceEndedPrefix()
    }
  }
}
