import EnergyMetering
import Foundation

extension RunRecord {
  /// CT = Σ T_h over all trials, every state and all lost attempts included; nil while nothing was trained.
  public var searchEnergy: EnergyReading? {
    let energies = trials.compactMap(\.spentEnergy)
    return energies.first.map { energies.dropFirst().reduce($0, +) }
  }

  /// I: the energy of one inference of a trial's network, without PUE; nil while it is not trained.
  ///
  /// It is that at batch 1 where it was measured. Otherwise it is modelled (`InferenceModel`), times what the measured trials
  /// of the run took more than that. A duplicate has its original's.
  public func inferenceEnergy(of trial: Trial) -> EnergyReading? {
    inferenceMeasurement(of: trial)?.single.energyPerInference
      ?? modelledInferenceEnergy(of: original(of: trial))
  }

  /// What was measured of inferences of a trial's network, or of its original's; nil where nothing was.
  public func inferenceMeasurement(of trial: Trial) -> InferenceMeasurement? {
    trial.measuredInference(among: trials)
  }

  /// θ = T / (E · D · I), the overhead of training over inference on the same samples: T is the energy of the training without that of ancestors, E its
  /// epochs, D the number of training samples and I the energy of an inference at the training's batch, measured (Gitzel,
  /// Platenius-Mohr and Burger 2023). A duplicate has its original's.
  ///
  /// Nil where I was not measured: by the model, θ would be a ratio of counted operations.
  public func trainingOverhead(of trial: Trial) -> Double? {
    let trained = original(of: trial)
    guard let training = trained.countedEnergy(among: trials), let outcome = trained.outcome,
      let inference = inferenceMeasurement(of: trial)?.trainingBatch.energyPerInference
    else { return nil }
    let forward = (Double(outcome.epochs) * Double(trainingCount)) * inference.energy.joules
    return forward > 0 ? training.energy.joules / forward : nil
  }

  /// The trial that was trained: a duplicate's original, or the trial itself.
  private func original(of trial: Trial) -> Trial { trial.duplicateOf.map { trials[$0] } ?? trial }

  private func modelledInferenceEnergy(of trial: Trial) -> EnergyReading? {
    guard let training = trial.energy,
      var reading = InferenceModel.reading(of: trial, among: trials, trainingCount: trainingCount)
    else { return nil }
    // What is modelled with the training's watts errs with them; what comes from a counter errs for each trial alone.
    if training.provenance.tier != .modelled {
      reading.provenance.tier = .modelled
      reading.provenance.detail +=
        (training.provenance.detail.isEmpty ? "" : ", ") + "by the operations of trial \(trial.number)"
    }
    guard let correction = inferenceCorrection else { return reading * InferenceModel.band }
    reading.provenance.detail += ", corrected by the measured trials"
    return reading * correction
  }

  /// When the trials used their energy: that of each evenly from its start to its end; nil where the journal of some
  /// does not say, which is so in a run of an earlier version.
  public var energyUses: [(time: DateInterval, energy: Energy)]? {
    var uses: [(time: DateInterval, energy: Energy)] = []
    for trial in trials {
      guard let energy = trial.spentEnergy?.energy, energy.joules > 0 else { continue }
      guard let end = trialEnds[trial.number], let seconds = trial.wallSeconds, seconds >= 0 else {
        return nil
      }
      uses.append((DateInterval(start: end.addingTimeInterval(-seconds), end: end), energy))
    }
    return uses
  }
}
