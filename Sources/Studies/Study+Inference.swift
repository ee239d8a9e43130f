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

  /// Writes down the measurings that ended.
  func noteMeasurements(watch: (Event) -> Void) throws {
    for completion in executor.takeMeasurements() {
      defer { watch(.measured(trial: trials[completion.trial])) }
      switch completion.result {
      case .measured(let measurement):
        trials[completion.trial].inference = measurement
      case .failed(let reason):
        log.warning("trial \(completion.trial): its inference energy was not measured: \(reason)")
        // Elsewhere a session that goes on tries again.
        guard measurings.isObjective else { continue }
        trials[completion.trial].inferenceFailure = reason
      }
      try journal.note(
        inferenceOf: trials[completion.trial], session: session, books: executor.books())
      advanceEndedPrefix()
    }
  }
}
