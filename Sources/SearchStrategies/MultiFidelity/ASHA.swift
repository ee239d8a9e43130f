import SearchSpaces

/// ASHA, the asynchronous successive halving algorithm, for one or more objectives: every candidate is trained a little,
/// and whenever one is among the best of its rung, its training goes on to the next (Li, Jamieson, Rostamizadeh, Gonina,
/// Ben-tzur, Hardt, Recht and Talwalkar 2020, "A system for massively parallel hyperparameter tuning", MLSys 2; for several
/// objectives Schmucker, Donini, Zafar, Salinas and Archambeau 2021, "Multi-objective asynchronous successive halving",
/// arXiv 2106.12639).
///
/// Before each trial the rungs are looked through from the top. Of n results on a rung the best ⌊n/η⌋ may go on: by
/// non-domination rank, and within the last rank by the hypervolume that they have together. The first of them that is paused
/// goes on from its paused weights. If there is none on any rung, a strategy proposes a new candidate for the first.
///
/// Trainings that ended in full or by early stopping keep their place among the best and need no promotion. Trials that
/// failed and duplicates are no results.
///
/// - Complexity: O(n log n) a proposal for two objectives, where a rung has a new result.
public struct ASHA: SearchStrategy {
  private let ladder: EnergyLadder
  private let lookahead: Int
  private var source: CandidateSource
  private var rungs: [Rung]
  /// The rung of each trial that was not yet observed.
  private var underWay: [Int: Int] = [:]

  /// A search over a strategy.
  ///
  /// - Parameters:
  ///   - candidates: proposes what is new.
  ///   - ladder: the rungs.
  ///   - lookahead: how many trials a proposal does not wait for.
  public init(over candidates: any SearchStrategy, ladder: EnergyLadder, lookahead: Int) {
    source = CandidateSource(candidates)
    self.ladder = ladder
    self.lookahead = lookahead
    rungs = [Rung](repeating: Rung(), count: ladder.rungs)
  }

  /// That of the strategy with `+asha` behind it.
  public var name: String { source.name + "+asha" }

  /// All trials but the last `lookahead`.
  public func observationsNeeded(before trial: Int) -> Int { max(0, trial - lookahead) }

  /// The candidate of the next training.
  public mutating func propose(trial: Int) -> Assignment? { proposeTraining(trial: trial)?.assignment }

  /// A candidate that is promoted or new; nil when no more is known to promote and the space is exhausted.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    for rung in (0..<ladder.rungs - 1).reversed() {
      let count = rungs[rung].entries.count / ladder.reduction
      guard let entry = rungs[rung].promote(amongBest: count) else { continue }
      underWay[trial] = rung + 1
      return ProposedTraining(
        assignment: entry.assignment, continues: entry.number,
        epochLimit: ladder.epochLimit(of: entry.assignment, rung: rung + 1))
    }
    guard let assignment = source.propose(trial: trial) else { return nil }
    underWay[trial] = 0
    return ProposedTraining(
      assignment: assignment, epochLimit: ladder.epochLimit(of: assignment, rung: 0))
  }

  /// Takes a trial's result into its rung.
  public mutating func observe(_ trial: ObservedTrial) {
    source.observe(trial)
    guard let rung = underWay.removeValue(forKey: trial.number), let losses = ladder.result(of: trial)
    else { return }
    rungs[rung].insert(
      Rung.Entry(
        number: trial.number, assignment: trial.assignment, losses: losses,
        isPaused: trial.extent == .paused))
  }
}
