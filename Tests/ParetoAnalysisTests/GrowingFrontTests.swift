import Numerics
import ParetoAnalysis
import Testing

@Suite("The growing front")
struct GrowingFrontTests {
  @Test("has the hypervolume of all points so far", arguments: [1, 2, 3])
  func agrees(dimension: Int) {
    var stream = RandomStream(seed: 3, purpose: "growing-front")
    let reference = [Double](repeating: 8, count: dimension)
    for _ in 0..<20 {
      var front = GrowingFront(reference: reference)
      var points: [[Double]] = []
      for _ in 0..<60 {
        // Few values, so that points coincide and share objectives; some lie on the reference or beyond it.
        let point = (0..<dimension).map { _ in Double(stream.integer(below: 10)) }
        points.append(point)
        let expected = hypervolume(of: points, reference: reference)
        #expect(abs(front.insert(point) - expected) < 1e-9)
        #expect(front.hypervolume >= 0)
      }
    }
  }

  @Test("keeps the points that no other dominates")
  func members() {
    var front = GrowingFront(reference: [5, 5])
    for point in [[4.0, 1], [1, 4], [2, 2], [3, 3], [2, 2], [2, 1], [5, 0]] { front.insert(point) }
    #expect(front.points == [[1, 4], [2, 1]])
    // (5 − 1)(5 − 4) and (5 − 2)(4 − 1).
    #expect(front.hypervolume == 13)
  }
}
