import EnergyMetering
import Numerics
import ParetoAnalysis
import SearchSpaces

/// The trials of a study that no other trial beats in all objectives.
///
/// Duplicates are left out: their original stands for them. So are repeats: the trial that they repeat stands for all, with the
/// means of its seeds (``RepeatedTrainings``). A network that was trained in part is a network, so each trial
/// of a training that went on counts, with the energy that it had taken by then.
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
    /// The chance that it is on the front, given how few samples accuracy or the error was measured on and how its seeds
    /// differ, and how wide the energy's interval is and how much a training's CPU time scatters.
    public var nonDominatedProbability: Double
  }

  /// The members by rank.
  public let members: [Member]
  /// The objectives, in order.
  public let objectives: [Objective]
  /// e of the life-cycle energy; nil where that is no objective.
  public let inferences: Double?
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
  ///   - inferences: e, where life-cycle energy is an objective.
  ///   - validationCount: the number of samples that accuracy was measured on.
  ///   - reference: the reference point; nil takes it from these trials.
  public init(
    of trials: [Trial], objectives: [Objective], inferences: Double? = nil, validationCount: Int,
    seed: UInt64,
    reference chosenReference: [Double]? = nil
  ) {
    self.objectives = objectives
    self.inferences = inferences
    let trainings = RepeatedTrainings(trials, inferences: inferences)
    let ranked = Self.ranked(trainings, objectives)
    let points = ranked.map(\.losses)
    let reference = chosenReference ?? Self.reference(for: points, objectives: objectives)
    self.reference = reference
    let front = nonDominatedIndexes(of: points).sorted {
      (points[$0], ranked[$0].trial.number) < (points[$1], ranked[$1].trial.number)
    }
    let frontPoints = front.map { points[$0] }
    let box = reference.reduce(1, *)
    let isMeasurable = !frontPoints.isEmpty && box > 0 && box.isFinite
    hypervolume =
      isMeasurable ? ParetoAnalysis.hypervolume(of: frontPoints, reference: reference) / box : 0
    let contributions =
      isMeasurable ? hypervolumeContributions(of: frontPoints, reference: reference).map { $0 / box } : []
    let knee = kneeIndex(of: frontPoints)

    var stream = RandomStream(seed: seed, purpose: "front-probability")
    let uncertain = ranked.compactMap {
      Self.uncertainty(of: $0.trial, objectives, in: trainings, validationCount: validationCount)
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

  /// The numbers of the trials on the front alone, in order.
  static func memberNumbers(of trials: [Trial], objectives: [Objective]) -> [Int] {
    let ranked = ranked(RepeatedTrainings(trials), objectives)
    return nonDominatedIndexes(of: ranked.map(\.losses)).map { ranked[$0].trial.number }.sorted()
  }

  /// The candidates that have all objectives, each with the means over its seeds.
  private static func ranked(
    _ trainings: RepeatedTrainings, _ objectives: [Objective]
  ) -> [(trial: Trial, losses: [Double])] {
    trainings.candidates.compactMap { trial in trainings.losses(objectives, of: trial).map { (trial, $0) } }
  }

  /// What is known of a candidate's objectives; nil where it lacks one.
  static func uncertainty(
    of trial: Trial, _ objectives: [Objective], in trainings: RepeatedTrainings, validationCount: Int
  ) -> [UncertainObjective]? {
    guard let losses = trainings.losses(objectives, of: trial) else { return nil }
    return zip(objectives, losses).map { objective, loss in
      let known = uncertainty(
        of: objective, loss: loss, trial: trial, in: trainings, validationCount: validationCount)
      return trainings.spread(known, of: objective, trial)
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

  /// How much the CPU time, and with it the energy, of one training differs from one run to the next, as a relative
  /// standard deviation.
  ///
  /// Measured with 30 trainings each of the same network on a virtual machine of two cores: 5 % at 0.6 ms of CPU time,
  /// 3 % at 1.3 ms, 1 to 4 % from 4 to 120 ms. The rule is 3 %, and 0.05 ms besides.
  static func scatter(cpuSeconds: Double) -> Double {
    let brief = cpuSeconds > 0 ? min(1, 0.05e-3 / cpuSeconds) : 1
    return (0.03 * 0.03 + brief * brief).squareRoot()
  }

  private static func uncertainty(
    of provenance: EnergyProvenance, low: Double, high: Double
  ) -> UncertainObjective {
    // A table's band is the watts of a processor that is the same for all trials: they err alike.
    provenance.errsAlike(provenance)
      ? .sharedInterval(low: low, high: high) : .interval(low: low, high: high)
  }

  private static func uncertainty(
    of objective: Objective, loss: Double, trial: Trial, in trainings: RepeatedTrainings,
    validationCount: Int
  ) -> UncertainObjective {
    let inference = trial.measuredInference(among: trainings.trials)?.single
    switch objective {
    case .accuracy:
      // All seeds were measured on the same samples, so that these do not become more.
      let wrong = min(max(loss, 0), 1) * Double(validationCount)
      return .errorRate(correct: Double(validationCount) - wrong, wrong: wrong)
    case .trainingEnergy:
      guard let energy = trainings.trainingEnergy(of: trial) else { return .exact(loss) }
      let known = uncertainty(
        of: energy.provenance, low: energy.low.kilowattHours, high: energy.high.kilowattHours)
      return .scattered(known, relativeDeviation: trainings.relativeEnergyDeviation(of: trial))
    case .inferenceEnergy:
      guard let energy = inference?.energyPerInference else { return .exact(loss) }
      let known = uncertainty(of: energy.provenance, low: energy.low.joules, high: energy.high.joules)
      return .scattered(known, relativeDeviation: Self.scatter(cpuSeconds: inference?.seconds ?? 0))
    case .lifeCycleEnergy:
      guard let training = trainings.trainingEnergy(of: trial),
        let energy = trainings.lifeCycleEnergy(of: trial)
      else { return .exact(loss) }
      // Training and use scatter independently of each other.
      let (whole, own) = (energy.energy.joules, training.energy.joules)
      let scatter = [
        own * trainings.relativeEnergyDeviation(of: trial),
        (whole - own) * Self.scatter(cpuSeconds: inference?.seconds ?? 0),
      ]
      return .scattered(
        uncertainty(
          of: energy.provenance, low: energy.low.kilowattHours, high: energy.high.kilowattHours),
        relativeDeviation: whole > 0
          ? scatter.reduce(0) { $0 + $1 * $1 }.squareRoot() / whole : Self.scatter(cpuSeconds: 0))
    case .latency:
      return .scattered(
        .exact(loss), relativeDeviation: Self.scatter(cpuSeconds: inference?.seconds ?? 0))
    case .r2:
      // 1 − R² goes with the mean of n squared errors, which for normal errors has the relative deviation √(2/n).
      return .scattered(.exact(loss), relativeDeviation: (2 / Double(max(1, validationCount))).squareRoot())
    case .rmse:
      return .scattered(.exact(loss), relativeDeviation: (0.5 / Double(max(1, validationCount))).squareRoot())
    case .loss, .parameters, .flops:
      return .exact(loss)
    }
  }
}

/// Orders points by their first objective, then by the next.
private func < (left: ([Double], Int), right: ([Double], Int)) -> Bool {
  for (first, second) in zip(left.0, right.0) where first != second { return first < second }
  return left.1 < right.1
}
