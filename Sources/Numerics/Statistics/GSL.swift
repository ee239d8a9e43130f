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

  /// The coefficients that minimise |A·x − b|₂, by a singular value decomposition of A with balanced columns
  /// (`gsl_multifit_linear`). Where the columns are dependent, the shortest of the minimisers of the balanced problem.
  ///
  /// - Parameters:
  ///   - columns: the columns of A, all of the length of `right`.
  ///   - right: b.
  /// - Precondition: at least one column, no more columns than rows, all values finite.
  static func leastSquares(columns: [[Double]], _ right: [Double]) -> [Double] {
    precondition(errorHandlerIsOff)
    let (rows, unknowns) = (right.count, columns.count)
    let workspace = gsl_multifit_linear_alloc(rows, unknowns)
    let covariance = gsl_matrix_alloc(unknowns, unknowns)
    defer {
      gsl_multifit_linear_free(workspace)
      gsl_matrix_free(covariance)
    }
    var matrix = (0..<rows).flatMap { row in columns.map { $0[row] } }
    var right = right
    var solution = [Double](repeating: 0, count: unknowns)
    var squaredResidual = 0.0
    let status = matrix.withUnsafeMutableBufferPointer { matrix in
      right.withUnsafeMutableBufferPointer { right in
        solution.withUnsafeMutableBufferPointer { solution in
          var matrix = gsl_matrix_view_array(matrix.baseAddress, rows, unknowns).matrix
          var right = gsl_vector_view_array(right.baseAddress, rows).vector
          var solution = gsl_vector_view_array(solution.baseAddress, unknowns).vector
          return gsl_multifit_linear(&matrix, &right, &solution, covariance, &squaredResidual, workspace)
        }
      }
    }
    precondition(Int(status) == GSL_SUCCESS, "least squares of finite values failed with code \(status)")
    return solution
  }

  private static func call(_ function: () -> Double) -> Double {
    precondition(errorHandlerIsOff)
    return function()
  }
}
