import Foundation
import ParetoAnalysis

/// What a point would add to the hypervolume of a front; for one that would add nothing worth speaking of, how far it is
/// behind.
///
/// The measure of SMS-EGO; see ``SMSEGO``. A point that is hardly better than one of the front in any objective counts as
/// dominated: else the hope of a little less than the least that is possible would draw all trials to the front's ends.
/// What hardly is, ε, is the front's extent over (points on the front + (1 − 1/2ᵐ) · trials to come) for *m* objectives.
/// How many are to come is not known here; as many as there have been.
struct VolumeGain: Sendable {
  private var front: [[Double]]
  private let reference: [Double]
  /// ε for each objective.
  private let tolerance: [Double]
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
    let toCome = (1 - pow(0.5, Double(reference.count))) * Double(points.count)
    tolerance = (best.first ?? []).indices.map { axis in
      let values = best.map { $0[axis] }
      return ((values.max() ?? 0) - (values.min() ?? 0)) / (Double(best.count) + toCome)
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
    let shortfall = shortfall(of: point)
    guard shortfall == 0 else { return -shortfall }
    return reference.count == 2
      ? planarGain(of: point) : hypervolume(of: front + [point], reference: reference) - volume
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

  /// By how much the point is behind those of the front that hardly let it be better, as a volume; 0 where none does.
  private func shortfall(of point: [Double]) -> Double {
    var most = zip(point, reference).reduce(0) { $0 + max(0, $1.0 - $1.1) }
    for other in front {
      var product = 1.0
      var isBehind = true
      for axis in point.indices {
        let distance = point[axis] - other[axis] + tolerance[axis]
        guard distance >= 0 else {
          isBehind = false
          break
        }
        product *= 1 + distance
      }
      if isBehind { most = max(most, product - 1) }
    }
    return most
  }
}
