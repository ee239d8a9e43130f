import ParetoAnalysis

/// What a point would add to the hypervolume of a front; for one that would add nothing, how far it is behind.
///
/// The measure of SMS-EGO; see ``SMSEGO``.
struct VolumeGain: Sendable {
  private var front: [[Double]]
  private let reference: [Double]
  private var volume = 0.0

  /// The gains over a front, up to a reference that lies beyond its worst in each objective by the front's extent.
  ///
  /// - Parameter points: not empty; dominated ones are left out.
  init(over points: [[Double]]) {
    front = []
    let best = nonDominatedIndexes(of: points).map { points[$0] }
    reference = (best.first ?? []).indices.map { axis in
      let values = best.map { $0[axis] }
      let (least, most) = (values.min() ?? 0, values.max() ?? 0)
      return most > least ? most + (most - least) : most + 1
    }
    replaceFront(by: best)
  }

  /// Counts a point as if it were on the front from now on.
  mutating func insert(_ point: [Double]) {
    let points = front + [point]
    replaceFront(by: nonDominatedIndexes(of: points).map { points[$0] })
  }

  private mutating func replaceFront(by points: [[Double]]) {
    front = points.sorted { $0[0] < $1[0] }
    if reference.count != 2 { volume = hypervolume(of: front, reference: reference) }
  }

  /// The gain of a point: positive, or else 0 or less.
  ///
  /// - Complexity: O(front) for two objectives, that of a hypervolume for others.
  func callAsFunction(_ point: [Double]) -> Double {
    let gain =
      reference.count == 2
      ? planarGain(of: point) : hypervolume(of: front + [point], reference: reference) - volume
    return gain > 1e-15 ? gain : -shortfall(of: point)
  }

  private func planarGain(of point: [Double]) -> Double {
    guard point[0] < reference[0], point[1] < reference[1] else { return 0 }
    var gain = 0.0
    var left = point[0]
    var ceiling = reference[1]
    for other in front where other[0] < reference[0] {
      if other[0] > left { gain += (other[0] - left) * (ceiling - point[1]) }
      left = max(left, other[0])
      ceiling = min(ceiling, other[1])
      if ceiling <= point[1] { return gain }
    }
    return gain + (reference[0] - left) * (ceiling - point[1])
  }

  /// By how much the point is worse than those that dominate it, as a volume.
  private func shortfall(of point: [Double]) -> Double {
    var most = zip(point, reference).reduce(0) { $0 + max(0, $1.0 - $1.1) }
    for other in front where zip(other, point).allSatisfy({ $0 <= $1 }) {
      most = max(most, zip(other, point).reduce(1) { $0 * (1 + $1.1 - $1.0) } - 1)
    }
    return most
  }
}
