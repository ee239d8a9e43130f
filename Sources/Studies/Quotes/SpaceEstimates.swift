import EnergyMetering
import Numerics
import SearchSpaces
import SearchStrategies
import Training

/// What the trainings of a space need by ``ReferenceEstimates``: what the rungs of a multi-fidelity search are counted in.
///
/// A meter's joules differ from run to run and from machine to machine; by these a search promotes the same trainings
/// everywhere.
struct SpaceEstimates: TrainingEstimates {
  /// So many candidates are looked at for the largest training.
  private static let draws = 64

  let space: SearchSpace
  let parts: PartSizes
  let objectives: [Objective]
  /// e of the life-cycle energy; nil where that is no objective.
  let inferences: Double?

  func estimate(of assignment: Assignment) -> TrainingEstimate? {
    guard let candidate = try? space.candidate(for: assignment),
      let one = joules(candidate, epochs: 1), let two = joules(candidate, epochs: 2), two > one
    else { return nil }
    return TrainingEstimate(
      epochs: candidate.training.epochs, fixedJoules: one - (two - one), joulesPerEpoch: two - one)
  }

  func comparableLosses(_ losses: [Double], of assignment: Assignment, epochs: Int) -> [Double] {
    guard objectives.contains(where: { $0 == .trainingEnergy || $0.needsInference }),
      losses.count == objectives.count, let candidate = try? space.candidate(for: assignment),
      let costs = try? candidate.architecture.costs(), let joules = joules(candidate, epochs: epochs)
    else { return losses }
    let seconds = ReferenceEstimates(parts: parts).latencySeconds(of: candidate, costs: costs)
    return zip(objectives, losses).map { objective, loss in
      switch objective {
      case .trainingEnergy: Energy(joules: joules).kilowattHours
      case .inferenceEnergy: seconds * CostModel.usualWatts
      case .lifeCycleEnergy:
        Energy(joules: joules + seconds * CostModel.usualWatts * (inferences ?? 0)).kilowattHours
      case .latency: seconds
      case .accuracy, .loss, .r2, .rmse, .parameters, .flops: loss
      }
    }
  }

  /// The largest energy of a whole training among some draws, in joules; nil if none can be built.
  func largestJoules() -> Double? {
    var stream = RandomStream(seed: 0, purpose: "fidelity")
    return (0..<space.choices.affordableDraws(Self.draws)).compactMap { _ in
      estimate(of: space.choices.sample(using: &stream))?.joules
    }
    .max()
  }

  private func joules(_ candidate: Candidate, epochs: Int) -> Double? {
    (try? TrainingWorkload(candidate, parts, epochs: epochs)).map {
      CostModel(watts: CostModel.usualWatts).quote($0).joules
    }
  }
}

extension StudyConfiguration.FidelitySection {
  /// The search by rungs over a strategy.
  func strategy(
    over candidates: any SearchStrategy, estimates: SpaceEstimates, lookahead: Int
  ) -> any SearchStrategy {
    var last = 1.0
    for _ in 1..<rungs { last *= Double(reduction) }
    let ladder = EnergyLadder(
      reduction: reduction, rungs: rungs,
      firstJoules: first?.joules ?? (estimates.largestJoules() ?? 0) / last, estimates: estimates)
    return switch scheme {
    case .asha: ASHA(over: candidates, ladder: ladder, lookahead: lookahead)
    case .halving:
      Hyperband(over: candidates, ladder: ladder, startsOnEveryRung: false, lookahead: lookahead)
    case .hyperband:
      Hyperband(over: candidates, ladder: ladder, startsOnEveryRung: true, lookahead: lookahead)
    }
  }
}
