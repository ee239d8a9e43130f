import SearchSpaces

/// Successive halving in brackets: of the candidates that a bracket begins with, the best of each rung go on to the next,
/// one of η (Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization",
/// AISTATS). Hyperband has brackets that begin on every rung in turn, with fewer candidates the higher it is, in case
/// results on the low rungs mislead (Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar 2018, "Hyperband: a novel
/// bandit-based approach to hyperparameter optimization", JMLR 18).
///
/// With R rungs a bracket that climbs s rungs has ⌈R / (s + 1) · ηˢ⌉ candidates, and ⌊1/η⌋ of them on each further rung.
/// The best are those of ``ASHA``. A rung begins when all trials before have ended.
///
/// Numbers of trials are fixed. Where one of the best was trained in full already, or has failed, its place goes to a new
/// candidate, which joins the bracket that follows. When the space is exhausted, places go to the best that wait on the
/// highest rung.
///
/// - Complexity: O(n log n) a rung of n trials for two objectives.
public struct Hyperband: SearchStrategy {
  private let ladder: EnergyLadder
  private let schedule: HyperbandSchedule
  private let lookahead: Int
  private let suffix: String
  private var source: CandidateSource
  /// The rungs of each bracket.
  private var brackets: [[Rung]] = []
  /// The bracket and rung of each trial that was not yet observed.
  private var underWay: [Int: (bracket: Int, rung: Int)] = [:]
  /// What is left of the best of the rung below, the best first.
  private var promotable: ArraySlice<Int> = []

  /// A search over a strategy.
  ///
  /// - Parameters:
  ///   - candidates: proposes what is new.
  ///   - ladder: the rungs.
  ///   - startsOnEveryRung: true for Hyperband, false for successive halving from the first rung.
  ///   - lookahead: how many trials a new candidate does not wait for.
  public init(
    over candidates: any SearchStrategy, ladder: EnergyLadder, startsOnEveryRung: Bool, lookahead: Int
  ) {
    source = CandidateSource(candidates)
    self.ladder = ladder
    self.lookahead = lookahead
    suffix = startsOnEveryRung ? "+hyperband" : "+halving"
    schedule = HyperbandSchedule(
      reduction: ladder.reduction, rungs: ladder.rungs, isHyperband: startsOnEveryRung)
  }

  /// That of the strategy with `+halving` or `+hyperband` behind it.
  public var name: String { source.name + suffix }

  /// All trials before the rung; for new candidates all but the last `lookahead`, and those before the rung before.
  public func observationsNeeded(before trial: Int) -> Int {
    let block = schedule.block(of: trial)
    guard block.isFirst else { return block.start }
    let former = block.start == 0 ? 0 : schedule.block(of: block.start - 1).start
    return max(former, trial - lookahead)
  }

  /// The candidate of the next training.
  public mutating func propose(trial: Int) -> Assignment? { proposeTraining(trial: trial)?.assignment }

  /// A candidate that is promoted or new; nil when the space is exhausted and none is known to wait.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    let block = schedule.block(of: trial)
    if trial == block.start { promotable = [] }
    if !block.isFirst {
      let below = block.rung - 1
      if trial == block.start { promotable = rung(below, of: block.bracket).best(block.count)[...] }
      while let index = promotable.popFirst() {
        guard rung(below, of: block.bracket).entries[index].isPaused else { continue }
        return promote(at: index, on: below, of: block.bracket, trial: trial)
      }
    }
    if let assignment = source.propose(trial: trial) {
      let bracket = block.isFirst ? block.bracket : block.bracket + 1
      let first = schedule.firstRung(of: bracket)
      underWay[trial] = (bracket, first)
      return ProposedTraining(
        assignment: assignment, epochLimit: ladder.epochLimit(of: assignment, rung: first))
    }
    for below in (0..<ladder.rungs - 1).reversed() {
      for bracket in brackets.indices {
        let order = brackets[bracket][below].best(brackets[bracket][below].entries.count)
        guard let index = order.first(where: { brackets[bracket][below].entries[$0].isPaused }) else {
          continue
        }
        return promote(at: index, on: below, of: bracket, trial: trial)
      }
    }
    return nil
  }

  /// Takes a trial's result into its bracket.
  public mutating func observe(_ trial: ObservedTrial) {
    source.observe(trial)
    guard let (bracket, rung) = underWay.removeValue(forKey: trial.number),
      let losses = ladder.result(of: trial)
    else { return }
    while brackets.count <= bracket {
      brackets.append([Rung](repeating: Rung(), count: ladder.rungs))
    }
    brackets[bracket][rung].insert(
      Rung.Entry(
        number: trial.number, assignment: trial.assignment, losses: losses,
        isPaused: trial.extent == .paused))
  }

  private func rung(_ rung: Int, of bracket: Int) -> Rung {
    bracket < brackets.count ? brackets[bracket][rung] : Rung()
  }

  private mutating func promote(
    at index: Int, on rung: Int, of bracket: Int, trial: Int
  ) -> ProposedTraining {
    let entry = brackets[bracket][rung].promote(at: index)
    underWay[trial] = (bracket, rung + 1)
    return ProposedTraining(
      assignment: entry.assignment, continues: entry.number,
      epochLimit: ladder.epochLimit(of: entry.assignment, rung: rung + 1))
  }
}
