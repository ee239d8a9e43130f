import EnergyMetering
import Foundation
import Numerics
import SearchSpaces
import SearchStrategies
import Training

/// What the trainings of a search are expected to take, before any is trained.
///
/// A strategy that does not learn is asked what it will propose, so that the quote is of its very candidates. One that learns
/// is quoted as random draws from the space are: where it will be led nobody knows. Children that inherit weights are quoted with
/// their share of the epochs. A search by rungs is quoted as random draws too, as if each of its
/// trials were trained in full: the quote is more than it takes. The energy of the search itself, idle
/// machines and the measuring of inferences come on top.
public struct SearchQuote: Sendable {
  /// The strategy.
  public var strategy: StudyConfiguration.StrategyName
  /// How many trials there will be; where only a budget ends the search, how many fit into it.
  public var trials: Int
  /// How many of them will be trained; the others equal an earlier one or do not fit together. An estimate where
  /// `isExact` is false.
  public var trained: Int
  /// Whether the candidates are those that will be proposed.
  public var isExact: Bool
  /// Whether trainings go on from rung to rung, which the quote leaves out of account.
  public var isOfWholeTrainings: Bool
  /// CT.
  public var total: Quote
  /// The trainings: the smallest, the median and the largest of those that were looked at.
  public var smallest, median, largest: Quote

  /// In one line, such as `CT 16.7 J [7.20 J – 38.1 J] for 60 trials`.
  public var summary: String {
    "CT \(Energy(joules: total.joules).formatted) [\(total.formattedBounds)] for \(isExact ? "" : "about ")\(trials) "
      + (trials == 1 ? "trial" : "trials") + (isOfWholeTrainings ? " if all were trained in full" : "")
  }

  /// So many candidates are looked at, at most.
  static let draws = 2_000

  /// The quote of a search.
  ///
  /// - Parameters:
  ///   - checked: the search.
  ///   - model: predicts what a training takes.
  /// - Returns: nil where none of the candidates that were looked at can be trained.
  public init?(_ checked: CheckedConfiguration, by model: CostModel) throws {
    let plan = checked.plan
    strategy = checked.configuration.search.strategy
    isOfWholeTrainings = checked.configuration.search.fidelity != nil
    let limit = plan.trialLimit ?? plan.space.choices.gridSize
    let count = plan.space.choices.affordableDraws(min(limit ?? Self.draws, Self.draws), atLeast: 64)
    var proposer = checked.strategy
    let learns = isOfWholeTrainings || proposer.observationsNeeded(before: count) > 0
    var stream = RandomStream(seed: plan.seed, purpose: "quote")
    var hashes: Set<String> = []
    var quotes: [Quote] = []
    var proposed = 0
    while proposed < count {
      let assignment: Assignment
      if learns {
        assignment = plan.space.choices.sample(using: &stream)
      } else if let next = proposer.propose(trial: proposed) {
        assignment = next
      } else {
        break
      }
      proposed += 1
      let candidate = try plan.space.candidate(for: assignment)
      // The first population has no parents.
      let isChild = proposed > checked.configuration.search.population
      let epochs = isChild ? plan.inheritance?.epochs(of: candidate.training.epochs) : nil
      guard let workload = try? TrainingWorkload(candidate, plan.parts, epochs: epochs),
        hashes.insert(candidate.canonicalHash).inserted
      else { continue }
      quotes.append(model.quote(workload))
    }
    quotes.sort { $0.joules < $1.joules }
    guard let first = quotes.first, let last = quotes.last else { return nil }
    (smallest, median, largest) = (first, quotes[quotes.count / 2], last)
    let sum = quotes.reduce(.zero, +)
    let each = sum.joules / Double(proposed)
    // What the share of repeats keeps of the budget is not the search's.
    let searched = 1 - (plan.repeats?.share ?? 0)
    let affordable = plan.budget.map { max(1, Int(min(1e9, searched * $0.joules / each))) }
    // A strategy that ended before its limit has no more to propose.
    let wanted = proposed < count ? proposed : limit ?? affordable ?? proposed
    trials = min(wanted, affordable ?? wanted)
    let share = Double(trials) / Double(proposed)
    trained = Int((Double(quotes.count) * share).rounded())
    total = sum * share
    isExact = !learns && trials <= proposed
  }
}

extension Quote {
  /// The quote times a factor of zero or more.
  static func * (quote: Quote, factor: Double) -> Quote {
    Quote(joules: quote.joules * factor, low: quote.low * factor, high: quote.high * factor)
  }
}
