import ParetoAnalysis
import SearchSpaces

/// The trials that have a result on one rung.
struct Rung: Sendable {
  /// A trial.
  struct Entry: Sendable {
    var number: Int
    var assignment: Assignment
    /// What it is compared by, less being better.
    var losses: [Double]
    /// Whether its training can go on.
    var isPaused: Bool
  }

  private(set) var entries: [Entry] = []
  /// How many entries could be promoted.
  private var pausedCount = 0
  /// Whether nothing has changed since no entry was found to promote.
  private var isSettled = false

  /// Takes in a trial; one that has another number of losses than the others is passed over.
  mutating func insert(_ entry: Entry) {
    guard entries.first.map({ $0.losses.count == entry.losses.count }) ?? true else { return }
    entries.append(entry)
    if entry.isPaused { pausedCount += 1 }
    isSettled = false
  }

  /// The best of the entries as indexes, the very best first: by non-domination rank, and within a rank by hypervolume.
  ///
  /// - Complexity: that of ``bestIndexes(of:count:)``.
  func best(_ count: Int) -> [Int] {
    guard count > 0 else { return [] }
    let points = entries.map(\.losses)
    let chosen = bestIndexes(of: points, count: count)
    let ranks = nonDominatedRanks(of: points)
    var contributions = [Double](repeating: 0, count: points.count)
    for front in Dictionary(grouping: chosen, by: { ranks[$0] }).values {
      let members = front.map { points[$0] }
      let values = hypervolumeContributions(of: members, reference: referencePoint(beyond: members))
      for (index, value) in zip(front, values) { contributions[index] = value }
    }
    return chosen.sorted {
      (ranks[$0], -contributions[$0], $0) < (ranks[$1], -contributions[$1], $1)
    }
  }

  /// Takes out the best of the entries that can go on and are among the best `count`; nil if there is none.
  mutating func promote(amongBest count: Int) -> Entry? {
    guard count > 0, pausedCount > 0, !isSettled else { return nil }
    guard let index = best(count).first(where: { entries[$0].isPaused }) else {
      isSettled = true
      return nil
    }
    return promote(at: index)
  }

  /// Takes out an entry: it stays a result and is not promoted again.
  mutating func promote(at index: Int) -> Entry {
    let entry = entries[index]
    entries[index].isPaused = false
    pausedCount -= 1
    return entry
  }
}
