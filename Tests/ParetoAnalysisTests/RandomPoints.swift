import Numerics

/// Points with coordinates in 0 ..< 1; with a number of levels they are multiples of 1 / levels, so that ties
/// and duplicates are common.
func randomPoints(
  count: Int, dimension: Int, levels: Int? = nil, from stream: inout RandomStream
) -> [[Double]] {
  (0..<count).map { _ in
    (0..<dimension).map { _ in
      if let levels { Double(stream.integer(below: levels)) / Double(levels) } else { stream.uniform() }
    }
  }
}

/// Dominance by its definition.
func isDominatedByDefinition(_ point: [Double], by other: [Double]) -> Bool {
  zip(other, point).allSatisfy { $0 <= $1 } && zip(other, point).contains { $0 < $1 }
}
