import Numerics
import ParetoAnalysis
import Testing

@Suite("The hypervolume")
struct HypervolumeTests {
  @Test("agrees with cases worked by hand")
  func workedExamples() {
    #expect(hypervolume(of: [[2], [5], [1]], reference: [4]) == 3)
    #expect(hypervolume(of: [[1, 2], [2, 1]], reference: [3, 3]) == 3)
    // Steps of 1 × 1, 1 × 3, 2 × 4 below the reference [5, 5].
    #expect(hypervolume(of: [[1, 4], [2, 2], [3, 1]], reference: [5, 5]) == 12)
    #expect(hypervolume(of: [[1, 1, 1]], reference: [3, 4, 5]) == 24)
    // Three boxes of 2; each pair shares 1, all three share 1: 6 − 3 + 1.
    #expect(hypervolume(of: [[0, 1, 1], [1, 0, 1], [1, 1, 0]], reference: [2, 2, 2]) == 4)
    #expect(hypervolume(of: [[0, 0, 0, 0], [1, 1, 1, 1]], reference: [2, 2, 2, 2]) == 16)
    #expect(hypervolume(of: [], reference: [1, 1]) == 0)
  }

  @Test("agrees with inclusion and exclusion over all subsets", arguments: 1...5)
  func inclusionExclusion(dimension: Int) {
    var stream = RandomStream(seed: 5, trial: dimension, purpose: "volume")
    for round in 0..<60 {
      let points = randomPoints(
        count: stream.integer(below: 9), dimension: dimension, levels: round % 2 == 0 ? nil : 4, from: &stream
      )
      let reference = (0..<dimension).map { _ in stream.uniform(in: 0.5..<1.2) }
      let expected = volumeByInclusionExclusion(points, reference)
      #expect(abs(hypervolume(of: points, reference: reference) - expected) < 1e-12)
    }
  }

  @Test("agrees with the share of random points that are dominated", arguments: 2...4)
  func monteCarlo(dimension: Int) {
    var stream = RandomStream(seed: 6, trial: dimension, purpose: "volume")
    let points = randomPoints(count: 30, dimension: dimension, from: &stream)
    let reference = [Double](repeating: 1, count: dimension)
    let draws = 100_000
    let hits = (0..<draws).count { _ in
      let draw = (0..<dimension).map { _ in stream.uniform() }
      return points.contains { zip($0, draw).allSatisfy { $0 <= $1 } }
    }
    let volume = hypervolume(of: points, reference: reference)
    #expect(abs(volume - Double(hits) / Double(draws)) < 5 * 0.5 / Double(draws).squareRoot())
  }

  @Test(
    "never shrinks with another point, grows with one that dominates, ignores one outside", arguments: 2...4)
  func monotonicity(dimension: Int) {
    var stream = RandomStream(seed: 7, trial: dimension, purpose: "volume")
    let reference = [Double](repeating: 1, count: dimension)
    for _ in 0..<100 {
      let points = randomPoints(count: 10, dimension: dimension, levels: 8, from: &stream)
      let volume = hypervolume(of: points, reference: reference)
      let more = points + randomPoints(count: 1, dimension: dimension, from: &stream)
      #expect(hypervolume(of: more, reference: reference) >= volume - 1e-15)
      let better = points + [points[nonDominatedIndexes(of: points)[0]].map { $0 - 0.01 }]
      #expect(hypervolume(of: better, reference: reference) > volume)
      let outside = points + [[1] + [Double](repeating: -5, count: dimension - 1)]
      #expect(hypervolume(of: outside, reference: reference) == volume)
      #expect(hypervolume(of: points.reversed(), reference: reference) == volume)
    }
  }

  @Test("contributions are what the volume loses without each point", arguments: 1...4)
  func contributionsByDefinition(dimension: Int) {
    var stream = RandomStream(seed: 8, trial: dimension, purpose: "contributions")
    for round in 0..<60 {
      let points = randomPoints(
        count: stream.integer(below: 15), dimension: dimension, levels: round % 2 == 0 ? nil : 4,
        from: &stream)
      let reference = [Double](repeating: 0.9, count: dimension)
      let volume = hypervolume(of: points, reference: reference)
      let contributions = hypervolumeContributions(of: points, reference: reference)
      #expect(contributions.count == points.count)
      for index in points.indices {
        let isDominated = points.contains { isDominatedByDefinition(points[index], by: $0) }
        if isDominated { #expect(contributions[index] == 0) }
      }
      for (index, contribution) in contributions.enumerated() {
        var others = points
        others.remove(at: index)
        #expect(abs(contribution - (volume - hypervolume(of: others, reference: reference))) < 1e-12)
      }
    }
  }

  @Test("contributions: a copy, a dominated point and a point outside contribute nothing")
  func noContribution() {
    #expect(
      hypervolumeContributions(of: [[1, 2], [1, 2], [2, 1], [2, 2], [9, 0]], reference: [3, 3])
        == [0, 0, 1, 0, 0])
  }

  @Test("contributions keep their digits beside volumes a trillion times as large")
  func contributionPrecision() {
    let tiny = 0x1p-40
    let points = [[0, 1], [0.5 - tiny, 0.5 - tiny], [0.5, 0.5 - 2 * tiny], [1, 0]]
    let contributions = hypervolumeContributions(of: points, reference: [1e6, 1e6])
    #expect(contributions[1] == tiny * (0.5 + tiny))
  }

  private func volumeByInclusionExclusion(_ points: [[Double]], _ reference: [Double]) -> Double {
    var sum = 0.0
    for subset in 1..<(1 << points.count) {
      var corner = [Double](repeating: -.infinity, count: reference.count)
      var sign = -1.0
      for index in points.indices where subset >> index & 1 == 1 {
        corner = zip(corner, points[index]).map { max($0, $1) }
        sign = -sign
      }
      sum += sign * zip(corner, reference).reduce(1) { $0 * max(0, $1.1 - $1.0) }
    }
    return sum
  }
}
