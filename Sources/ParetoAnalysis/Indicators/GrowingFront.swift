/// The hypervolume of points that come one after another.
///
/// ```swift
/// var front = GrowingFront(reference: [3, 3])
/// front.insert([1, 2])   // 2
/// front.insert([2, 2])   // 2: dominated
/// front.insert([2, 1])   // 3
/// ```
///
/// - Complexity: in two objectives O(log *f*) a point for a front of *f* points, and O(*f*) for moving what stands behind
///   it; otherwise O(*f*), and that of `hypervolume(of:reference:)` for a point that enters the front.
public struct GrowingFront: Sendable {
  /// The point up to which volume counts, all objectives minimised.
  public let reference: [Double]
  /// The volume that the points so far dominate.
  public private(set) var hypervolume = 0.0

  /// The points that no other dominates and that are better than the reference in all objectives; in two objectives by
  /// the first, which is by the second backwards.
  public private(set) var points: [[Double]] = []

  /// A front without points.
  ///
  /// - Precondition: the reference has at least one objective, all finite.
  public init(reference: [Double]) {
    precondition(!reference.isEmpty && reference.allSatisfy(\.isFinite), "a reference point is finite")
    self.reference = reference
  }

  /// Adds a point.
  ///
  /// - Returns: the hypervolume with it.
  /// - Precondition: as many objectives as the reference, all finite.
  @discardableResult
  public mutating func insert(_ point: [Double]) -> Double {
    precondition(point.count == reference.count, "point and reference must have the same objectives")
    precondition(point.allSatisfy(\.isFinite), "a hypervolume needs finite objectives")
    for axis in point.indices where point[axis] >= reference[axis] { return hypervolume }
    if point.count == 2 { insertBetweenNeighbours(point) } else { insertAmongAll(point) }
    return hypervolume
  }

  private mutating func insertBetweenNeighbours(_ point: [Double]) {
    var place = firstPlace(notBefore: point[0])
    if place > 0, points[place - 1][1] <= point[1] { return }
    if place < points.count, points[place][0] == point[0], points[place][1] <= point[1] { return }
    // Strip by strip to the right, what the point adds below those that it dominates and below the last before them.
    var ceiling = place > 0 ? points[place - 1][1] : reference[1]
    var left = point[0]
    let start = place
    while place < points.count, points[place][1] >= point[1] {
      hypervolume += (points[place][0] - left) * (ceiling - point[1])
      left = points[place][0]
      ceiling = points[place][1]
      place += 1
    }
    let right = place < points.count ? points[place][0] : reference[0]
    hypervolume += (right - left) * (ceiling - point[1])
    points.replaceSubrange(start..<place, with: CollectionOfOne(point))
  }

  /// The first place whose first objective is at least the given one.
  private func firstPlace(notBefore bound: Double) -> Int {
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle][0] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func insertAmongAll(_ point: [Double]) {
    guard !points.contains(where: { $0 == point || dominates($0, point) }) else { return }
    points.removeAll { dominates(point, $0) }
    points.append(point)
    hypervolume = ParetoAnalysis.hypervolume(of: points, reference: reference)
  }
}
