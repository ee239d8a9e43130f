import Numerics
import ParetoAnalysis
import Testing

@Suite("Dominance")
struct DominanceTests {
  @Test("needs to be no worse anywhere and better somewhere")
  func definition() {
    #expect(dominates([1, 1], [1, 2]))
    #expect(dominates([0, 0, 0], [1, 1, 1]))
    #expect(!dominates([1, 2], [1, 2]))
    #expect(!dominates([1, 3], [2, 2]))
    #expect(!dominates([2, 2], [1, 3]))
    #expect(dominates([1, 1], [1, .infinity]))
  }

  @Test("is irreflexive, asymmetric and transitive")
  func strictOrder() {
    var stream = RandomStream(seed: 1, purpose: "order")
    for _ in 0..<3_000 {
      let points = randomPoints(count: 3, dimension: 2, levels: 3, from: &stream)
      #expect(!dominates(points[0], points[0]))
      #expect(!(dominates(points[0], points[1]) && dominates(points[1], points[0])))
      if dominates(points[0], points[1]) && dominates(points[1], points[2]) {
        #expect(dominates(points[0], points[2]))
      }
    }
  }

  @Test(
    "the front is what no point dominates, in 1 to 4 objectives, with ties and duplicates", arguments: 1...4)
  func frontByDefinition(dimension: Int) {
    var stream = RandomStream(seed: 2, trial: dimension, purpose: "front")
    for round in 0..<300 {
      let points = randomPoints(
        count: stream.integer(below: 40), dimension: dimension,
        levels: round % 3 == 0 ? nil : 2 + round % 7, from: &stream)
      let expected = points.indices.filter { index in
        !points.contains { isDominatedByDefinition(points[index], by: $0) }
      }
      #expect(nonDominatedIndexes(of: points) == expected)
    }
  }

  @Test("ranks peel front after front, in 1 to 4 objectives, with ties and duplicates", arguments: 1...4)
  func ranksByDefinition(dimension: Int) {
    var stream = RandomStream(seed: 3, trial: dimension, purpose: "ranks")
    for round in 0..<200 {
      let points = randomPoints(
        count: stream.integer(below: 40), dimension: dimension,
        levels: round % 3 == 0 ? nil : 2 + round % 7, from: &stream)
      var expected = [Int](repeating: 0, count: points.count)
      var rank = 0
      while expected.contains(0) {
        rank += 1
        let remaining = points.indices.filter { expected[$0] == 0 }
        for index in remaining
        where !remaining.contains(where: { isDominatedByDefinition(points[index], by: points[$0]) }) {
          expected[index] = -rank
        }
        expected = expected.map { abs($0) }
      }
      #expect(nonDominatedRanks(of: points) == expected)
    }
  }

  @Test("equal points all stay on the front and share their rank")
  func duplicates() {
    let points: [[Double]] = [[1, 1], [2, 2], [1, 1], [2, 2], [0.0, 3], [-0.0, 3]]
    #expect(nonDominatedIndexes(of: points) == [0, 2, 4, 5])
    #expect(nonDominatedRanks(of: points) == [1, 2, 1, 2, 1, 1])
  }

  @Test("of nothing is nothing")
  func empty() {
    #expect(nonDominatedIndexes(of: []).isEmpty)
    #expect(nonDominatedRanks(of: []).isEmpty)
    #expect(crowdingDistances(of: []).isEmpty)
  }

  @Test(
    "sweeps a front of 200,000 points in two objectives in well under quadratic time", .timeLimit(.minutes(1))
  )
  func largeFront() {
    let count = 200_000
    let points = (0..<count).map { [Double($0), Double(count - $0)] }
    #expect(nonDominatedIndexes(of: points).count == count)
    let chain = (0..<count).map { [Double($0), Double($0)] }
    #expect(nonDominatedRanks(of: chain) == Array(1...count))
  }
}
