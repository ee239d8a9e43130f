import SearchSpaces

extension Trial {
  /// The value of an objective as people read it; nil where the trial has none.
  ///
  /// - Parameter trials: all trials of the study, by number: a duplicate has the energy of its original, and one that
  ///   continues others theirs besides its own.
  public func value(of objective: Objective, among trials: [Trial]) -> Double? {
    guard let outcome, isTrained || state == .duplicate else { return nil }
    switch objective {
    case .accuracy: return outcome.validationAccuracy
    case .loss: return outcome.validationLoss
    case .r2: return outcome.validationR2
    case .rmse: return outcome.validationRMSE
    case .trainingEnergy:
      return wholeEnergy(among: trials)?.energy.kilowattHours
    case .inferenceEnergy:
      return measuredInference(among: trials)?.single.energyPerInference.energy.joules
    case .latency:
      return measuredInference(among: trials)?.single.secondsPerInference
    case .parameters: return costs.map { Double($0.parameters) }
    case .flops: return costs.map { Double($0.forwardFlopsPerSample) }
    }
  }

  /// What inferences of the trial's network take. A duplicate is the same network as its original, and so is a trial that
  /// continues another; the one that began the training was measured. Nil where it was not.
  ///
  /// - Parameter trials: all trials of the study, by number.
  public func measuredInference(among trials: [Trial]) -> InferenceMeasurement? {
    origin(among: trials).inference
  }

  /// The objectives so that less is better, in order: 1 − accuracy and 1 − R², the others as they are; nil where one is missing.
  public func losses(_ objectives: [Objective], among trials: [Trial]) -> [Double]? {
    var losses: [Double] = []
    for objective in objectives {
      guard let value = value(of: objective, among: trials), value.isFinite else { return nil }
      losses.append(objective.direction == .maximize ? 1 - value : value)
    }
    return losses
  }
}
