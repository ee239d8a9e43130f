import EnergyMetering
import Foundation
import SearchSpaces
import SearchStrategies
import Synchronization

/// A search of a simulated problem: the strategy is led as a study leads it, one trial after another, and the meter shows
/// what the problem says that each costs.
///
/// A point whose network has been paid for is a duplicate and free, unless the training failed: as in a study, that is
/// tried again.
public struct SimulatedSearch: Sendable {
  /// The strategy's name in tables.
  public var name: String
  /// The strategy and its options.
  public var options: StudyConfiguration.SearchSection

  /// A search of a strategy; the options say its trials, its budget and its seed.
  public init(name: String, options: StudyConfiguration.SearchSection) {
    self.name = name
    self.options = options
  }

  /// Makes sure that the strategy can search a problem's space.
  ///
  /// - Throws: `ConfigurationError`.
  public func check(_ problem: SimulatedProblem) throws {
    _ = try CheckedConfiguration.strategy(options, space: problem.space)
  }

  /// Searches a problem.
  ///
  /// - Throws: `ConfigurationError` where the strategy cannot search the problem's space.
  public func run(on problem: SimulatedProblem) throws -> ComparedSearch {
    var strategy = try CheckedConfiguration.strategy(options, space: problem.space)
    let limit = options.trials ?? .max
    let budget = options.budget?.kilowattHours ?? .infinity
    var spent = 0.0
    var observed = 0
    var proposals: [Assignment] = []
    var outcomes: [SimulatedOutcome] = []
    var steps: [ComparedSearch.Step] = []
    var paid: Set<Int> = []
    while steps.count < limit, spent < budget {
      let needed = min(strategy.observationsNeeded(before: steps.count), steps.count)
      while observed < needed {
        strategy.observe(
          ObservedTrial(
            number: observed, assignment: proposals[observed], losses: outcomes[observed].losses,
            validationLoss: outcomes[observed].validationLoss))
        observed += 1
      }
      guard let proposal = strategy.propose(trial: steps.count) else { break }
      let outcome = problem.evaluate(proposal)
      var state: TrialState = outcome.losses == nil ? .failed : .completed
      if let network = outcome.network, state == .completed, !paid.insert(network).inserted {
        state = .duplicate
      }
      let cost = state == .duplicate ? 0 : outcome.cost
      spent += cost
      proposals.append(proposal)
      outcomes.append(outcome)
      steps.append(
        ComparedSearch.Step(state: state, cost: cost, goodness: outcome.goodness, losses: outcome.losses))
    }
    return ComparedSearch(strategy: name, seed: options.seed, steps: steps)
  }

  /// Runs several searches, as many at once as there are processors; the result does not depend on how many.
  ///
  /// - Returns: the searches in order; nil if `shouldStop` said so before the end.
  public static func run(
    _ searches: [SimulatedSearch], on problem: SimulatedProblem, shouldStop: @escaping @Sendable () -> Bool
  ) throws -> [ComparedSearch]? {
    let results = SearchResults(count: searches.count)
    DispatchQueue.concurrentPerform(iterations: searches.count) { index in
      guard !shouldStop() else { return }
      results.note(Result { try searches[index].run(on: problem) }, at: index)
    }
    var ended: [ComparedSearch] = []
    for result in results.all {
      guard let result else { return nil }
      ended.append(try result.get())
    }
    return ended
  }
}

/// The results of searches that end in any order.
private final class SearchResults: Sendable {
  private let results: Mutex<[Result<ComparedSearch, any Error>?]>

  init(count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

  func note(_ result: Result<ComparedSearch, any Error>, at index: Int) {
    results.withLock { $0[index] = result }
  }

  /// The results in order; nil where there is none.
  var all: [Result<ComparedSearch, any Error>?] { results.withLock { $0 } }
}
