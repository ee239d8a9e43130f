import EnergyMetering
import Studies

/// How many near-ties of the front were trained again, and what that took: the part `repeats` of `summary.json`.
public struct RepeatSummary: Codable, Sendable {
  /// The candidates that were trained again.
  var candidates: Int
  /// The trainings that this took beside their first, failed ones included.
  var trainings: Int
  /// Those of them that failed.
  var failed: Int
  /// The energy of these trainings; it is part of CT.
  var energyKwh: Double
  var energyLowKwh: Double
  var energyHighKwh: Double

  /// The repeats of a run; nil where there are none.
  init?(_ run: RunRecord) {
    let ended = run.trials.filter { !$0.isProposal && $0.state != .running }
    guard !ended.isEmpty else { return nil }
    candidates = Set(ended.compactMap(\.repeats)).count
    trainings = ended.count
    failed = ended.count { $0.state == .failed }
    let energy = ended.reduce(KilowattHours.zero) { $0 + KilowattHours($1.energy) }
    (energyKwh, energyLowKwh, energyHighKwh) = (energy.estimate, energy.low, energy.high)
  }

  /// In one line with its line break, such as `Trained again with other seeds: 3 near-ties, 5 times, 0.82 J of CT.`
  var text: String {
    let ties = candidates == 1 ? "1 near-tie" : "\(candidates) near-ties"
    let failures = failed > 0 ? ", of which \(failed) failed" : ""
    func energy(_ kilowattHours: Double) -> String { Energy(kilowattHours: kilowattHours).formatted }
    return
      "Trained again with other seeds: \(ties) of the front in \(counted(trainings, "training"))\(failures), "
      + "\(energy(energyKwh)) [\(energy(energyLowKwh)) – \(energy(energyHighKwh))] of CT.\n"
  }
}

/// A member of the front in `summary.json`, with what is known of its accuracy.
public struct FrontMemberSummary: Codable, Sendable {
  var trial: Int
  /// How often it was trained again.
  var repeats: Int
  /// The mean over its seeds, and the bounds of its 90 % interval.
  var validationAccuracy: Double?
  var validationAccuracyLow: Double?
  var validationAccuracyHigh: Double?
  var nonDominatedProbability: Double

  init(_ member: TrialFront.Member, in run: RunRecord) {
    trial = member.trial.number
    repeats = run.repeats.repeatCount(of: member.trial)
    let accuracy = run.accuracyInterval(of: member.trial)
    validationAccuracy = accuracy?.mean
    validationAccuracyLow = accuracy?.low
    validationAccuracyHigh = accuracy?.high
    nonDominatedProbability = member.nonDominatedProbability
  }
}
