/// How many samples of each class go to each part: a table of fractions rounded so that rows and columns add
/// up.
///
/// Every cell is rounded down or up, every row adds up to its class's size, every column to the part's size
/// by largest remainders. Such a controlled rounding always exists (Bacharach 1966, "Matrix rounding
/// problems", Management Science 12(9)); it is a flow in which each class hands its left-over samples to
/// parts, at most one to each.
enum Apportionment {
  /// The counts, a row a class and a column a part.
  ///
  /// - Precondition: the shares add up to 1 but for rounding; every class has at least as many samples as
  ///   there are positive shares.
  static func counts(classSizes: [Int], shares: [Double]) -> [[Int]] {
    let quotas = classSizes.map { size in shares.map { quota(size, $0) } }
    var counts = quotas.map { $0.map { Int($0) } }
    let sizes = largestRemainders(classSizes.reduce(0, +), shares)
    var flow = LeftOverFlow(
      supply: zip(classSizes, counts).map { $0 - $1.reduce(0, +) },
      demand: shares.indices.map { part in sizes[part] - counts.reduce(0) { $0 + $1[part] } },
      remainders: quotas.map { $0.map { $0 - $0.rounded(.down) } })
    for (label, part) in flow.solve() { counts[label][part] += 1 }
    // Rounding of the shares may leave a sample without a part; the largest part takes it.
    let largest = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    for label in counts.indices {
      counts[label][largest] += classSizes[label] - counts[label].reduce(0, +)
      fillEmptyParts(&counts[label], shares: shares)
    }
    return counts
  }

  /// size · share, without the rounding error that would turn 3 into 2.999…
  private static func quota(_ size: Int, _ share: Double) -> Double {
    let exact = Double(size) * share
    let nearest = exact.rounded()
    return abs(exact - nearest) < 1e-9 * Double(size) ? nearest : exact
  }

  /// The total divided by the shares: rounded down, then one more for the largest remainders (Hamilton's
  /// method).
  private static func largestRemainders(_ total: Int, _ shares: [Double]) -> [Int] {
    let quotas = shares.map { quota(total, $0) }
    var sizes = quotas.map { Int($0) }
    let byRemainder = shares.indices.sorted { first, second in
      let difference =
        (quotas[first] - quotas[first].rounded(.down))
        - (quotas[second] - quotas[second].rounded(.down))
      // Equal remainders, but for rounding: the later part, training before validation before test.
      return abs(difference) > 1e-9 * Double(total) ? difference > 0 : first > second
    }
    for part in byRemainder.prefix(max(0, total - sizes.reduce(0, +))) { sizes[part] += 1 }
    return sizes
  }

  /// Gives every part with a positive share one sample at least, from the part that has most.
  private static func fillEmptyParts(_ counts: inout [Int], shares: [Double]) {
    for part in counts.indices where shares[part] > 0 && counts[part] == 0 {
      guard let donor = counts.indices.max(by: { counts[$0] < counts[$1] }), counts[donor] > 1 else { return }
      counts[donor] -= 1
      counts[part] += 1
    }
  }
}

/// Hands each class's left-over samples to parts, at most one to each and only where the quota is no integer.
private struct LeftOverFlow {
  private var supply: [Int]
  private var demand: [Int]
  private let remainders: [[Double]]
  private var isAssigned: [[Bool]]

  init(supply: [Int], demand: [Int], remainders: [[Double]]) {
    self.supply = supply
    self.demand = demand
    self.remainders = remainders
    self.isAssigned = remainders.map { $0.map { _ in false } }
  }

  /// The cells that get a sample.
  mutating func solve() -> [(label: Int, part: Int)] {
    assignLargestRemainders()
    for label in supply.indices {
      while supply[label] > 0 {
        var visited = [Bool](repeating: false, count: demand.count)
        guard augment(from: label, &visited) else { break }
        supply[label] -= 1
      }
    }
    return isAssigned.indices.flatMap { label in
      isAssigned[label].indices.filter { isAssigned[label][$0] }.map { (label, $0) }
    }
  }

  /// Most cells are right at once when the largest remainders choose first.
  private mutating func assignLargestRemainders() {
    var cells: [(label: Int, part: Int)] = []
    for label in remainders.indices {
      for part in remainders[label].indices where remainders[label][part] > 0 { cells.append((label, part)) }
    }
    // Ties in the order of the cells, so that the result does not depend on how the sort treats them.
    let order = cells.indices.sorted { first, second in
      let a = remainders[cells[first].label][cells[first].part]
      let b = remainders[cells[second].label][cells[second].part]
      return a != b ? a > b : first < second
    }
    for (label, part) in order.map({ cells[$0] }) where supply[label] > 0 && demand[part] > 0 {
      isAssigned[label][part] = true
      supply[label] -= 1
      demand[part] -= 1
    }
  }

  /// Places one more sample of a class, moving other classes' samples where it must (an augmenting path).
  private mutating func augment(from label: Int, _ visited: inout [Bool]) -> Bool {
    for part in demand.indices where !visited[part] && !isAssigned[label][part] && remainders[label][part] > 0
    {
      visited[part] = true
      if demand[part] > 0 {
        demand[part] -= 1
        isAssigned[label][part] = true
        return true
      }
      for other in supply.indices where isAssigned[other][part] {
        // The other class leaves this part for another one.
        if augment(from: other, &visited) {
          isAssigned[other][part] = false
          isAssigned[label][part] = true
          return true
        }
      }
    }
    return false
  }
}
