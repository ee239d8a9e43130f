import ParetoAnalysis
import Testing

@Suite("A spread")
struct SpreadTests {
  @Test("gives the five numbers of numpy.quantile(values, [0, 0.25, 0.5, 0.75, 1])")
  func fiveNumbers() throws {
    let spread = try #require(Spread(of: [2.5, 3.7, 1.2, 9.4, 4.4, 4.4, 0.3]))
    #expect(spread.count == 7)
    #expect(spread.minimum == 0.3)
    #expect(abs(spread.lowerQuartile - 1.85) < 1e-15)
    #expect(spread.median == 3.7)
    #expect(abs(spread.upperQuartile - 4.4) < 1e-15)
    #expect(spread.maximum == 9.4)
    #expect(abs(spread.interquartileRange - 2.55) < 1e-14)
  }

  @Test("of nothing does not exist, of one value is that value")
  func fewValues() {
    #expect(Spread(of: []) == nil)
    #expect(Spread(of: [3])?.minimum == 3)
    #expect(Spread(of: [3])?.upperQuartile == 3)
    #expect(Spread(of: [3])?.interquartileRange == 0)
  }
}
