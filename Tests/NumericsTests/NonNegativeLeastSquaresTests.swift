import Numerics
import Testing

@Suite("Non-negative least squares")
struct NonNegativeLeastSquaresTests {
  @Test("finds the exact solution where that has no negative part")
  func exact() {
    // b = 2·(1, 1, 1, 1) + 3·(0, 1, 2, 4).
    let fit = NonNegativeLeastSquares(columns: [[1, 1, 1, 1], [0, 1, 2, 4]], [2, 5, 8, 14])
    #expect(abs(fit.coefficients[0] - 2) < 1e-13 && abs(fit.coefficients[1] - 3) < 1e-13)
    #expect(fit.residualNorm < 1e-13)
  }

  @Test("leaves an unknown at zero where it would be negative, and fits the others without it")
  func bound() {
    // Freely 3 − 1·t; without the slope the mean of 3, 2, 1 with the residual (1, 0, −1).
    let fit = NonNegativeLeastSquares(columns: [[1, 1, 1], [0, 1, 2]], [3, 2, 1])
    #expect(abs(fit.coefficients[0] - 2) < 1e-13)
    #expect(fit.coefficients[1] == 0)
    #expect(abs(fit.residualNorm - 2.0.squareRoot()) < 1e-13)
  }

  @Test("puts an unknown back to zero that was free before")
  func putsBack() {
    // The first column lies nearest to b: 12.9 / √10 = 4.08, against 4 and 8.9 / √6 = 3.63. But freely b is -0.1 times
    // the first, 3.3 times the second and once the third. Without the first: x₁ + x₂ = 4 and x₁ + 6·x₂ = 8.9, so 3.02 and
    // 0.98, with the residual (0.04, -0.08, 0).
    let fit = NonNegativeLeastSquares(columns: [[0, 1, 3], [0, 0, 1], [2, 1, 1]], [2, 0.9, 4])
    #expect(fit.coefficients[0] == 0)
    #expect(abs(fit.coefficients[1] - 3.02) < 1e-13 && abs(fit.coefficients[2] - 0.98) < 1e-13)
    #expect(abs(fit.residualNorm - 0.008.squareRoot()) < 1e-13)
  }

  @Test("is zero where every column points away from the right-hand side")
  func allZero() {
    let fit = NonNegativeLeastSquares(columns: [[1, 2], [3, 1]], [-1, -1])
    #expect(fit.coefficients == [0, 0])
    #expect(abs(fit.residualNorm - 2.0.squareRoot()) < 1e-15)
  }

  @Test("takes columns of nothing and columns that are the same")
  func dependent() {
    let fit = NonNegativeLeastSquares(columns: [[0, 0, 0], [1, 2, 3], [1, 2, 3]], [2, 4, 6])
    #expect(fit.coefficients[0] == 0)
    #expect(abs(fit.coefficients[1] + fit.coefficients[2] - 2) < 1e-12)
    #expect(fit.coefficients.allSatisfy { $0 >= 0 })
  }

  @Test("does not mind columns of very different magnitudes")
  func magnitudes() {
    // Seconds, FLOPs and bytes: 12 W, 80 pJ a FLOP, 0.4 nJ a byte.
    let (seconds, flops, bytes) = ([1.0, 0.5, 2, 1], [1e11, 2e9, 5e10, 7e10], [1e8, 9e9, 3e10, 4e9])
    let joules = seconds.indices.map { 12 * seconds[$0] + 8e-11 * flops[$0] + 4e-10 * bytes[$0] }
    let fit = NonNegativeLeastSquares(columns: [seconds, flops, bytes], joules)
    for (found, expected) in zip(fit.coefficients, [12, 8e-11, 4e-10]) {
      #expect(abs(found / expected - 1) < 1e-10)
    }
  }

  /// A solution is right if and only if the conditions of Karush, Kuhn and Tucker hold: with the slopes w = Aᵀ(b − A·x),
  /// x ≥ 0, w ≤ 0, and x or w is zero for each unknown.
  @Test("meets the Karush-Kuhn-Tucker conditions on random systems", arguments: 0..<400)
  func optimality(seed: Int) {
    var stream = RandomStream(seed: 11, trial: seed, purpose: "systems")
    let unknowns = 1 + stream.integer(below: 6)
    let rows = unknowns + stream.integer(below: 12)
    // Every third system has columns that are almost the same.
    let shared = (0..<rows).map { _ in stream.normal() }
    let closeness = seed.isMultiple(of: 3) ? 1e-3 : 1
    let columns = (0..<unknowns).map { _ in
      (0..<rows).map { closeness * stream.normal() + (1 - closeness) * shared[$0] }
    }
    let right = (0..<rows).map { _ in stream.normal() }
    let fit = NonNegativeLeastSquares(columns: columns, right)
    let residual = (0..<rows).map { row in
      columns.indices.reduce(right[row]) { $0 - columns[$1][row] * fit.coefficients[$1] }
    }
    for (column, x) in zip(columns, fit.coefficients) {
      let slope = zip(column, residual).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(x >= 0)
      #expect(slope <= 1e-9)
      #expect(x == 0 || abs(slope) <= 1e-9, "x = \(x), slope \(slope)")
    }
    let norm = residual.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(norm - fit.residualNorm) < 1e-9)
  }
}
