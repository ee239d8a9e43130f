import SearchSpaces

/// Rungs of a search by trainings of growing length, counted in joules: rung *r* of 0 ..< n allows first · ηʳ joules from
/// the first epoch on, and the last rung the whole training.
///
/// Joules are estimated, so that the search is the same on every machine. A rung becomes a number of epochs: the most whose
/// energy is within it, but at least one more than the rung before. So a small network may be trained in full where a large
/// one sees its data once.
public struct EnergyLadder: Sendable {
  /// η: how many times as much energy a rung allows as the one before, and of how many trials one is promoted.
  public let reduction: Int
  /// The number of rungs, at least 2.
  public let rungs: Int
  /// The joules of the first rung.
  public let firstJoules: Double
  let estimates: any TrainingEstimates

  /// Rungs.
  ///
  /// - Precondition: `reduction` and `rungs` are at least 2.
  public init(reduction: Int, rungs: Int, firstJoules: Double, estimates: any TrainingEstimates) {
    precondition(reduction >= 2 && rungs >= 2, "there are two rungs at least, of different energies")
    self.reduction = reduction
    self.rungs = rungs
    self.firstJoules = firstJoules
    self.estimates = estimates
  }

  /// The last epoch of a candidate's training at a rung; nil if that is the whole training.
  public func epochLimit(of assignment: Assignment, rung: Int) -> Int? {
    guard rung < rungs - 1, let estimate = estimates.estimate(of: assignment) else { return nil }
    var limit = 0
    var joules = firstJoules
    for _ in 0...rung {
      limit = max(limit + 1, estimate.epochs(within: joules))
      joules *= Double(reduction)
    }
    return limit < estimate.epochs ? limit : nil
  }

  /// What a trial is compared by with others of its rung; nil if it has no result that can be.
  func result(of trial: ObservedTrial) -> [Double]? {
    guard trial.extent != .untrained, let losses = trial.finiteLosses, let epochs = trial.epochs else {
      return nil
    }
    let comparable = estimates.comparableLosses(losses, of: trial.assignment, epochs: epochs)
    return comparable.allSatisfy(\.isFinite) ? comparable : nil
  }
}
