internal import CGSL

/// The GNU Scientific Library, made safe to call.
///
/// GSL ends the process on a bad argument unless its error handler is off. Every call in this module goes
/// through here, so that the handler is off before the first, and passes only arguments the function is
/// defined for.
enum GSL {
  private static let errorHandlerIsOff: Bool = {
    _ = gsl_set_error_handler_off()
    return true
  }()

  /// - Precondition: `values` is not empty.
  static func mean(_ values: [Double]) -> Double {
    call { gsl_stats_mean(values, 1, values.count) }
  }

  /// The deviation with n − 1 in the denominator.
  ///
  /// - Precondition: at least two values.
  static func standardDeviation(_ values: [Double]) -> Double {
    call { gsl_stats_sd(values, 1, values.count) }
  }

  /// The linear interpolation between neighbours, at (n − 1) · probability.
  ///
  /// - Precondition: `sorted` is ascending and not empty, 0 ≤ probability ≤ 1.
  static func quantile(sorted: [Double], _ probability: Double) -> Double {
    call { gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, probability) }
  }

  /// The t with P(T ≤ t) = `probability`.
  ///
  /// - Precondition: 0 < probability < 1, degrees of freedom > 0.
  static func studentQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    call { gsl_cdf_tdist_Pinv(probability, degreesOfFreedom) }
  }

  /// P(Z > z) of the standard normal distribution.
  static func normalUpperTail(_ z: Double) -> Double {
    call { gsl_cdf_ugaussian_Q(z) }
  }

  private static func call(_ function: () -> Double) -> Double {
    precondition(errorHandlerIsOff)
    return function()
  }
}
