import Numerics
import Testing

@Suite("The Sobol sequence")
struct SobolSequenceTests {
  @Test("begins at the origin and goes on as published")
  func firstPoints() {
    var sequence = SobolSequence(dimension: 2)
    let points = (0..<6).map { _ in sequence.next() }
    #expect(points == [[0, 0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75], [0.375, 0.375], [0.875, 0.875]])
  }

  @Test("has a point in each of 2ᵏ equal parts of every coordinate, shifted or not", arguments: [1, 5, 40])
  func stratification(dimension: Int) {
    var stream = RandomStream(seed: 3, purpose: "shift")
    for isShifted in [false, true] {
      var sequence =
        isShifted
        ? SobolSequence(dimension: dimension, shiftedBy: &stream) : SobolSequence(dimension: dimension)
      let points = (0..<256).map { _ in sequence.next() }
      for axis in 0..<dimension {
        #expect(Set(points.map { Int($0[axis] * 256) }).count == 256)
        #expect(points.allSatisfy { (0..<1).contains($0[axis]) })
      }
    }
  }

  @Test("the first two coordinates have a point in each of 16 × 16 squares")
  func squares() {
    var stream = RandomStream(seed: 4, purpose: "shift")
    var sequence = SobolSequence(dimension: 2, shiftedBy: &stream)
    let squares = (0..<256).map { _ in sequence.next().map { Int($0 * 16) } }
    #expect(Set(squares).count == 256)
  }

  @Test("shifts differ by their stream")
  func shifts() {
    let firsts = (UInt64(0)..<20).map { seed in
      var stream = RandomStream(seed: seed, purpose: "shift")
      var sequence = SobolSequence(dimension: 3, shiftedBy: &stream)
      return sequence.next()
    }
    #expect(Set(firsts).count == 20)
  }

  @Test("a copy goes its own way")
  func copies() {
    var sequence = SobolSequence(dimension: 3)
    for _ in 0..<5 { _ = sequence.next() }
    var copy = sequence
    let ahead = (0..<10).map { _ in copy.next() }
    #expect((0..<10).map { _ in sequence.next() } == ahead)
  }
}
