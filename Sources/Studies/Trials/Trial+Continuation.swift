import EnergyMetering
import Training

/// Trainings that go on over several trials.
extension Trial {
  /// Whether it has led to a network, trained in full or in part.
  public var isTrained: Bool { state == .completed || state == .pruned }

  /// The trial that began the training: of a duplicate that of its original, of a repeat that of what it repeats.
  ///
  /// - Parameter trials: all trials of the study, by number.
  public func origin(among trials: [Trial]) -> Trial {
    var trial = (duplicateOf ?? repeats).map { trials[$0] } ?? self
    while let former = trial.continues { trial = trials[former] }
    return trial
  }

  /// T: the energy of all trainings that led to the network, from initial weights on: over all trials that its training
  /// took, and those of the ancestors whose weights it inherited; of a duplicate that of its original. Nil while it runs.
  ///
  /// - Parameter trials: all trials of the study, by number.
  public func wholeEnergy(among trials: [Trial]) -> EnergyReading? {
    sum(among: trials, of: \.energy, by: +) { $0.continues ?? $0.inherits }
  }

  /// The energy of the epochs that the outcome counts: ``wholeEnergy(among:)`` without that of ancestors.
  ///
  /// - Parameter trials: all trials of the study, by number.
  func countedEnergy(among trials: [Trial]) -> EnergyReading? {
    sum(among: trials, of: \.energy, by: +, behind: \.continues)
  }

  /// The processor seconds of all trainings that led to the network.
  ///
  /// - Parameter trials: all trials of the study, by number.
  func wholeCPUSeconds(among trials: [Trial]) -> Double? {
    sum(among: trials, of: \.cpuSeconds, by: +) { $0.continues ?? $0.inherits }
  }

  private func sum<Value>(
    among trials: [Trial], of value: (Trial) -> Value?, by add: (Value, Value) -> Value,
    behind former: (Trial) -> Int?
  ) -> Value? {
    var trial = duplicateOf.map { trials[$0] } ?? self
    guard var sum = value(trial) else { return nil }
    while let former = former(trial) {
      trial = trials[former]
      if let part = value(trial) { sum = add(part, sum) }
    }
    return sum
  }

  /// The epochs that this trial itself trained; nil if it has not ended with a result.
  ///
  /// - Parameter trials: all trials of the study, by number.
  func ownEpochs(among trials: [Trial]) -> Int? {
    outcome.map { $0.epochs - (continues.flatMap { trials[$0].outcome?.epochs } ?? 0) }
  }

  /// Whether a training that ended with an outcome was over then: all epochs were done, or early stopping ended it.
  func isOver(with outcome: TrainingOutcome) -> Bool {
    let training = candidate.training
    guard outcome.epochs < training.epochs, outcome.epochs == epochLimit else { return true }
    return training.patience.map { outcome.epochs - (outcome.bestEpoch ?? 0) >= $0 } ?? false
  }
}
