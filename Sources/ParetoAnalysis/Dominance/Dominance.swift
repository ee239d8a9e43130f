/// Whether one point of minimised objectives is at least as good in all and better in one.
///
/// An objective to be maximised, such as accuracy, enters as its complement or its negative. Equal points do
/// not dominate each other, so of several trials with the same results all stay on the front.
///
/// ```swift
/// dominates([0.10, 2.0], [0.12, 2.0])  // true
/// dominates([0.10, 2.0], [0.12, 1.0])  // false: neither dominates the other
/// ```
///
/// - Precondition: both points have the same number of objectives.
/// - Complexity: O(*d*) for *d* objectives.
public func dominates(_ first: [Double], _ second: [Double]) -> Bool {
  precondition(first.count == second.count, "points must have the same number of objectives")
  var isBetterSomewhere = false
  for axis in first.indices {
    if first[axis] > second[axis] { return false }
    if first[axis] < second[axis] { isBetterSomewhere = true }
  }
  return isBetterSomewhere
}

/// The indexes, ascending, of the points that no other point dominates: the Pareto front.
///
/// Two and three objectives are swept in the order of the first (Kung, Luccio and Preparata 1975, "On finding the
/// maxima of a set of vectors", JACM 22(4)); for more, each point is held against the front so far, in
/// lexicographic order. Equal points are all kept.
///
/// ```swift
/// nonDominatedIndexes(of: [[1, 4], [2, 2], [3, 3], [4, 1]])  // [0, 1, 3]
/// ```
///
/// - Precondition: all points have the same number of objectives, at least one, none of them NaN. Infinities
///   are allowed.
/// - Complexity: O(*n* log *n*) for up to three objectives, O(*n* · *f* · *d*) for a front of *f* points
///   otherwise.
public func nonDominatedIndexes(of points: [[Double]]) -> [Int] {
  let dimension = requireComparable(points)
  if dimension == 3 { return threeDimensionalFront(of: points) }
  let order = lexicographicOrder(of: points)
  var front: [Int] = []
  if dimension <= 2 {
    // Whoever comes later is not better in the first objective, so only the last of the front can dominate
    // it.
    for index in order {
      if let last = front.last, dominatesInOrder(points[last], points[index]) { continue }
      front.append(index)
    }
  } else {
    for index in order where !front.contains(where: { dominates(points[$0], points[index]) }) {
      front.append(index)
    }
  }
  return front.sorted()
}

/// The non-domination rank of every point: 1 for the front, 2 for the front of what remains without it, and
/// so on.
///
/// Efficient non-dominated sorting with binary search for two objectives, with sequential search for more
/// (Zhang, Tian, Cheng and Jin 2015, "An efficient approach to nondominated sorting for evolutionary
/// multiobjective optimization", IEEE TEVC 19(2)). Equal points share a rank.
///
/// ```swift
/// nonDominatedRanks(of: [[1, 4], [2, 2], [3, 3], [4, 1]])  // [1, 1, 2, 1]
/// ```
///
/// - Precondition: as for `nonDominatedIndexes(of:)`.
/// - Complexity: O(*n* log *n*) for up to two objectives, O(*n*² · *d*) otherwise.
public func nonDominatedRanks(of points: [[Double]]) -> [Int] {
  let dimension = requireComparable(points)
  var ranks = [Int](repeating: 0, count: points.count)
  var fronts: [[Int]] = []
  for index in lexicographicOrder(of: points) {
    let rank: Int
    if dimension <= 2 {
      // The last point of a front has its smallest second objective, and these grow from front to front.
      rank = fronts.partitioningIndex { front in
        !dominatesInOrder(points[front[front.count - 1]], points[index])
      }
    } else {
      rank =
        fronts.firstIndex { front in
          !front.contains { dominates(points[$0], points[index]) }
        } ?? fronts.count
    }
    if rank == fronts.count { fronts.append([]) }
    fronts[rank].append(index)
    ranks[index] = rank + 1
  }
  return ranks
}

/// Dominance between two points of one or two objectives, the first of which comes first in lexicographic
/// order.
private func dominatesInOrder(_ earlier: [Double], _ later: [Double]) -> Bool {
  // At most two objectives: of the earlier point only the last one can be worse.
  let axis = earlier.count - 1
  return earlier[axis] < later[axis] || (earlier[axis] == later[axis] && earlier[0] < later[0])
}

extension Array {
  /// The first index whose element fulfils the condition, given that all after it do too; the count if none
  /// does.
  fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
