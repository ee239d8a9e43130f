import Numerics
import Testing

@Suite("The rank sum test")
struct RankSumTestTests {
  /// scipy.stats.mannwhitneyu(first, second, alternative="two-sided", method="asymptotic",
  /// use_continuity=True)
  @Test(
    "agrees with scipy.stats.mannwhitneyu, with and without ties",
    arguments: [
      (
        [0.91, 0.93, 0.95, 0.88, 0.97, 0.90, 0.92, 0.94], [0.90, 0.92, 0.89, 0.85, 0.91, 0.87, 0.90, 0.86],
        54.0, 0.02333045024423464
      ),
      ([1, 2, 2, 3, 3, 3, 4], [2, 3, 3, 4, 5, 5], 10.5, 0.13820766697402573),
      ([1, 2, 3], [10, 11, 12], 0, 0.08085559837005224),
      ([5], [3], 1, 1),
    ])
  func agreesWithSciPy(first: [Double], second: [Double], u: Double, pValue: Double) {
    let test = RankSumTest(first, second)
    #expect(test.u == u)
    #expect(abs(test.pValue - pValue) < 1e-12)
    let swapped = RankSumTest(second, first)
    #expect(swapped.u == Double(first.count * second.count) - u)
    #expect(abs(swapped.pValue - pValue) < 1e-12)
    #expect(abs(test.effectSize + swapped.effectSize - 1) < 1e-15)
  }

  @Test("counts the pairs for the effect size, ties half")
  func effectSizeByPairs() {
    var stream = RandomStream(seed: 5, purpose: "pairs")
    for _ in 0..<50 {
      let first = (0..<(1 + stream.integer(below: 12))).map { _ in Double(stream.integer(below: 6)) }
      let second = (0..<(1 + stream.integer(below: 12))).map { _ in Double(stream.integer(below: 6)) }
      var wins = 0.0
      for a in first {
        for b in second { wins += a > b ? 1 : (a == b ? 0.5 : 0) }
      }
      #expect(abs(RankSumTest(first, second).effectSize - wins / Double(first.count * second.count)) < 1e-14)
    }
  }

  @Test("finds nothing where all values are equal")
  func allEqual() {
    let test = RankSumTest([1, 1, 1], [1, 1])
    #expect(test.pValue == 1)
    #expect(test.effectSize == 0.5)
    #expect(test.magnitude == .negligible)
  }

  @Test("names the effect by Vargha and Delaney's thresholds, in both directions")
  func magnitudes() {
    // A first value that is the larger one in the given number of 100 pairs.
    func magnitude(wins: Int) -> RankSumTest.Magnitude {
      RankSumTest([0], (0..<100).map { $0 < wins ? -1.0 : 1.0 }).magnitude
    }
    #expect([50, 55, 56, 63].map(magnitude) == [.negligible, .negligible, .small, .small])
    #expect([64, 70, 71, 100].map(magnitude) == [.medium, .medium, .large, .large])
    #expect(
      [45, 44, 37, 36, 30, 29].map(magnitude) == [.negligible, .small, .small, .medium, .medium, .large])
  }
}
