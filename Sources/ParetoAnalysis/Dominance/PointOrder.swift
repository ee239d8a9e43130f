/// The number of objectives that all points have; 0 when there is no point.
///
/// - Precondition: the points agree in their number of objectives, at least one, and none of them is NaN.
func requireComparable(_ points: [[Double]]) -> Int {
  guard let dimension = points.first?.count else { return 0 }
  precondition(dimension > 0, "a point needs at least one objective")
  for point in points {
    precondition(point.count == dimension, "points must have the same number of objectives")
    precondition(!point.contains(where: \.isNaN), "an objective must be a number")
  }
  return dimension
}

/// Whether the first point comes before the second when their objectives are compared from left to right.
func precedes(_ first: [Double], _ second: [Double]) -> Bool {
  for axis in first.indices where first[axis] != second[axis] { return first[axis] < second[axis] }
  return false
}

/// The indexes of the points in lexicographic order, equal points by index.
func lexicographicOrder(of points: [[Double]]) -> [Int] {
  points.indices.sorted { first, second in
    if precedes(points[first], points[second]) { return true }
    if precedes(points[second], points[first]) { return false }
    return first < second
  }
}
