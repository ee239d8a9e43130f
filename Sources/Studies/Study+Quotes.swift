import EnergyMetering
import Training

/// Quoting trainings, and keeping to a budget by quotes.
extension Study {
  /// The energy that counts against the budget: all that was metered, but not measuring the front's inferences after the
  /// search.
  func budgetedJoules() throws -> Double {
    let books = try executor.books()
    let measuring = measurings.isOfFront ? books.measuring.energy.joules : 0
    return earlierBudgetedJoules + books.metered.energy.joules - measuring
  }

  /// What a training is expected to take; nil for a candidate whose layers do not fit together.
  func quote(_ number: Int) -> Quote? {
    let trial = trials[number]
    let last = trial.epochLimit ?? trial.candidate.training.epochs
    let former = trial.continues.flatMap { trials[$0].outcome?.epochs } ?? 0
    let epochs = inheritedEpochs(of: trial) ?? max(1, last - former)
    return (try? TrainingWorkload(trial.candidate, plan.parts, epochs: epochs))
      .map(costModel.quote)
  }

  /// What is still to be done of a training, as a share of what it is quoted for: less than 1 where it goes on from its own
  /// checkpoint, unless that is of a training of all epochs in the place of an heir's.
  func shareLeft(of number: Int) -> Double {
    guard let path = attempts[number]?.checkpoint,
      let done = interimCheckpoints(of: number)?.epoch(ofPath: path)
    else { return 1 }
    let trial = trials[number]
    let inherited = inheritedEpochs(of: trial)
    let quoted = trial.epochLimit ?? inherited ?? trial.candidate.training.epochs
    let last = inherited.map { done < $0 ? $0 : trial.candidate.training.epochs } ?? quoted
    let first = trial.continues.flatMap { trials[$0].outcome?.epochs } ?? 0
    guard quoted > first else { return 1 }
    return max(0, Double(last - done) / Double(quoted - first))
  }

  /// Whether a training can be started without the budget being overrun: what was spent, what the running trainings may still
  /// take at most and what this one is expected to take are within it, overheads included.
  ///
  /// As long as no training was seen, quotes may be wrong by several times. Then the least that it may take counts, and the
  /// first training tells more.
  func fits(_ quote: Quote, in budget: Energy) throws -> Bool {
    let running = try executor.books().running.energy.joules
    let reserved = quotes.values.reduce(0) { $0 + $1.high }
    let joules = costModel.observed == 0 ? quote.low : quote.joules
    let spent = try budgetedJoules()
    let factor = try overheadFactor
    return spent + (max(0, reserved - running) + joules) * factor <= budget.joules
  }

  /// What all that is metered is to the trainings alone.
  private var overheadFactor: Double {
    get throws {
      let trained = try trainedJoules + executor.books().running.energy.joules
      guard trained > 0 else { return 1 }
      return min(max(1, try budgetedJoules() / trained), 2)
    }
  }

  /// Learns from a training that ended.
  func learn(from trial: Trial) { costModel.observe(trial, among: trials, plan.parts) }
}
