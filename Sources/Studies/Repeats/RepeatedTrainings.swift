import EnergyMetering
import ParetoAnalysis
import SearchSpaces

/// What the trainings of a study's candidates come to, those of one candidate with several seeds taken together.
///
/// A candidate is judged by the mean over its seeds, of every objective. Repeats are no candidates of their own: the trial that
/// they repeat stands for them.
public struct RepeatedTrainings: Sendable {
  /// All trials of the study, by number.
  let trials: [Trial]
  /// e, where life-cycle energy is an objective.
  let inferences: Double?
  /// The repeats that led to a network, by the number of the trial that they repeat, in order.
  private let repeats: [Int: [Int]]

  /// The trainings of a study.
  ///
  /// - Parameters:
  ///   - trials: all trials of the study, by number.
  ///   - inferences: e, where life-cycle energy is an objective.
  ///   - limit: of the repeats, take notice of so many, from the first; nil for all.
  public init(_ trials: [Trial], inferences: Double? = nil, firstRepeats limit: Int? = nil) {
    self.trials = trials
    self.inferences = inferences
    var repeats: [Int: [Int]] = [:]
    for trial in trials.lazy.filter({ !$0.isProposal }).prefix(limit ?? trials.count) where trial.isTrained {
      if let repeated = trial.repeats { repeats[repeated, default: []].append(trial.number) }
    }
    self.repeats = repeats
  }

  /// The trials that are candidates with a network: trained, and no repeats.
  public var candidates: [Trial] { trials.filter { $0.isTrained && $0.isProposal } }

  /// How many trainings of a trial's candidate succeeded beside its own; none for a repeat.
  public func repeatCount(of trial: Trial) -> Int { repeats[trial.number]?.count ?? 0 }

  /// The trial and the trainings that repeat it.
  public func trainings(of trial: Trial) -> [Trial] {
    [trial] + (repeats[trial.number] ?? []).map { trials[$0] }
  }

  /// The mean of an objective over the seeds, as people read it; nil where the trial has none. Repeats without it are left out.
  public func mean(of objective: Objective, of trial: Trial) -> Double? {
    trial.value(of: objective, among: trials, inferences: inferences) == nil
      ? nil : figures(of: objective, trial).map(SeedMean.init)?.mean
  }

  /// The objectives so that less is better, each the mean over the seeds; nil where the trial itself lacks one.
  public func losses(_ objectives: [Objective], of trial: Trial) -> [Double]? {
    guard let own = trial.losses(objectives, among: trials, inferences: inferences) else { return nil }
    guard repeats[trial.number] != nil else { return own }
    let all = trainings(of: trial).compactMap { $0.losses(objectives, among: trials, inferences: inferences) }
    return objectives.indices.map { axis in SeedMean(all.map { $0[axis] }).mean }
  }

  /// T: the mean energy of a training of a trial's candidate, from its first epoch on; nil while it runs.
  public func trainingEnergy(of trial: Trial) -> EnergyReading? {
    guard let own = trial.wholeEnergy(among: trials) else { return nil }
    let others = trainings(of: trial).dropFirst().compactMap { $0.wholeEnergy(among: trials) }
    return others.isEmpty ? own : others.reduce(own, +) * (1 / Double(others.count + 1))
  }

  /// T + I · e with the mean T, where e is known; nil while it is not trained or its inferences were not measured.
  public func lifeCycleEnergy(of trial: Trial) -> EnergyReading? {
    inferences.flatMap {
      trial.lifeCycleEnergy(inferences: $0, among: trials, training: trainingEnergy(of: trial))
    }
  }

  /// How much the mean energy of a candidate's trainings would differ if they were metered again, as a relative standard
  /// deviation: by the rule of ``TrialFront``, or by how much the trainings differ if that is more.
  func relativeEnergyDeviation(of trial: Trial) -> Double {
    let rule = TrialFront.scatter(cpuSeconds: trial.wholeCPUSeconds(among: trials) ?? 0)
    guard let energies = figures(of: .trainingEnergy, trial) else { return rule }
    let seeds = SeedMean(energies)
    let seen = seeds.mean > 0 ? seeds.deviation / seeds.mean : 0
    return max(rule, seen) / Double(seeds.count).squareRoot()
  }

  /// The seeds' values of an objective, the trial's own first; nil where there is none.
  private func figures(of objective: Objective, _ trial: Trial) -> [Double]? {
    let values = trainings(of: trial).compactMap {
      $0.value(of: objective, among: trials, inferences: inferences)
    }.filter(\.isFinite)
    return values.isEmpty ? nil : values
  }

  /// What is known of an objective once the seeds' spread is taken in as well; energies have theirs in
  /// ``relativeEnergyDeviation(of:)``.
  func spread(_ known: UncertainObjective, of objective: Objective, _ trial: Trial) -> UncertainObjective {
    guard objective.isQuality, let values = figures(of: objective, trial) else { return known }
    let seeds = SeedMean(values)
    guard seeds.deviation > 0 else { return known }
    return .mean(known, standardError: seeds.standardError, degreesOfFreedom: seeds.degreesOfFreedom)
  }
}

extension Objective {
  /// Whether it says how well a network does, and so depends on the seed of its training.
  var isQuality: Bool { [.accuracy, .loss, .r2, .rmse].contains(self) }

  /// Whether another training of the same candidate may have another value.
  var dependsOnTraining: Bool {
    ![.inferenceEnergy, .latency, .parameters, .flops].contains(self)
  }
}
