/// An interval that covers the true mean with a given confidence.
public struct ConfidenceInterval: Hashable, Sendable {
  /// The mean of the values, in their unit.
  public let mean: Double
  /// The interval's lower end, in the values' unit.
  public let low: Double
  /// The interval's upper end, in the values' unit.
  public let high: Double
  /// How often such an interval covers the true mean, in 0 ..< 1.
  public let confidence: Double

  /// The interval mean ± t · s / √n (Student 1908, "The probable error of a mean"), or `nil` for fewer than
  /// two values, which say nothing about their spread.
  ///
  /// ```swift
  /// let interval = ConfidenceInterval(ofMean: [1, 2, 3, 4, 5])  // 3, from 1.04 to 4.96
  /// ```
  ///
  /// - Precondition: all values are finite, 0 < confidence < 1.
  /// - Complexity: O(*n*).
  public init?(ofMean values: [Double], confidence: Double = 0.95) {
    precondition(confidence > 0 && confidence < 1, "a confidence is between 0 and 1")
    guard values.count >= 2 else { return nil }
    let mean = Statistics.mean(values)
    let t = GSL.studentQuantile((1 + confidence) / 2, degreesOfFreedom: Double(values.count - 1))
    let margin = t * Statistics.standardDeviation(values) / Double(values.count).squareRoot()
    self.mean = mean
    self.low = mean - margin
    self.high = mean + margin
    self.confidence = confidence
  }
}
