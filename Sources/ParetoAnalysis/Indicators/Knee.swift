/// The index of the front's knee: the point farthest from the line between the front's ends, on the side of
/// the ideal point, after both objectives are scaled to the front's extent.
///
/// Das 1999, "On characterizing the 'knee' of the Pareto curve based on normal-boundary intersection",
/// Structural Optimization 18. It is the trial from which a gain in one objective costs most of the other.
/// Dominated points are ignored. Of equally far points the one with the smaller first objective is taken, of
/// equal points the first.
///
/// `nil` when there is no knee to speak of: fewer than three distinct points on the front, a front that is
/// straight or bulges away from the ideal point, or other than two objectives.
///
/// ```swift
/// kneeIndex(of: [[0, 10], [1, 2], [5, 1], [10, 0]])  // 1
/// ```
///
/// - Precondition: all points have the same number of objectives, at least one, all of them finite.
/// - Complexity: O(*n* log *n*).
public func kneeIndex(of points: [[Double]]) -> Int? {
  guard requireComparable(points) == 2 else { return nil }
  precondition(points.allSatisfy { $0.allSatisfy(\.isFinite) }, "a knee needs finite objectives")
  let front = nonDominatedIndexes(of: points).sorted { first, second in
    points[first][0] < points[second][0] || (points[first][0] == points[second][0] && first < second)
  }
  guard let left = front.first, let right = front.last else { return nil }
  let width = points[right][0] - points[left][0]
  let height = points[left][1] - points[right][1]
  guard width > 0, height > 0 else { return nil }
  // √2 times the distance to the line x + y = 1 between (0, 1) and (1, 0); rounding must not make a knee.
  var farthest = 1e-12
  var knee: Int?
  for index in front {
    let x = (points[index][0] - points[left][0]) / width
    let y = (points[index][1] - points[right][1]) / height
    if 1 - x - y > farthest {
      farthest = 1 - x - y
      knee = index
    }
  }
  return knee
}
