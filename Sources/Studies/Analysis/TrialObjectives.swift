import EnergyMetering
import SearchSpaces

extension Trial {
  /// The value of an objective as people read it; nil where the trial has none.
  ///
  /// - Parameters:
  ///   - trials: all trials of the study, by number: a duplicate has the energy of its original, and one that continues
  ///     others theirs besides its own.
  ///   - inferences: e of the life-cycle energy, which has no value without it.
  public func value(of objective: Objective, among trials: [Trial], inferences: Double? = nil) -> Double? {
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
    case .lifeCycleEnergy:
      return inferences.flatMap { lifeCycleEnergy(inferences: $0, among: trials)?.energy.kilowattHours }
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

  /// T + I · e: what the trial's network takes in training and in so many inferences at batch 1, with the bounds of both end to
  /// end (Gitzel, Platenius-Mohr and Burger 2023, without CT). At the machine, without the power usage effectiveness, which
  /// multiplies all networks alike. Nil while it is not trained or its inferences were not measured.
  ///
  /// - Parameters:
  ///   - inferences: e, finite and not negative.
  ///   - trials: all trials of the study, by number.
  ///   - training: T; nil for that of the trial itself.
  public func lifeCycleEnergy(
    inferences: Double, among trials: [Trial], training: EnergyReading? = nil
  ) -> EnergyReading? {
    guard let training = training ?? wholeEnergy(among: trials),
      let inference = measuredInference(among: trials)
    else { return nil }
    return training + inference.single.energyPerInference * inferences
  }

  /// The objectives so that less is better, in order: 1 − accuracy and 1 − R², the others as they are; nil where one is missing.
  ///
  /// - Parameter inferences: e of the life-cycle energy.
  public func losses(
    _ objectives: [Objective], among trials: [Trial], inferences: Double? = nil
  ) -> [Double]? {
    var losses: [Double] = []
    for objective in objectives {
      guard let value = value(of: objective, among: trials, inferences: inferences), value.isFinite else {
        return nil
      }
      losses.append(objective.direction == .maximize ? 1 - value : value)
    }
    return losses
  }
}
