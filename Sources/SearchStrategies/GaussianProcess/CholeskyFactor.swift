import Numerics

/// The lower triangular factor L of a symmetric positive definite matrix K = L·Lᵀ.
///
/// - Complexity: *n*³ / 6 multiplications to make.
struct CholeskyFactor: Sendable {
  /// The number of rows.
  let order: Int
  /// L, row by row; what is above the diagonal is 0.
  private var elements: [Double]

  /// Factors a matrix.
  ///
  /// - Parameter matrix: *n* × *n* numbers row by row, of which the lower triangle is read.
  /// - Returns: nil if the matrix is not positive definite in the precision of a Double.
  init?(_ matrix: [Double], order: Int) {
    self.order = order
    elements = matrix
    let isDefinite = elements.withUnsafeMutableBufferPointer { matrix in
      for column in 0..<order {
        // Each column is taken off the ones behind it, row by row, so that the inner loop runs along memory.
        let pivot = matrix[column * order + column]
        guard pivot > 1e-14, pivot.isFinite else { return false }
        let diagonal = pivot.squareRoot()
        matrix[column * order + column] = diagonal
        for row in (column + 1)..<max(order, column + 1) { matrix[row * order + column] /= diagonal }
        for row in (column + 1)..<max(order, column + 1) {
          let factor = matrix[row * order + column]
          // The column of L is kept in the row above the diagonal, where it is contiguous.
          matrix[column * order + row] = factor
        }
        for row in (column + 1)..<max(order, column + 1) {
          let factor = matrix[row * order + column]
          for other in (column + 1)...row {
            matrix[row * order + other] -= factor * matrix[column * order + other]
          }
        }
      }
      for row in 0..<order {
        for column in (row + 1)..<max(order, row + 1) { matrix[row * order + column] = 0 }
      }
      return true
    }
    guard isDefinite else { return nil }
  }

  /// Σ ln Lᵢᵢ: half the logarithm of the determinant.
  var halfLogDeterminant: Double {
    (0..<order).reduce(0) { $0 + elements[$1 * order + $1].logarithm }
  }

  /// L⁻¹·B for *width* right-hand sides side by side, in place.
  ///
  /// - Parameter right: *n* rows of *width* numbers.
  func solveLower(_ right: inout [Double], width: Int) {
    elements.withUnsafeBufferPointer { factor in
      right.withUnsafeMutableBufferPointer { right in
        for row in 0..<order {
          for earlier in 0..<row {
            let weight = factor[row * order + earlier]
            for side in 0..<width { right[row * width + side] -= weight * right[earlier * width + side] }
          }
          let diagonal = 1 / factor[row * order + row]
          for side in 0..<width { right[row * width + side] *= diagonal }
        }
      }
    }
  }

  /// K⁻¹·b.
  func solve(_ right: [Double]) -> [Double] {
    var solution = right
    solveLower(&solution, width: 1)
    elements.withUnsafeBufferPointer { factor in
      for row in (0..<order).reversed() {
        solution[row] /= factor[row * order + row]
        let value = solution[row]
        for earlier in 0..<row { solution[earlier] -= factor[row * order + earlier] * value }
      }
    }
    return solution
  }

  /// K⁻¹, row by row.
  ///
  /// - Complexity: about 2·*n*³ / 3 multiplications.
  func inverse() -> [Double] {
    var lower = [Double](repeating: 0, count: order * order)
    for row in 0..<order { lower[row * order + row] = 1 }
    elements.withUnsafeBufferPointer { factor in
      lower.withUnsafeMutableBufferPointer { lower in
        for row in 0..<order {
          for earlier in 0..<row {
            let weight = factor[row * order + earlier]
            for side in 0...earlier { lower[row * order + side] -= weight * lower[earlier * order + side] }
          }
          let diagonal = 1 / factor[row * order + row]
          for side in 0...row { lower[row * order + side] *= diagonal }
        }
      }
    }
    // K⁻¹ = L⁻ᵀ·L⁻¹, as the sum over the rows of L⁻¹ of each row with itself.
    var inverse = [Double](repeating: 0, count: order * order)
    inverse.withUnsafeMutableBufferPointer { inverse in
      lower.withUnsafeBufferPointer { lower in
        for row in 0..<order {
          for first in 0...row {
            let weight = lower[row * order + first]
            for second in 0...first {
              inverse[first * order + second] += weight * lower[row * order + second]
            }
          }
        }
      }
      for first in 0..<order {
        for second in 0..<first { inverse[second * order + first] = inverse[first * order + second] }
      }
    }
    return inverse
  }
}
