import SearchSpaces

/// The strategy that a multi-fidelity search takes new candidates from.
///
/// It counts its candidates alone, from 0, and hears of each once: how it did on the first rung that it was trained on.
/// What it hears before a proposal is all that the search heard, whatever the strategy would have asked for: that much does
/// not depend on timing either.
struct CandidateSource: Sendable {
  private var strategy: any SearchStrategy
  private var count = 0
  /// The strategy's own number of each trial that it has not heard of.
  private var numbers: [Int: Int] = [:]

  init(_ strategy: any SearchStrategy) { self.strategy = strategy }

  var name: String { strategy.name }

  /// A new candidate for a trial, or nil when the space is exhausted.
  mutating func propose(trial: Int) -> Assignment? {
    guard let assignment = strategy.propose(trial: count) else { return nil }
    numbers[trial] = count
    count += 1
    return assignment
  }

  /// Hands on how a trial ended if it was a candidate's first.
  mutating func observe(_ trial: ObservedTrial) {
    guard let number = numbers.removeValue(forKey: trial.number) else { return }
    var own = trial
    own.number = number
    strategy.observe(own)
  }
}
