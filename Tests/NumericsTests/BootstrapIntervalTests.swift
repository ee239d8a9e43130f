import Numerics
import Testing

@Suite("The bootstrap interval")
struct BootstrapIntervalTests {
  private func stream(_ seed: UInt64 = 1) -> RandomStream { RandomStream(seed: seed, purpose: "bootstrap") }

  @Test("leaves the tails of the drawn samples out")
  func tails() {
    // The median of two draws from {0, 1} is 0, ½ and 1 with probabilities ¼, ½ and ¼.
    let values = [0.0, 1.0]
    func interval(_ confidence: Double) -> BootstrapInterval {
      var stream = stream()
      return BootstrapInterval(count: 2, confidence: confidence, using: &stream) { indexes in
        (values[indexes[0]] + values[indexes[1]]) / 2
      }
    }
    let wide = interval(0.95)
    #expect(wide.estimate == 0.5 && wide.low == 0 && wide.high == 1 && wide.confidence == 0.95)
    let narrow = interval(0.4)
    #expect(narrow.low == 0.5 && narrow.high == 0.5)
  }

  @Test("draws pairs: what both sides have in common does not widen it")
  func pairs() {
    let first: [Double] = [1, 50, 7, 900, 31]
    var stream = stream()
    let interval = BootstrapInterval(differenceOfMedians: first, first.map { $0 + 2 }, using: &stream)
    #expect(interval.estimate == -2 && interval.low == -2 && interval.high == -2)
  }

  @Test("is the same for the same stream")
  func repeatable() {
    let (first, second) = ([3.0, 1, 4, 1, 5, 9], [2.0, 6, 5, 3, 5, 8])
    func interval(_ seed: UInt64) -> BootstrapInterval {
      var stream = stream(seed)
      return BootstrapInterval(differenceOfMedians: first, second, using: &stream)
    }
    // Medians 3.5 and 5.
    #expect(interval(1).estimate == -1.5)
    #expect(interval(1) == interval(1))
    #expect(interval(1).low < -1.5 && interval(1).high > -1.5)
  }

  @Test("keeps infinite values in order")
  func infinite() {
    var stream = stream()
    let never = [Double.infinity, .infinity, .infinity]
    let one = BootstrapInterval(differenceOfMedians: [1, 2, 3], never, using: &stream)
    #expect(one.estimate == -.infinity && one.low == -.infinity && one.high == -.infinity)
    let none = BootstrapInterval(differenceOfMedians: never, never, using: &stream)
    #expect(none.estimate == 0 && none.low == 0 && none.high == 0)
  }
}
