import ParetoAnalysis
import Testing

@Suite("The knee")
struct KneeTests {
  @Test("is the point farthest from the line between the ends, whatever the units")
  func workedExample() {
    let front: [[Double]] = [[0, 10], [1, 2], [5, 1], [10, 0]]
    #expect(kneeIndex(of: front) == 1)
    #expect(kneeIndex(of: front.map { [$0[0] * 1e-9, $0[1] * 1e6 + 5] }) == 1)
    #expect(kneeIndex(of: front.reversed()) == 2)
  }

  @Test("is never a dominated point")
  func dominatedPoints() {
    #expect(kneeIndex(of: [[0, 10], [1, 2], [2, 3], [10, 0], [11, 11]]) == 1)
  }

  @Test("of equally far points is the one with the smaller first objective, of equal ones the first")
  func ties() {
    #expect(kneeIndex(of: [[4, 0], [2, 1], [1, 2], [1, 2], [0, 4]]) == 2)
  }

  @Test(
    "does not exist on fewer than three distinct points, on a straight front, or on one that bulges outwards")
  func noKnee() {
    #expect(kneeIndex(of: []) == nil)
    #expect(kneeIndex(of: [[1, 1]]) == nil)
    #expect(kneeIndex(of: [[0, 1], [1, 0], [1, 0], [0, 1]]) == nil)
    #expect(kneeIndex(of: (0...10).map { [Double($0) / 10, Double(10 - $0) / 10] }) == nil)
    #expect(kneeIndex(of: [[0, 10], [8, 9], [10, 0]]) == nil)
  }

  @Test("is defined for two objectives only")
  func otherDimensions() {
    #expect(kneeIndex(of: [[1, 2, 3], [2, 1, 3], [3, 2, 1], [0, 9, 9]]) == nil)
    #expect(kneeIndex(of: [[1], [2], [3]]) == nil)
  }
}
