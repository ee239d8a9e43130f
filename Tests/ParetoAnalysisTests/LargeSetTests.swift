import Numerics
import ParetoAnalysis
import Testing

/// What is swept for large sets agrees with the definition, ties and copies among the points.
@Suite("Large sets of points")
struct LargeSetTests {
  /// The volume by the definition: the cells between all coordinates that some point dominates.
  private func volumeByCells(_ points: [[Double]], _ reference: [Double]) -> Double {
    let axes = reference.indices.map { axis in
      Set(points.map { $0[axis] }.filter { $0 < reference[axis] } + [reference[axis]]).sorted()
    }
    var sum = 0.0
    for x in 0..<(axes[0].count - 1) {
      for y in 0..<(axes[1].count - 1) {
        let column = points.filter { $0[0] <= axes[0][x] && $0[1] <= axes[1][y] }
        guard let lowest = column.map({ $0[2] }).min(), lowest < reference[2] else { continue }
        sum += (axes[0][x + 1] - axes[0][x]) * (axes[1][y + 1] - axes[1][y]) * (reference[2] - lowest)
      }
    }
    return sum
  }

  @Test("in three objectives the volume is that of the dominated cells", arguments: [nil, 3, 8, 50])
  func volumeInThree(levels: Int?) {
    var stream = RandomStream(seed: 11, trial: levels ?? 0, purpose: "volume")
    for round in 0..<20 {
      let points = randomPoints(count: 1 + round * 6, dimension: 3, levels: levels, from: &stream)
      let reference = [0.9, 1.0, 0.8]
      let volume = hypervolume(of: points, reference: reference)
      #expect(abs(volume - volumeByCells(points, reference)) < 1e-12)
    }
  }

  @Test("in three objectives the front is what no point dominates", arguments: [nil, 3, 12, 40])
  func frontInThree(levels: Int?) {
    var stream = RandomStream(seed: 12, trial: levels ?? 0, purpose: "front")
    for round in 0..<10 {
      let points = randomPoints(count: 40 * round, dimension: 3, levels: levels, from: &stream)
      let expected = points.indices.filter { index in
        !points.contains { isDominatedByDefinition(points[index], by: $0) }
      }
      #expect(nonDominatedIndexes(of: points) == expected)
    }
  }

  @Test("infinite objectives stand on the front like others")
  func infinities() {
    let points: [[Double]] = [
      [0, .infinity, 0], [0, 1, .infinity], [-.infinity, .infinity, .infinity], [1, 1, .infinity],
      [0, .infinity, 0], [.infinity, .infinity, .infinity],
    ]
    #expect(nonDominatedIndexes(of: points) == [0, 1, 2, 4])
  }

  @Test("in two objectives contributions are what the volume loses", arguments: [nil, 5, 30])
  func contributionsInTwo(levels: Int?) {
    var stream = RandomStream(seed: 13, trial: levels ?? 0, purpose: "contributions")
    let points = randomPoints(count: 150, dimension: 2, levels: levels, from: &stream)
    let reference = [0.9, 0.95]
    let volume = hypervolume(of: points, reference: reference)
    let contributions = hypervolumeContributions(of: points, reference: reference)
    for index in points.indices {
      var others = points
      others.remove(at: index)
      let loss = volume - hypervolume(of: others, reference: reference)
      #expect(abs(contributions[index] - loss) < 1e-12)
    }
  }

  @Test(
    "fronts, volumes and planar contributions of 200,000 points take well under quadratic time",
    .timeLimit(.minutes(1)))
  func manyPoints() {
    let count = 200_000
    // A front along which the third objective changes the least: every point stays on the staircase.
    let points = (0..<count).map { [Double($0), Double(count - $0), Double($0 % 7)] }
    #expect(nonDominatedIndexes(of: points).count == count)
    let reference = [Double(count), Double(count) + 1, 7]
    #expect(hypervolume(of: points, reference: reference) > 0)
    let planar = points.map { Array($0[..<2]) }
    let contributions = hypervolumeContributions(of: planar, reference: Array(reference[..<2]))
    #expect(contributions.allSatisfy { $0 == 1 })
  }
}
