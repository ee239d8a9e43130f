/// What part of the samples is trained on, ranked by, and kept for the report.
///
/// ```swift
/// let split = try SplitFractions(training: 0.6, validation: 0.2, test: 0.2)
/// ```
public struct SplitFractions: Hashable, Sendable {
  /// The part that weights are fitted to; positive.
  public let training: Double
  /// The part that candidates are ranked by; may be 0.
  public let validation: Double
  /// The part that is only reported; may be 0.
  public let test: Double

  /// The parts, which add up to 1 but for rounding (10⁻⁹).
  ///
  /// - Throws: `DatasetError.invalidFractions` when a part is negative, the training part is 0, or they do
  ///   not add up to 1.
  public init(training: Double, validation: Double, test: Double) throws(DatasetError) {
    // Written so that a NaN fails each condition.
    guard training > 0, validation >= 0, test >= 0, abs(training + validation + test - 1) <= 1e-9 else {
      throw .invalidFractions(training: training, validation: validation, test: test)
    }
    self.training = training
    self.validation = validation
    self.test = test
  }
}
