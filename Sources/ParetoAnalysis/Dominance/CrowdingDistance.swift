/// How far every point of one front is from its neighbours: the sum over the objectives of the gap between
/// the neighbours on both sides, as a share of the front's extent.
///
/// Deb, Pratap, Agarwal and Meyarivan 2002, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
/// IEEE TEVC 6(2). The ends of each objective get infinity. An objective in which all points are equal adds
/// nothing. Of equal points the first gets the distance among the distinct points, its copies get 0. The
/// result does not depend on the order of distinct points.
///
/// ```swift
/// crowdingDistances(of: [[0, 4], [1, 2], [4, 0]])  // [∞, 2, ∞]
/// ```
///
/// - Precondition: all points have the same number of objectives, at least one, all of them finite.
/// - Complexity: O(*d* · *n* log *n*).
public func crowdingDistances(of points: [[Double]]) -> [Double] {
  let dimension = requireComparable(points)
  precondition(points.allSatisfy { $0.allSatisfy(\.isFinite) }, "a crowding distance needs finite objectives")
  var distances = [Double](repeating: 0, count: points.count)
  var distinct: [Int] = []
  for index in lexicographicOrder(of: points) {
    if let last = distinct.last, points[last] == points[index] { continue }
    distinct.append(index)
  }
  guard let first = distinct.first else { return [] }
  guard distinct.count > 1 else {
    distances[first] = .infinity
    return distances
  }
  for axis in 0..<dimension {
    // A stable sort: points that are equal in this objective stay in lexicographic order.
    let order = distinct.sorted { points[$0][axis] < points[$1][axis] }
    let last = order[order.count - 1]
    let extent = points[last][axis] - points[order[0]][axis]
    guard extent > 0 else { continue }
    distances[order[0]] = .infinity
    distances[last] = .infinity
    for position in 1..<(order.count - 1) {
      let gap = points[order[position + 1]][axis] - points[order[position - 1]][axis]
      distances[order[position]] += gap / extent
    }
  }
  return distances
}
