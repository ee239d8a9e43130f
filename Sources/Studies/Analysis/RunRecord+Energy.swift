import EnergyMetering
import Foundation

extension RunRecord {
  /// CT = Σ T_h over all trials, every state included; nil while nothing was trained.
  public var searchEnergy: EnergyReading? {
    let energies = trials.compactMap(\.energy)
    return energies.first.map { energies.dropFirst().reduce($0, +) }
  }

  /// I: the energy of one inference of a trial's network, without PUE; nil while it is not trained.
  ///
  /// It is modelled: of the energy that a sample took in training, the share of the forward pass in the operations of
  /// the training.
  public func inferenceEnergy(of trial: Trial) -> EnergyReading? {
    guard trial.state == .completed, let training = trial.energy, let outcome = trial.outcome,
      let costs = trial.costs
    else { return nil }
    let share = Double(costs.forwardFlopsPerSample) / Double(costs.trainingFlopsPerSample)
    var reading = training * (share / Double(outcome.epochs * trainingCount))
    // What is modelled with the training's watts errs with them; what comes from a counter errs for each trial alone.
    if training.provenance.tier != .modelled {
      reading.provenance.tier = .modelled
      reading.provenance.detail +=
        (training.provenance.detail.isEmpty ? "" : ", ") + "by the operations of trial \(trial.number)"
    }
    return reading
  }

  /// When the trials used their energy: that of each evenly from its start to its end; nil where the journal of some
  /// does not say, which is so in a run of an earlier version.
  public var energyUses: [(time: DateInterval, energy: Energy)]? {
    var uses: [(time: DateInterval, energy: Energy)] = []
    for trial in trials {
      guard let energy = trial.energy?.energy, energy.joules > 0 else { continue }
      guard let end = trialEnds[trial.number], let seconds = trial.wallSeconds, seconds >= 0 else {
        return nil
      }
      uses.append((DateInterval(start: end.addingTimeInterval(-seconds), end: end), energy))
    }
    return uses
  }
}
