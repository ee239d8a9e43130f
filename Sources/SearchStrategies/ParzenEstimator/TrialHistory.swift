import Numerics
import ParetoAnalysis
import SearchSpaces

/// The trials that did not fail, as numbers, with the best of them at hand.
///
/// However many trials there are, finding the best takes no longer than among twice `capacity`: when there are more, only
/// those of the best fronts stay in the running.
struct TrialHistory: Sendable {
  /// A trial as numbers.
  struct Entry: Sendable {
    /// For each parameter of the space the fraction in its scale, the index of an option, or NaN where the trial does not
    /// have it.
    var places: [Double]
    var losses: [Double]
  }

  private let parameters: [SearchParameter]
  private let capacity: Int
  /// Those that can still be among the best.
  private var contenders: [Entry] = []
  /// Those that cannot.
  private var others: [Entry] = []

  /// No trials.
  init(of parameters: [SearchParameter], capacity: Int) {
    self.parameters = parameters
    self.capacity = capacity
  }

  /// The number of trials.
  var count: Int { contenders.count + others.count }

  /// Where an assignment lies.
  func places(of assignment: Assignment) -> [Double] {
    parameters.map { parameter in
      guard let value = assignment[parameter.name] else { return .nan }
      if case .option(let index, _) = value { return Double(index) }
      return parameter.domain.fraction(of: value) ?? .nan
    }
  }

  /// Adds a trial, unless it failed.
  mutating func insert(_ trial: ObservedTrial) {
    guard let losses = trial.finiteLosses, contenders.first.map({ $0.losses.count == losses.count }) ?? true
    else { return }
    contenders.append(Entry(places: places(of: trial.assignment), losses: losses))
    guard contenders.count > 2 * capacity else { return }
    let best = Set(bestIndexes(of: contenders.map(\.losses), count: capacity))
    others += contenders.indices.filter { !best.contains($0) }.map { contenders[$0] }
    contenders = contenders.indices.filter { best.contains($0) }.map { contenders[$0] }
  }

  /// The best trials and the others, of which at most `most` are given: a sample at random.
  func split(best count: Int, others most: Int, using stream: inout RandomStream) -> (
    best: [Entry], others: [Entry]
  ) {
    let best = bestIndexes(of: contenders.map(\.losses), count: count)
    let isBest = Set(best)
    let rest = contenders.indices.filter { !isBest.contains($0) }
    let total = rest.count + others.count
    let order = KeyedPermutation(count: total, seed: stream.next())
    let sample = (0..<min(most, total)).map { position in
      let index = total <= most ? position : order[position]
      return index < rest.count ? contenders[rest[index]] : others[index - rest.count]
    }
    return (best.map { contenders[$0] }, sample)
  }
}
