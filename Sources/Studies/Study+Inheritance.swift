import Foundation
import SearchSpaces
import SearchStrategies

/// Trainings that begin with the weights of a parent.
///
/// Which weights are kept follows from the order of trials alone, and never from which training was faster: so a child has the
/// same parent's weights whatever the number of workers, and in a resumed study.
extension Study {
  /// Gives up the weights that no trial from this one on can inherit: all but those of trials that the strategy may choose as
  /// parents, of trials that it has not heard of yet, and of these trials' parents.
  func keepWeights(of heritable: Set<Int>, unobserved: some Sequence<Int>) {
    guard plan.inheritance != nil, !keptWeights.isEmpty else { return }
    var needed = Set(heritable.map(trainedTrial))
    for number in unobserved {
      needed.insert(trainedTrial(number))
      if let inheritance = trials[number].inheritance { needed.insert(inheritance.parent) }
    }
    for number in keptWeights.subtracting(needed) {
      keptWeights.remove(number)
      if let checkpoints { obsoleteCheckpoints.append(checkpoints.weightsPath(ofTrial: number)) }
    }
  }

  /// What a proposal inherits; nil for nothing, also where the parent is a duplicate of a trial whose weights are given up.
  func inheritance(of proposal: ProposedTraining) throws -> WeightInheritance? {
    guard let section = plan.inheritance, let parent = proposal.inherits.map(trainedTrial),
      keptWeights.contains(parent)
    else { return nil }
    let candidate = try plan.space.candidate(for: proposal.assignment)
    return WeightInheritance(parent: parent, epochs: section.epochs(of: candidate.training.epochs))
  }

  /// The trial that was trained for a trial: a duplicate's original.
  private func trainedTrial(_ number: Int) -> Int { trials[number].duplicateOf ?? number }

  /// Adds to a training where it finds its parent's weights and where it leaves its own.
  func addInheritance(to job: inout TrialJob) throws {
    guard plan.inheritance != nil, let checkpoints else { return }
    try checkpoints.make()
    job.weightsPath = checkpoints.weightsPath(ofTrial: job.trial)
    guard let inheritance = trials[job.trial].inheritance else { return }
    job.inheritsFrom = checkpoints.weightsPath(ofTrial: inheritance.parent)
    job.inheritsTrial = streamNumber(of: trials[inheritance.parent])
    job.inheritedEpochs = inheritance.epochs
    job.beginsAnew = true
  }

  /// How many epochs a trial that inherits is expected to train; nil for one that does not, or whose parent's weights are lost.
  func inheritedEpochs(of trial: Trial) -> Int? {
    guard let inheritance = trial.inheritance, let checkpoints,
      access(checkpoints.weightsPath(ofTrial: inheritance.parent), R_OK) == 0
    else { return nil }
    return inheritance.epochs
  }

  /// Notes that a training which was to inherit began with initial weights.
  func noteLostInheritance(_ number: Int, _ reason: String) {
    guard let parent = trials[number].inheritance?.parent else { return }
    trials[number].inheritance?.failure = reason.onOneLine(limit: .max)
    log.warning(
      "trial \(number) was trained in full from initial weights, since it could not inherit those of trial \(parent): \(reason)"
    )
  }
}
