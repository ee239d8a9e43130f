/// What is left of a hyperparameter in the single precision that the engine computes in.
public enum SinglePrecision {
  /// The numbers that ``isPositive(_:)`` accepts, for messages.
  public static let positiveRange = "1.2e-38 to 3.4e38"
  /// The numbers that ``isShare(_:)`` accepts, for messages.
  public static let shares = "0 or a number from 1.2e-38 to 0.9999999"

  /// Whether a number is above 0 and stays so, neither flushed to 0 nor infinite.
  public static func isPositive(_ number: Double) -> Bool {
    let rounded = Float(number)
    return rounded >= .leastNormalMagnitude && rounded.isFinite
  }

  /// Whether a number is 0, or above 0 and below 1 and stays so.
  public static func isShare(_ number: Double) -> Bool {
    number == 0 || isPositive(number) && Float(number) < 1
  }
}
