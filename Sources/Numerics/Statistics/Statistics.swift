/// Location and spread of a list of numbers.
///
/// ```swift
/// Statistics.median([3, 1, 2])               // 2
/// Statistics.quantile([1, 2, 3, 4], at: 0.25)  // 1.75
/// ```
///
/// All take finite values in any order; an empty list is a programmer's error.
public enum Statistics {
  /// The arithmetic mean.
  ///
  /// - Precondition: at least one value, all finite.
  /// - Complexity: O(*n*).
  public static func mean(_ values: [Double]) -> Double {
    requireFinite(values, atLeast: 1)
    return GSL.mean(values)
  }

  /// The sample standard deviation, with *n* − 1 in the denominator.
  ///
  /// - Precondition: at least two values, all finite.
  /// - Complexity: O(*n*).
  public static func standardDeviation(_ values: [Double]) -> Double {
    requireFinite(values, atLeast: 2)
    return GSL.standardDeviation(values)
  }

  /// The middle value, or the mean of the two middle values.
  ///
  /// - Precondition: at least one value, all finite.
  /// - Complexity: O(*n* log *n*).
  public static func median(_ values: [Double]) -> Double {
    quantile(values, at: 0.5)
  }

  /// The value below which the given part of the values lies, linear between neighbours (type 7 of Hyndman
  /// and Fan 1996, "Sample quantiles in statistical packages"; what NumPy and R do unless told otherwise).
  ///
  /// - Precondition: at least one value, all finite; 0 ≤ probability ≤ 1.
  /// - Complexity: O(*n* log *n*).
  public static func quantile(_ values: [Double], at probability: Double) -> Double {
    quantiles(values, at: [probability])[0]
  }

  /// Several quantiles of the same values, sorted once.
  ///
  /// - Precondition: at least one value, all finite; every probability in 0 ... 1.
  /// - Complexity: O(*n* log *n*).
  public static func quantiles(_ values: [Double], at probabilities: [Double]) -> [Double] {
    requireFinite(values, atLeast: 1)
    precondition(probabilities.allSatisfy { (0...1).contains($0) }, "a quantile's probability is in 0 ... 1")
    let sorted = values.sorted()
    return probabilities.map { GSL.quantile(sorted: sorted, $0) }
  }

  /// The t with P(T ≤ t) = `probability` of Student's distribution.
  ///
  /// - Precondition: 0 < probability < 1, degrees of freedom > 0.
  public static func studentQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    precondition(probability > 0 && probability < 1 && degreesOfFreedom > 0, "no such quantile")
    return GSL.studentQuantile(probability, degreesOfFreedom: degreesOfFreedom)
  }

  static func requireFinite(_ values: [Double], atLeast count: Int) {
    precondition(values.count >= count, "expected at least \(count) values, got \(values.count)")
    precondition(values.allSatisfy(\.isFinite), "expected finite values")
  }
}
