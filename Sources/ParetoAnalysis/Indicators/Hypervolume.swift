/// The volume that the points dominate, up to the reference point: the measure of what is at least as good in
/// no objective better than some point and better than the reference in all.
///
/// Zitzler and Thiele 1999, "Multiobjective evolutionary algorithms: a comparative case study and the
/// strength Pareto approach", IEEE TEVC 3(4). Exact: a sweep in two and in three objectives, slices along the last
/// objective for more (While, Hingston, Barone and Huband 2006, "A faster algorithm for calculating
/// hypervolume", IEEE TEVC 10(1)). A point that is not better than the reference in every objective adds
/// nothing.
///
/// ```swift
/// hypervolume(of: [[1, 2], [2, 1]], reference: [3, 3])  // 3
/// ```
///
/// - Precondition: the points and the reference have the same number of objectives, all finite.
/// - Complexity: O(*n* log *n*) for up to three objectives, O(*n*^(*d* − 2) log *n*) for *d* of them.
public func hypervolume(of points: [[Double]], reference: [Double]) -> Double {
  volume(of: pointsInside(points, reference: reference), reference: reference)
}

/// What the hypervolume would lose without each point: its exclusive share, 0 for a dominated point and for
/// each of several equal points.
///
/// The points behind the front count too: where a dominated point would step in, only the difference is
/// exclusive. Without dominated points this is the usual contribution to the front.
///
/// ```swift
/// hypervolumeContributions(of: [[1, 2], [2, 1]], reference: [3, 3])  // [1, 1]
/// ```
///
/// - Precondition: as for `hypervolume(of:reference:)`.
/// - Complexity: O(*n* log *n*) for two objectives, *n* times that of `hypervolume(of:reference:)` at worst for others.
public func hypervolumeContributions(of points: [[Double]], reference: [Double]) -> [Double] {
  _ = pointsInside(points, reference: reference)
  if reference.count == 2 { return planarContributions(of: points, reference: reference) }
  if reference.count == 3 { return threeDimensionalContributions(of: points, reference: reference) }
  return points.indices.map { index in
    exclusiveVolume(of: index, among: points, reference: reference)
  }
}

/// The box between a point and the reference, less what the others dominate of it (While, Bradstreet and
/// Barone 2012, "A fast way of calculating exact hypervolumes", IEEE TEVC 16(1)).
private func exclusiveVolume(of index: Int, among points: [[Double]], reference: [Double]) -> Double {
  let point = points[index]
  var corner = reference
  var others: [[Double]] = []
  for (other, position) in zip(points, points.indices) where position != index {
    let limited = zip(point, other).map { max($0, $1) }
    if limited == point { return 0 }
    // Whoever is worse in a single objective cuts the box there with a plane: a smaller box instead of a
    // difference of two nearly equal volumes.
    let worse = limited.indices.filter { limited[$0] > point[$0] }
    if worse.count == 1 {
      corner[worse[0]] = min(corner[worse[0]], limited[worse[0]])
    } else {
      others.append(limited)
    }
  }
  guard zip(point, corner).allSatisfy({ $0 < $1 }) else { return 0 }
  let box = zip(point, corner).reduce(1) { $0 * ($1.1 - $1.0) }
  let rest = others.filter { other in zip(other, corner).allSatisfy { $0 < $1 } }
  return rest.isEmpty ? box : max(0, box - volume(of: rest, reference: corner))
}

/// The points that are better than the reference in every objective.
private func pointsInside(_ points: [[Double]], reference: [Double]) -> [[Double]] {
  precondition(
    !reference.isEmpty && reference.allSatisfy(\.isFinite), "a reference point has finite objectives")
  return points.filter { point in
    precondition(point.count == reference.count, "points and reference must have the same objectives")
    precondition(point.allSatisfy(\.isFinite), "a hypervolume needs finite objectives")
    return zip(point, reference).allSatisfy { $0 < $1 }
  }
}

/// The volume of points that all lie inside the reference.
private func volume(of points: [[Double]], reference: [Double]) -> Double {
  switch reference.count {
  case 1: points.map { reference[0] - $0[0] }.max() ?? 0
  case 2: area(of: points, reference: reference)
  case 3: threeDimensionalVolume(of: points, reference: reference)
  default: volumeBySlices(of: points, reference: reference)
  }
}

private func area(of points: [[Double]], reference: [Double]) -> Double {
  let corners = points.map { SIMD2($0[0], $0[1]) }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
  return area(ofSorted: corners, reference: SIMD2(reference[0], reference[1]))
}

/// The area of points in lexicographic order.
private func area(ofSorted corners: some Sequence<SIMD2<Double>>, reference: SIMD2<Double>) -> Double {
  var sum = 0.0
  var ceiling = reference.y
  for corner in corners where corner.y < ceiling {
    sum += (reference.x - corner.x) * (ceiling - corner.y)
    ceiling = corner.y
  }
  return sum
}

/// What each point of two objectives alone dominates: the box up to its neighbours on the front, less what the points
/// behind it in that box dominate of it.
private func planarContributions(of points: [[Double]], reference: [Double]) -> [Double] {
  var contributions = [Double](repeating: 0, count: points.count)
  let limit = SIMD2(reference[0], reference[1])
  let inside = points.indices.filter { points[$0][0] < limit.x && points[$0][1] < limit.y }
  let sorted = inside.map { (corner: SIMD2(points[$0][0], points[$0][1]), index: $0) }
    .sorted { ($0.corner.x, $0.corner.y) < ($1.corner.x, $1.corner.y) }
  /// The last point of the front so far, what lies behind it, and the second objective of the point before it.
  var step: (corner: SIMD2<Double>, index: Int, behind: [SIMD2<Double>], ceiling: Double)?
  func close(at right: Double) {
    guard let step else { return }
    let corner = SIMD2(right, step.ceiling)
    let extent = corner - step.corner
    let shared = area(ofSorted: step.behind, reference: corner)
    contributions[step.index] =
      step.behind.isEmpty ? extent.x * extent.y : max(0, extent.x * extent.y - shared)
  }
  for (corner, index) in sorted {
    guard let last = step, corner.y >= last.corner.y else {
      let ceiling = step?.corner.y ?? limit.y
      close(at: corner.x)
      step = (corner, index, [], ceiling)
      continue
    }
    if corner.y < last.ceiling { step?.behind.append(corner) }
  }
  close(at: limit.x)
  return contributions
}

/// Between one value of the last objective and the next, the points so far span the same volume of one
/// dimension less.
private func volumeBySlices(of points: [[Double]], reference: [Double]) -> Double {
  let last = reference.count - 1
  let sorted = points.sorted { $0[last] < $1[last] }
  let floorReference = Array(reference[..<last])
  var floor: [[Double]] = []
  var floorVolume = 0.0
  var sum = 0.0
  for (position, point) in sorted.enumerated() {
    let projection = Array(point[..<last])
    let isCovered = floor.contains { zip($0, projection).allSatisfy { $0 <= $1 } }
    if !isCovered {
      floor.removeAll { dominates(projection, $0) }
      floor.append(projection)
      floorVolume = volume(of: floor, reference: floorReference)
    }
    let next = position + 1 < sorted.count ? sorted[position + 1][last] : reference[last]
    sum += floorVolume * (next - point[last])
  }
  return sum
}
