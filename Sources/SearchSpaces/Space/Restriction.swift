import Numerics
import Synchronization

/// The rules of a space, and what is known of the points that keep them.
final class Restriction: Sendable {
  /// The most cells that are looked at one by one.
  static let largestListing = 1 << 20

  let rules: PointRules
  /// A point that keeps them.
  let witness: Assignment
  /// How many draws it took to find it; the greatest number where none of them found it.
  let draws: Int
  private let listing: Mutex<AllowedCells?>

  init(rules: PointRules, witness: Assignment, draws: Int, listing: AllowedCells?) {
    self.listing = Mutex(listing)
    self.draws = draws
    self.rules = rules
    self.witness = witness
  }

  /// The cells that keep the rules; nil where a space has too many cells, or points between them.
  ///
  /// - Complexity: O(cells) the first time.
  func allowedCells(of space: ParameterSpace) -> AllowedCells? {
    guard space.isNumbered, let size = space.gridSize, size <= Self.largestListing else { return nil }
    return listing.withLock { known in
      if let known { return known }
      let cells = AllowedCells(of: space, size: size, rules: rules)
      known = cells
      return cells
    }
  }
}

/// The cells of a space that keep its rules.
struct AllowedCells: Sendable {
  /// Their places in the grid, ascending.
  private(set) var indices: [Int] = []
  /// For each the probability of it and those before it, not scaled to 1.
  private var cumulative: [Double] = []

  init(of space: ParameterSpace, size: Int, rules: PointRules) {
    var sum = 0.0
    for index in 0..<size {
      let point = space.gridAssignment(at: index)
      guard rules.violation(of: point) == nil else { continue }
      sum += space.probability(of: point)
      indices.append(index)
      cumulative.append(sum)
    }
  }

  /// A cell as random draws give it that are repeated until they keep the rules.
  func sample(using stream: inout RandomStream) -> Int? {
    guard let total = cumulative.last else { return nil }
    let drawn = stream.uniform() * total
    var low = 0
    var high = cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if drawn < cumulative[middle] { high = middle } else { low = middle + 1 }
    }
    return indices[low]
  }
}
