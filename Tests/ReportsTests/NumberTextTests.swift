import Foundation
import Reports
import Testing

@Suite struct NumberTextTests {
  @Test(
    "three significant digits, also where rounding adds one",
    arguments: [
      (0, "0"), (1, "1.00"), (4.56, "4.56"), (4.564, "4.56"), (-4.566, "-4.57"), (12_345, "12,300"),
      (0.001234, "0.00123"),
      (9.994, "9.99"), (9.996, "10.0"), (99.96, "100"), (999.4, "999"), (999.6, "1,000"), (9_996, "10,000"),
      (0.0009994, "0.000999"), (0.0009996, "0.00100"), (0.99951, "1.00"), (0.0999, "0.0999"),
      (-0.0009996, "-0.00100"),
      (1e-4, "0.000100"), (9.9996e-5, "0.000100"), (9.99e-5, "9.99e-5"), (9.996e-6, "1.00e-5"),
      (-1.5e-300, "-1.50e-300"), (5e-324, "4.94e-324"), (9.99e9, "9,990,000,000"), (9.996e9, "1.00e10"),
      (1.797e308, "1.80e308"), (.infinity, "inf"), (.nan, "NaN"), (-.nan, "NaN"),
    ] as [(Double, String)])
  func significant(value: Double, text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test(
    "other numbers of digits",
    arguments: [
      (344.1, 4, "344.1"), (1_234, 4, "1,234"), (0.03, 2, "0.030"), (0.996, 2, "1.0"), (7.5, 1, "8"),
    ]
      as [(Double, Int, String)])
  func digits(value: Double, digits: Int, text: String) {
    #expect(NumberText.significant(value, digits: digits) == text)
  }

  @Test("three digits are within half a unit of the third, whatever the number")
  func significantIsClose() {
    for exponent in -30...30 {
      for _ in 0..<50 {
        let value = Double.random(in: 1..<10) * pow(10, Double(exponent))
        let text = NumberText.significant(value)
        let read = Double(text.replacing(",", with: "")) ?? .nan
        #expect(abs(read - value) <= 0.0050001 * value, "\(value) as \(text)")
        let figures = text.split(separator: "e")[0].filter(\.isNumber).drop { $0 == "0" }
        let isWhole = !text.contains(".")
        #expect(figures.count == 3 || isWhole && figures.count > 3, "\(value) as \(text)")
      }
    }
  }

  @Test(
    "fixed decimals round to the nearest, and there is no negative zero",
    arguments: [
      (0.97224, 4, "0.9722"), (0.97226, 4, "0.9723"), (1, 2, "1.00"), (9.996, 2, "10.00"), (0.004, 2, "0.00"),
      (-0.004, 2, "0.00"), (-0.006, 2, "-0.01"), (-1.5, 1, "-1.5"), (999.6, 0, "1000"), (0, 0, "0"),
      (0.05, 1, "0.1"),
      (.nan, 2, "NaN"), (-.infinity, 2, "-inf"), (1e300, 2, "1e+300"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(
    "thousands are set apart",
    arguments: [
      (0, "0"), (999, "999"), (1_000, "1,000"), (214_282, "214,282"), (1_234_567.4, "1,234,567"),
      (-1_234, "-1,234"),
      (-12, "-12"), (-0.4, "0"), (999.6, "1,000"), (1e300, "1e+300"), (.nan, "NaN"), (-.infinity, "-inf"),
    ] as [(Double, String)])
  func grouped(value: Double, text: String) {
    #expect(NumberText.grouped(value) == text)
  }

  @Test(
    "times read as people say them, however long",
    arguments: [
      (0, "0.0 s"), (3.24, "3.2 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.7, "1 min 0 s"),
      (250, "4 min 10 s"), (3_599.4, "59 min 59 s"), (3_599.6, "1 h 0 min"), (7_500, "2 h 5 min"),
      (172_799, "47 h 59 min"), (172_800, "2 days"), (1e9, "11,574 days"),
      (1e300, "1.1574074074074075e+295 days"),
      (.infinity, "inf days"),
    ] as [(Double, String)])
  func duration(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds: seconds) == text)
  }

  @Test("a count has its noun")
  func counts() {
    #expect(counted(1, "trial") == "1 trial" && counted(0, "trial") == "0 trials")
    #expect(counted(2, "search", plural: "searches") == "2 searches")
  }
}
