import Numerics
import Testing

@Suite("Statistics")
struct StatisticsTests {
  private let values = [2.5, 3.7, 1.2, 9.4, 4.4, 4.4, 0.3]

  @Test("mean and standard deviation agree with numpy.mean and numpy.std(ddof=1)")
  func moments() {
    #expect(abs(Statistics.mean(values) - 3.7) < 1e-14)
    #expect(abs(Statistics.standardDeviation(values) - 2.964231210055428) < 1e-14)
  }

  @Test("quantiles agree with numpy.quantile, in any order of the values")
  func quantiles() {
    let expected = [0.3, 0.8400000000000001, 1.85, 3.7, 4.4, 6.400000000000002, 9.4]
    let probabilities = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
    for order in [values, values.sorted(), values.sorted(by: >)] {
      for (quantile, expectation) in zip(Statistics.quantiles(order, at: probabilities), expected) {
        #expect(abs(quantile - expectation) < 1e-14)
      }
    }
    #expect(Statistics.quantile([5], at: 0.3) == 5)
  }

  @Test("the median of an even number of values is the mean of the middle two")
  func median() {
    #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
    #expect(Statistics.median([3, 1, 2]) == 2)
  }

  @Test("the confidence interval agrees with scipy.stats.t.interval(c, n - 1, mean, scipy.stats.sem(values))")
  func confidenceInterval() throws {
    let cases: [([Double], Double, Double, Double)] = [
      (values, 0.95, 0.9585433683485856, 6.441456631651414),
      (values, 0.99, -0.4537062851999627, 7.853706285199963),
      ([1, 2], 0.95, -4.853102368087347, 7.853102368087347),
    ]
    for (sample, confidence, low, high) in cases {
      let interval = try #require(ConfidenceInterval(ofMean: sample, confidence: confidence))
      #expect(abs(interval.low - low) < 1e-11)
      #expect(abs(interval.high - high) < 1e-11)
      #expect(interval.confidence == confidence)
    }
  }

  @Test("one value has no confidence interval; equal values have one of width 0")
  func degenerateIntervals() {
    #expect(ConfidenceInterval(ofMean: [1]) == nil)
    #expect(ConfidenceInterval(ofMean: []) == nil)
    #expect(ConfidenceInterval(ofMean: [2, 2, 2])?.low == 2)
    #expect(ConfidenceInterval(ofMean: [2, 2, 2])?.high == 2)
  }
}
