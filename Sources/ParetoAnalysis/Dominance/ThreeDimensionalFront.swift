/// The indexes, ascending, of the points of three objectives that no other point dominates.
///
/// In lexicographic order a point can be dominated only by one before it: by one that is no worse in the second and the
/// third objective. The least third objective among those with at most a given second one is kept in a tree of prefix
/// minima (Fenwick 1994, "A new data structure for cumulative frequency tables", Software 24(3)).
///
/// - Complexity: O(*n* log *n*).
func threeDimensionalFront(of points: [[Double]]) -> [Int] {
  let corners = points.map { SIMD3($0[0], $0[1], $0[2]) }
  let order = corners.indices.sorted {
    let (first, second) = (corners[$0], corners[$1])
    return (first.x, first.y, first.z) < (second.x, second.y, second.z)
  }
  // Equal second objectives share a rank, so that a point is seen by all that are no better in it.
  var ranks = [Int](repeating: 0, count: corners.count)
  var rank = 0
  var value: Double?
  for index in corners.indices.sorted(by: { corners[$0].y < corners[$1].y }) {
    if corners[index].y != value {
      rank += 1
      value = corners[index].y
    }
    ranks[index] = rank
  }
  var minima = PrefixMinima(count: rank)
  var front: [Int] = []
  var last: (corner: SIMD3<Double>, isOnFront: Bool)?
  for index in order {
    let corner = corners[index]
    if let last, last.corner == corner {
      if last.isOnFront { front.append(index) }
      continue
    }
    let isOnFront = minima.minimum(upTo: ranks[index]).map { $0 > corner.z } ?? true
    if isOnFront { front.append(index) }
    minima.insert(corner.z, at: ranks[index])
    last = (corner, isOnFront)
  }
  return front.sorted()
}

/// The least of the numbers at the places 1 ... *k*, for any *k*.
private struct PrefixMinima {
  private var tree: [Double?]

  init(count: Int) { tree = [Double?](repeating: nil, count: count + 1) }

  mutating func insert(_ number: Double, at place: Int) {
    var node = place
    while node < tree.count {
      if let least = tree[node], least <= number { return }
      tree[node] = number
      node += node & -node
    }
  }

  func minimum(upTo place: Int) -> Double? {
    var least: Double?
    var node = place
    while node > 0 {
      if let number = tree[node], least.map({ number < $0 }) ?? true { least = number }
      node -= node & -node
    }
    return least
  }
}
