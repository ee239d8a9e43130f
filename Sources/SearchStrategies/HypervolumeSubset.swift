import ParetoAnalysis

/// The best of some points: front after front, and of the front that does not fit in whole those that together have the
/// most hypervolume, chosen greedily.
///
/// The greedy choice has at least 1 − 1/e of the most that any has (Nemhauser, Wolsey and Fisher 1978). A gain that was
/// computed earlier is an upper bound of the gain now, so only the greatest are computed anew (Minoux 1978).
///
/// - Parameters:
///   - points: minimised objectives, all finite.
///   - count: how many to choose; all where there are no more.
/// - Returns: indexes, ascending.
/// - Complexity: O(*n* log *n*) for the fronts of two objectives, O(*n*²) for three, and O(*n* + *count*²) hypervolumes
///   of up to *count* points in practice.
func bestIndexes(of points: [[Double]], count: Int) -> [Int] {
  guard points.count > count else { return Array(points.indices) }
  let ranks = nonDominatedRanks(of: points)
  let fronts = Dictionary(grouping: points.indices) { ranks[$0] }
  var chosen: [Int] = []
  var rank = 1
  while chosen.count < count, let front = fronts[rank] {
    let room = count - chosen.count
    if front.count <= room {
      chosen += front
    } else {
      let members = front.map { points[$0] }
      chosen += hypervolumeSubset(of: members, count: room, reference: referencePoint(beyond: members))
        .map { front[$0] }
    }
    rank += 1
  }
  return chosen.sorted()
}

/// The worst of the points in each objective, and a tenth of their extent beyond.
func referencePoint(beyond points: [[Double]]) -> [Double] {
  (points.first ?? []).indices.map { axis in
    let values = points.map { $0[axis] }
    let (least, most) = (values.min() ?? 0, values.max() ?? 0)
    let margin = most > least ? (most - least) / 10 : max(abs(most), 1) / 10
    return most + margin
  }
}

private func hypervolumeSubset(of points: [[Double]], count: Int, reference: [Double]) -> [Int] {
  var chosen: [Int] = []
  var volume = 0.0
  /// What each would add to the chosen, exactly or as an upper bound.
  var gains = points.map { hypervolume(of: [$0], reference: reference) }
  var isChosen = [Bool](repeating: false, count: points.count)
  var isExact = [Bool](repeating: true, count: points.count)
  while chosen.count < count {
    var best = -1
    for index in points.indices where !isChosen[index] && (best < 0 || gains[index] > gains[best]) {
      best = index
    }
    if isExact[best] {
      chosen.append(best)
      isChosen[best] = true
      volume = hypervolume(of: chosen.map { points[$0] }, reference: reference)
      isExact = [Bool](repeating: false, count: points.count)
    } else {
      let together = hypervolume(of: (chosen + [best]).map { points[$0] }, reference: reference)
      gains[best] = min(gains[best], together - volume)
      isExact[best] = true
    }
  }
  return chosen
}
