import Numerics
import Training

/// What simulated trainings lead to, told by the candidate alone.
///
/// The error on the validation part is
///
///     0.02 + 0.3 / (1 + √(parameters / 1000)) + 0.3 · exp(−3 · epochs / all epochs) + 0.1 · log₁₀(rate / 0.01)² + 0.02 · u
///
/// and at most 0.95: larger networks do better with diminishing returns, half a training does worse, there is a best
/// learning rate, and u, from 0 to 1, is the candidate's own. So a strategy that learns has something to learn.
struct SimulatedOutcomes: Sendable {
  let seed: UInt64
  let parts: PartSizes

  /// What training a job's candidate so far leads to.
  func outcome(of job: TrialJob) -> TrainingOutcome {
    let training = job.candidate.training
    let epochs = min(job.untilEpoch ?? training.epochs, training.epochs)
    let parameters = Double((try? job.candidate.architecture.costs())?.parameters ?? 0)
    var stream = RandomStream(
      seed: seed, trial: 0, purpose: "simulated-outcome-" + job.candidate.canonicalHash)
    let capacity = 0.3 / (1 + (parameters / 1000).squareRoot())
    let patience = 0.3 * (-3 * Double(epochs) / Double(training.epochs)).exponential
    let decades = (training.learningRate / 0.01).logarithm / 10.0.logarithm
    let error = min(0.95, 0.02 + capacity + patience + 0.1 * decades * decades + 0.02 * stream.uniform())
    return TrainingOutcome(
      epochs: epochs, steps: epochs * ((parts.training + 31) / 32), trainingLoss: error,
      validationLoss: 3 * error,
      validationAccuracy: (Double(parts.validation) * (1 - error)).rounded()
        / Double(max(1, parts.validation)),
      testAccuracy: nil)
  }
}
