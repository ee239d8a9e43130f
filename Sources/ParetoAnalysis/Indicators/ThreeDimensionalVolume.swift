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
  let corners = points.map { SIMD3($0[0], $0[1], $0[2]) }
    .sorted { ($0.x, $0.y, $0.z) < ($1.x, $1.y, $1.z) }
  let sweep = corners.indices.sorted {
    (corners[$0].z, $0) < (corners[$1].z, $1)
  }
  var steps = RankSet(count: corners.count)
  var area = 0.0
  var volume = 0.0
  for (position, rank) in sweep.enumerated() {
    let corner = corners[rank]
    let before = steps.predecessor(of: rank)
    var ceiling = before.map { corners[$0].y } ?? reference[1]
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
      let right = after.map { corners[$0].x } ?? reference[0]
      area += (right - left) * (ceiling - corner.y)
      steps.insert(rank)
    }
    let next = position + 1 < sweep.count ? corners[sweep[position + 1]].z : reference[2]
    volume += area * (next - corner.z)
  }
  return volume
}
