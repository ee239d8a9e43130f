import Numerics
import ParetoAnalysis
import Testing

@Suite("The crowding distance")
struct CrowdingDistanceTests {
  @Test("adds the neighbours' gaps as shares of the front's extent")
  func workedExample() {
    // Extents 10 and 10: (5 − 0)/10 + (10 − 1)/10 and (10 − 1)/10 + (2 − 0)/10.
    let distances = crowdingDistances(of: [[0, 10], [1, 2], [5, 1], [10, 0]])
    #expect(distances[0] == .infinity && distances[3] == .infinity)
    #expect(abs(distances[1] - 1.4) < 1e-15)
    #expect(abs(distances[2] - 1.1) < 1e-15)
  }

  @Test("is infinite for one and for two points, and 0 for a copy")
  func fewPoints() {
    #expect(crowdingDistances(of: [[1, 2]]) == [.infinity])
    #expect(crowdingDistances(of: [[1, 2], [2, 1]]) == [.infinity, .infinity])
    #expect(crowdingDistances(of: [[1, 2], [2, 1], [1, 2]]) == [.infinity, .infinity, 0])
    #expect(crowdingDistances(of: [[1, 2], [1, 2]]) == [.infinity, 0])
  }

  @Test("ignores an objective in which all points are equal")
  func constantObjective() {
    let plain = crowdingDistances(of: [[0, 10], [1, 2], [5, 1], [10, 0]])
    #expect(crowdingDistances(of: [[0, 7, 10], [1, 7, 2], [5, 7, 1], [10, 7, 0]]) == plain)
  }

  @Test("does not depend on the points' order nor on the objectives' units")
  func invariances() {
    var stream = RandomStream(seed: 4, purpose: "crowding")
    for _ in 0..<100 {
      let points = Array(Set(randomPoints(count: 20, dimension: 3, levels: 5, from: &stream)))
      let distances = crowdingDistances(of: points)
      var order = Array(points.indices)
      stream.shuffle(&order)
      #expect(crowdingDistances(of: order.map { points[$0] }) == order.map { distances[$0] })
      // Powers of two scale without rounding.
      #expect(crowdingDistances(of: points.map { [$0[0] * 1024, $0[1] / 8, $0[2]] }) == distances)
    }
  }
}
