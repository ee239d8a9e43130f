/// The volume that points of three objectives dominate up to a reference.
///
/// A sweep along the third objective: the points seen so far span a staircase in the first two, whose area grows with
/// every point that is not below it (Beume, Fonseca, López-Ibáñez, Paquete and Vahrenhold 2009, "On the complexity of
/// computing the hypervolume indicator", IEEE TEVC 13(5)). The staircase's steps are kept by their rank in the first
/// objective.
///
/// - Parameters:
///   - points: all better than the reference in every objective.
///   - reference: three numbers.
/// - Complexity: O(*n* log *n*); each point enters the staircase once and leaves it at most once.
func threeDimensionalVolume(of points: [[Double]], reference: [Double]) -> Double {
  volume(
    of: points.map { SIMD3($0[0], $0[1], $0[2]) }, reference: SIMD3(reference[0], reference[1], reference[2]))
}

/// What each point of three objectives alone dominates, up to a reference: the box up to the reference, less what the
/// others dominate of it (While, Bradstreet and Barone 2012, "A fast way of calculating exact hypervolumes", IEEE TEVC
/// 16(1)).
///
/// - Complexity: O(*n*² log *n*) at worst; O(*n*²) where few points share a box with each other.
func threeDimensionalContributions(of points: [[Double]], reference: [Double]) -> [Double] {
  let corners = points.map { SIMD3($0[0], $0[1], $0[2]) }
  let limit = SIMD3(reference[0], reference[1], reference[2])
  var others: [SIMD3<Double>] = []
  return corners.indices.map { index in
    let corner = corners[index]
    var box = limit
    others.removeAll(keepingCapacity: true)
    for other in corners.indices where other != index {
      let limited = pointwiseMax(corner, corners[other])
      let isWorse = limited .> corner
      let worse = (isWorse[0] ? 1 : 0) + (isWorse[1] ? 1 : 0) + (isWorse[2] ? 1 : 0)
      if worse == 0 { return 0 }
      // Whoever is worse in a single objective cuts the box there with a plane: a smaller box instead of a difference
      // of two nearly equal volumes.
      if worse == 1 {
        box.replace(with: pointwiseMin(box, limited), where: isWorse)
      } else {
        others.append(limited)
      }
    }
    guard all(corner .< box) else { return 0 }
    let extent = box - corner
    let rest = others.filter { all($0 .< box) }
    let whole = extent.x * extent.y * extent.z
    return rest.isEmpty ? whole : max(0, whole - volume(of: rest, reference: box))
  }
}

/// The volume that corners dominate, all of them below the reference.
private func volume(of corners: [SIMD3<Double>], reference: SIMD3<Double>) -> Double {
  let corners = corners.sorted { ($0.x, $0.y, $0.z) < ($1.x, $1.y, $1.z) }
  let sweep = corners.indices.sorted {
    (corners[$0].z, $0) < (corners[$1].z, $1)
  }
  var steps = RankSet(count: corners.count)
  var area = 0.0
  var volume = 0.0
  for (position, rank) in sweep.enumerated() {
    let corner = corners[rank]
    let before = steps.predecessor(of: rank)
    var ceiling = before.map { corners[$0].y } ?? reference.y
    if ceiling > corner.y {
      var left = corner.x
      var after = steps.successor(of: rank)
      while let step = after, corners[step].y >= corner.y {
        area += (corners[step].x - left) * (ceiling - corner.y)
        left = corners[step].x
        ceiling = corners[step].y
        steps.remove(step)
        after = steps.successor(of: step)
      }
      let right = after.map { corners[$0].x } ?? reference.x
      area += (right - left) * (ceiling - corner.y)
      steps.insert(rank)
    }
    let next = position + 1 < sweep.count ? corners[sweep[position + 1]].z : reference.z
    volume += area * (next - corner.z)
  }
  return volume
}
