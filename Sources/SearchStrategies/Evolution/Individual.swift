import ParetoAnalysis
import SearchSpaces

/// A trial as the multi-objective strategies keep it.
struct Individual: Sendable {
  /// The trial's number.
  var number: Int
  var assignment: Assignment
  /// The objectives, all finite, less being better.
  var losses: [Double]

  /// A trial that did not fail and has as many objectives as the others; nil otherwise.
  init?(_ trial: ObservedTrial, among others: Individual?) {
    guard let losses = trial.finiteLosses, others.map({ $0.losses.count == losses.count }) ?? true else {
      return nil
    }
    number = trial.number
    assignment = trial.assignment
    self.losses = losses
  }
}

/// Trials by the number of a generation: the first `founders` are one, and each `size` after them another.
struct Generations: Sendable {
  let founders: Int
  let size: Int

  /// The first trial of the generation that a trial belongs to.
  func start(of trial: Int) -> Int {
    trial < founders ? 0 : founders + (trial - founders) / size * size
  }

  /// How many trials must have been observed before a trial, if a generation waits for all before it but the last
  /// `lookahead` trials.
  func observationsNeeded(before trial: Int, lookahead: Int) -> Int {
    max(0, start(of: trial) - lookahead)
  }
}
