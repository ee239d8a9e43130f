import EnergyMetering
import Foundation

/// What an inference of one sample takes, where it was not measured: predicted from the energy of the trial's training.
///
/// I = ``batchFactor`` · I_b + P · (``callSeconds`` + ``layerSeconds`` · layers). I_b is what the forward pass of a sample
/// takes in the training's batch: of the energy that a sample took in training, the forward pass's share in the operations. P
/// is the training's watts, its energy by CPU second. At batch 1 each layer is called for a single sample, and its weights are
/// read for one sample alone.
///
/// The three numbers minimise the relative errors of 84 trials that were measured at batch 1, 14 random ones of each of the spaces
/// that come with the program but `digits-mlp-grid` (`wattle search … --strategy random --trials 14 --set
/// energy.inference.measure=all`), on a Sapphire Rapids core. The measured was from 0.51 to 2.27 times the modelled, which
/// ``band`` holds; without the second term and the factor it was up to 13 times as much.
enum InferenceModel {
  /// How much more the work of a sample takes alone than in a batch.
  static let batchFactor = 1.4
  /// Seconds of a call: copying the sample in and its outputs out.
  static let callSeconds = 1e-7
  /// Seconds of each layer besides.
  static let layerSeconds = 8e-8

  /// The bounds of a modelled I, as parts of it.
  static let band = UncertainValue(1, low: 0.5, high: 2.5)
  /// How far an I can be from the model of its trial where other trials of the run were measured and corrected the model: as a
  /// factor either way. In the trials above it was 1.72 at most.
  static let correctedFactor = 1.75
  /// What is farther off from the model says nothing about other trials.
  private static let plausibleExcess = 1e-12...1e12
  /// The relative standard deviation of a modelled I, for comparisons: it errs for each trial alone.
  static let deviation = 0.32

  /// What an inference at batch 1 takes; nil for a trial that has not been trained.
  ///
  /// The bounds are those of the training, which may have taken several trials.
  static func reading(of trial: Trial, among trials: [Trial], trainingCount: Int) -> EnergyReading? {
    guard trial.isTrained, let own = trial.energy, let whole = trial.countedEnergy(among: trials),
      let outcome = trial.outcome, let costs = trial.costs
    else { return nil }
    let share = Double(costs.forwardFlopsPerSample) / Double(costs.trainingFlopsPerSample)
    let work = batchFactor * share / (Double(outcome.epochs) * Double(trainingCount))
    guard let seconds = trial.cpuSeconds, seconds > 0 else { return whole * work }
    let layers = TrainingWorkload.layerCount(trial.candidate.architecture.layers)
    let calls = (callSeconds + layerSeconds * Double(layers)) / seconds
    return trial.continues == nil ? own * (work + calls) : whole * work + own * calls
  }

  /// How many times as much as the model says the measured trials take: the geometric mean, with bounds that hold them all and
  /// at least ``correctedFactor`` either way; nil where nothing was measured.
  static func correction(by trials: [Trial], trainingCount: Int) -> UncertainValue? {
    let logarithms = trials.compactMap { trial -> Double? in
      guard let measured = trial.inference?.single.energyPerInference.energy.joules, measured > 0,
        let modelled = reading(of: trial, among: trials, trainingCount: trainingCount)?.energy.joules,
        modelled > 0,
        plausibleExcess.contains(measured / modelled)
      else { return nil }
      return log(measured / modelled)
    }
    guard let least = logarithms.min(), let most = logarithms.max() else { return nil }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    return UncertainValue(
      exp(mean), low: min(exp(least), exp(mean) / correctedFactor),
      high: max(exp(most), exp(mean) * correctedFactor))
  }
}
