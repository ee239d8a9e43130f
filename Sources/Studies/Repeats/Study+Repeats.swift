import EnergyMetering
import Foundation
import ParetoAnalysis
import SearchSpaces

/// Training near-ties of the front again with other seeds, once the search itself is over.
///
/// A repeat is a trial behind all that were proposed until then, with a number of its own. Strategies never hear of it, and
/// trials that are proposed later, when the study is given more, are the same as without it.
extension Study {
  /// So many repeats run at once at most: the choice of one knows the results of all before it but the last three. So it does
  /// not depend on how many workers there are.
  static let repeatsAtOnce = 4

  /// What the search itself may take of the budget, together with the repeats so far: all but the share of repeats, and what
  /// they have taken of that.
  var searchBudget: Energy? {
    guard let budget = plan.budget, let share = plan.repeats?.share else { return plan.budget }
    let kept = share * budget.joules
    return Energy(joules: budget.joules - kept + min(kept, repeatedJoules))
  }

  /// Starts as many repeats as there are free workers, results to choose by and energy.
  ///
  /// - Returns: whether no further one will be started.
  func startRepeats(watch: (Event) -> Void) throws -> Bool {
    guard !repeatsAreOver, let section = plan.repeats,
      plan.objectives.contains(where: \.dependsOnTraining)
    else { return true }
    while executor.freeSlots > 0 {
      if let number = waitingRepeats.first {
        // One that was interrupted and does not fit any more stays in the journal as running.
        let quote = trials[number].repeats.map(repeatQuote) ?? .zero
        guard try fitsAmongRepeats(quote * shareLeft(of: number), section) else { return endRepeats() }
        waitingRepeats.removeFirst()
        try start(number, quote, watch: watch)
        continue
      }
      let begun = trials.filter { !$0.isProposal }
      let known = max(0, begun.count - (Self.repeatsAtOnce - 1))
      guard begun.prefix(known).allSatisfy({ $0.state != .running }) else { return false }
      let isDone = begun.allSatisfy { $0.state != .running }
      var ties = nearTies(known: known, section)
      if ties.isEmpty, isDone { ties = nearTies(known: begun.count, section) }
      guard let first = ties.first else { return endRepeats() }
      // Running trainings may take less than is kept for them.
      if !isDone, try !fitsAmongRepeats(repeatQuote(of: first.trial), section) { return false }
      guard
        let chosen = try ties.first(where: { try fitsAmongRepeats(repeatQuote(of: $0.trial), section) })
      else { return endRepeats() }
      let trial = makeRepeat(of: trials[chosen.trial])
      trials.append(trial)
      try journal.begin(trial)
      try start(trial.number, repeatQuote(of: chosen.trial), watch: watch)
    }
    return false
  }

  /// Notes that there is no further repeat, unless what still runs may lead to one.
  private func endRepeats() -> Bool {
    repeatsAreOver = executor.runningCount == 0
    return repeatsAreOver
  }

  private func nearTies(known: Int, _ section: StudyConfiguration.RepeatsSection) -> [NearTies.Candidate] {
    if let ranked = rankedTies, ranked.count == trials.count, ranked.known == known { return ranked.ties }
    let ties = NearTies(
      in: trials, inferences: plan.inferences, knownRepeats: known, most: section.most,
      objectives: plan.objectives, validationCount: plan.parts.validation, seed: plan.seed
    ).candidates
    rankedTies = (trials.count, known, ties)
    return ties
  }

  private func makeRepeat(of first: Trial) -> Trial {
    Trial(
      number: trials.count, strategy: first.strategy, state: .running, seed: plan.seed, hash: first.hash,
      assignment: first.assignment, candidate: first.candidate, costs: first.costs,
      epochLimit: first.epochLimit, repeats: first.number)
  }

  private func start(_ number: Int, _ quote: Quote, watch: (Event) -> Void) throws {
    quotes[number] = quote
    try startTraining(number, watch: watch)
  }

  // MARK: Energy

  /// What training a trial's candidate once more is expected to take: what it took so far on average, as it scatters. Where
  /// training may stop early, at most what all epochs would take.
  private func repeatQuote(of number: Int) -> Quote {
    let trainings = RepeatedTrainings(trials)
    let trial = trials[number]
    let joules = trainings.trainingEnergy(of: trial)?.energy.joules ?? 0
    let scatter = TrialFront.scatter(cpuSeconds: trial.wholeCPUSeconds(among: trials) ?? 0)
    // Of a difference between two trainings, nine times in ten.
    let factor = exp(1.645 * 2.0.squareRoot() * scatter)
    let last = Double(trial.epochLimit ?? trial.candidate.training.epochs)
    let epochs = trial.outcome.map { max(1, last / Double($0.epochs)) } ?? 1
    return Quote(joules: joules, low: joules / factor, high: joules * factor * epochs)
  }

  /// Whether a repeat can be started: within the share of what search and repeats take together, and within the whole budget.
  /// For repeats that run, the most that they may take is kept.
  private func fitsAmongRepeats(
    _ quote: Quote, _ section: StudyConfiguration.RepeatsSection
  ) throws -> Bool {
    let reserved = try max(
      quotes.values.reduce(0) { $0 + $1.high }, executor.books().running.energy.joules)
    let allowance = section.share / (1 - section.share) * (trainedJoules - repeatedJoules)
    guard repeatedJoules + reserved + quote.joules <= allowance else { return false }
    guard let budget = plan.budget else { return true }
    return try fits(quote, in: budget)
  }
}
