import EnergyMetering
import Numerics
import ParetoAnalysis
import SearchSpaces

/// The trials of a study that no other trial beats in all objectives.
///
/// Duplicates are left out: their original stands for them.
public struct TrialFront: Sendable {
  /// A trial on the front.
  public struct Member: Sendable {
    /// The trial.
    public var trial: Trial
    /// The place along the front, from 1: the best in the first objective comes first.
    public var rank: Int
    /// Whether it is the knee: the best compromise by distance from the line between the front's ends.
    public var isKnee: Bool
    /// What the hypervolume would lose without it, as a share of the box up to the reference point.
    public var hypervolumeContribution: Double
    /// The chance that it is on the front, given how few samples accuracy was measured on and how wide the energy's
    /// interval is.
    public var nonDominatedProbability: Double
  }

  /// The members by rank.
  public let members: [Member]
  /// The objectives, in order.
  public let objectives: [Objective]
  /// The volume that the front dominates, as a share of the box between the ideal and the reference point.
  public let hypervolume: Double
  /// The reference point, as losses: 1 for accuracy and R², 1.1 times the worst trial for the others.
  public let reference: [Double]

  /// How often the uncertain front is drawn for ``Member/nonDominatedProbability``.
  private static let draws = 1000

  /// The front of a study's trials.
  ///
  /// - Parameters:
  ///   - trials: all trials of the study, by number.
  ///   - validationCount: the number of samples that accuracy was measured on.
  ///   - reference: the reference point; nil takes it from these trials.
  public init(
    of trials: [Trial], objectives: [Objective], validationCount: Int, seed: UInt64,
    reference chosenReference: [Double]? = nil
  ) {
    self.objectives = objectives
    let ranked: [(trial: Trial, losses: [Double])] = trials.compactMap { trial in
      guard trial.state == .completed else { return nil }
      return trial.losses(objectives, among: trials).map { (trial, $0) }
    }
    let points = ranked.map(\.losses)
    let reference = chosenReference ?? Self.reference(for: points, objectives: objectives)
    self.reference = reference
    let front = nonDominatedIndexes(of: points).sorted {
      (points[$0], ranked[$0].trial.number) < (points[$1], ranked[$1].trial.number)
    }
    let frontPoints = front.map { points[$0] }
    let box = reference.reduce(1, *)
    let isMeasurable = !frontPoints.isEmpty && box > 0
    hypervolume =
      isMeasurable ? ParetoAnalysis.hypervolume(of: frontPoints, reference: reference) / box : 0
    let contributions =
      isMeasurable ? hypervolumeContributions(of: frontPoints, reference: reference).map { $0 / box } : []
    let knee = kneeIndex(of: frontPoints)

    var stream = RandomStream(seed: seed, purpose: "front-probability")
    let uncertain = ranked.map { entry in
      zip(objectives, entry.losses).map { objective, loss in
        Self.uncertainty(of: objective, loss: loss, trial: entry.trial, validationCount: validationCount)
      }
    }
    let probabilities =
      uncertain.isEmpty ? [] : nonDominatedProbabilities(of: uncertain, draws: Self.draws, stream: &stream)
    members = front.enumerated().map { position, index in
      Member(
        trial: ranked[index].trial, rank: position + 1, isKnee: knee == position,
        hypervolumeContribution: position < contributions.count ? contributions[position] : 0,
        nonDominatedProbability: probabilities[index])
    }
  }

  /// The reference point for some points: 1 for accuracy and R², 1.1 times the worst of the others.
  ///
  /// A network that predicts worse than the mean, with R² below 0, dominates nothing.
  public static func reference(for points: [[Double]], objectives: [Objective]) -> [Double] {
    objectives.indices.map { axis in
      objectives[axis].direction == .maximize ? 1 : 1.1 * (points.map { $0[axis] }.max() ?? 0)
    }
  }

  private static func uncertainty(
    of objective: Objective, loss: Double, trial: Trial, validationCount: Int
  ) -> UncertainObjective {
    switch objective {
    case .accuracy:
      let wrong = Int((loss * Double(validationCount)).rounded())
      return .errorRate(correct: validationCount - wrong, wrong: wrong)
    case .trainingEnergy:
      guard let energy = trial.energy else { return .exact(loss) }
      // A table's band is the watts of a processor that is the same for all trials: they err alike.
      let (low, high) = (energy.low.kilowattHours, energy.high.kilowattHours)
      return energy.provenance.errsAlike(energy.provenance)
        ? .sharedInterval(low: low, high: high) : .interval(low: low, high: high)
    case .loss, .r2, .rmse, .parameters, .flops:
      return .exact(loss)
    }
  }
}

/// Orders points by their first objective, then by the next.
private func < (left: ([Double], Int), right: ([Double], Int)) -> Bool {
  for (first, second) in zip(left.0, right.0) where first != second { return first < second }
  return left.1 < right.1
}
