import EnergyMetering
import ParetoAnalysis

/// The life cycles of the trials on a front: the search that found them all, and training and use of each.
public struct FrontLifeCycles: Sendable {
  /// Where T comes from.
  public enum TrainingSource: Hashable, Sendable {
    /// The mean of so many full trainings by `wattle train`.
    case retraining(count: Int)
    /// The trial's own training in the search, or the mean of it and its repeats.
    case search
  }

  /// A member of the front.
  public struct Member: Sendable {
    /// The trial.
    public let trial: Trial
    /// The place along the front, from 1.
    public let rank: Int
    /// Whether it is the front's best compromise.
    public let isKnee: Bool
    /// Its life.
    public let life: LifeCycle
    /// Where its T comes from.
    public let trainingSource: TrainingSource
    /// Where its I comes from.
    public let inferenceMethod: InferenceMethod
  }

  /// A range of the number of inferences in which one member takes the least energy.
  public struct Segment: Sendable {
    /// Which of the members.
    public let member: Int
    /// The number of inferences from which on it takes the least; 0 for the first.
    public let start: Double
    /// Where the next is; infinity for the last.
    public let end: Double
    /// How surely it begins there; nil for the first.
    public let breakEven: BreakEven?
  }

  /// By rank.
  public let members: [Member]
  /// CT.
  public let search: EnergyReading
  /// The ranges from no inference on, by the best estimates. CT plays no part: all members have it in common.
  public let segments: [Segment]
  /// The member that takes the least energy at the expected number of inferences.
  public let least: Int
  /// The members that may take as little, since the intervals overlap.
  public let ties: [Int]

  /// The life cycles of a run's front.
  ///
  /// - Parameters:
  ///   - front: the members of its front, or some of them.
  ///   - inferences: e, the expected number of inferences; finite and not negative.
  ///   - powerUsageEffectiveness: at least 1.
  /// - Throws: ``RetrainingError/nothingCompleted(path:)`` for an empty front, and
  ///   ``RetrainingError/damagedSummary(path:problem:)``.
  public init(
    of run: RunRecord, front: [TrialFront.Member], inferences: Double, powerUsageEffectiveness: UncertainValue
  ) throws(RetrainingError) {
    guard let search = run.searchEnergy else { throw .nothingCompleted(path: run.folder.path) }
    var members: [Member] = []
    for entry in front {
      let trial = entry.trial
      guard let own = run.repeats.trainingEnergy(of: trial), let inference = run.inferenceEnergy(of: trial)
      else { continue }
      let retraining = try RetrainingRecord(of: trial, in: run)
      members.append(
        Member(
          trial: trial, rank: entry.rank, isKnee: entry.isKnee,
          life: LifeCycle(
            search: search, training: retraining?.trainingEnergy ?? own, inference: inference,
            inferences: inferences, powerUsageEffectiveness: powerUsageEffectiveness,
            trainingDeviation: TrialFront.scatter(cpuSeconds: trial.cpuSeconds ?? 1)
              / Double(retraining?.trainingCount ?? run.repeats.repeatCount(of: trial) + 1).squareRoot(),
            inferenceDeviation: run.inferenceMeasurement(of: trial).map {
              TrialFront.scatter(cpuSeconds: $0.single.seconds)
            } ?? InferenceModel.deviation),
          trainingSource: retraining.map { .retraining(count: $0.trainingCount) } ?? .search,
          inferenceMethod: run.inferenceMethod(of: trial)))
    }
    let totals = members.map { ($0.life.training + $0.life.inference * inferences).energy }
    guard let least = members.indices.min(by: { totals[$0] < totals[$1] }) else {
      throw .nothingCompleted(path: run.folder.path)
    }
    self.search = search
    self.members = members
    self.least = least
    ties = members.indices.filter {
      $0 != least && members[$0].life.compared(with: members[least].life).sign == .tie
    }
    segments = Self.segments(of: members.map(\.life))
  }

  private static func segments(of lives: [LifeCycle]) -> [Segment] {
    let envelope = lowerEnvelope(
      of: lives.map { Line(intercept: $0.training.energy.joules, slope: $0.inference.energy.joules) })
    return envelope.enumerated().map { position, segment in
      let breakEven =
        position == 0
        ? nil : lives[segment.index].breakEven(against: lives[envelope[position - 1].index])
      return Segment(member: segment.index, start: segment.start, end: segment.end, breakEven: breakEven)
    }
  }
}
