/// The coefficients of zero or more that come nearest to the given right-hand side: min |A·x − b|₂ with x ≥ 0.
///
/// ```swift
/// let fit = NonNegativeLeastSquares(columns: [[1, 1, 1], [0, 1, 2]], [3, 2, 1])
/// fit.coefficients   // [2, 0]: the slope would be −1
/// ```
///
/// The active set method of Lawson and Hanson 1974, "Solving Least Squares Problems", chapter 23: unknowns are set free
/// one at a time where that lowers the residual, and put back to zero where the free solution would turn negative. The
/// inner problems are GSL's.
///
/// Columns may be of any magnitude: each is scaled to length 1 inside. Where columns are dependent, one of the
/// minimisers is found.
///
/// - Complexity: O(*rows* · *unknowns*²) for each change of the active set, of which there are a few times as many as
///   unknowns; meant for few unknowns.
public struct NonNegativeLeastSquares: Hashable, Sendable {
  /// x, one number of zero or more a column.
  public let coefficients: [Double]
  /// |A·x − b|₂.
  public let residualNorm: Double

  /// Solves a problem.
  ///
  /// - Parameters:
  ///   - columns: the columns of A, each with one number a row.
  ///   - right: b, one number a row.
  /// - Precondition: at least one column, at least as many rows as columns, all columns of the length of `right`, all
  ///   values finite.
  public init(columns: [[Double]], _ right: [Double]) {
    precondition(!columns.isEmpty, "expected at least one column")
    precondition(columns.allSatisfy { $0.count == right.count }, "expected columns of \(right.count) rows")
    precondition(right.count >= columns.count, "expected at least as many rows as columns")
    precondition((columns + [right]).allSatisfy { $0.allSatisfy(\.isFinite) }, "expected finite values")
    let lengths = columns.map(Self.length)
    let scaled = zip(columns, lengths).map { column, length in
      length > 0 ? column.map { $0 / length } : column
    }
    var activeSet = ActiveSet(columns: scaled, right)
    let solution = activeSet.solve()
    coefficients = zip(solution, lengths).map { $1 > 0 ? $0 / $1 : 0 }
    residualNorm = Self.length(Self.residual(scaled, solution, right))
  }

  /// b − A·x.
  fileprivate static func residual(_ columns: [[Double]], _ x: [Double], _ right: [Double]) -> [Double] {
    right.indices.map { row in
      columns.indices.reduce(right[row]) { $0 - columns[$1][row] * x[$1] }
    }
  }

  /// |v|₂, without overflow.
  fileprivate static func length(_ vector: [Double]) -> Double {
    let greatest = vector.reduce(0) { max($0, abs($1)) }
    guard greatest > 0 else { return 0 }
    return greatest * vector.reduce(0) { $0 + ($1 / greatest) * ($1 / greatest) }.squareRoot()
  }
}

/// The state of the method: which unknowns are free, and the best solution so far.
private struct ActiveSet {
  let columns: [[Double]]
  let right: [Double]
  private var x: [Double]
  private var isFree: [Bool]
  /// Slopes below this are rounding errors.
  private let tolerance: Double

  init(columns: [[Double]], _ right: [Double]) {
    self.columns = columns
    self.right = right
    x = [Double](repeating: 0, count: columns.count)
    isFree = [Bool](repeating: false, count: columns.count)
    tolerance =
      16 * Double(right.count) * Double.ulpOfOne * NonNegativeLeastSquares.length(right)
  }

  mutating func solve() -> [Double] {
    // An unknown whose free solution is not positive, although the slope is, only rounds badly; it is passed over until
    // another one has moved.
    var passedOver: Set<Int> = []
    while let next = steepest(excluding: passedOver) {
      isFree[next] = true
      var free = freeSolution()
      guard free[next] > 0 else {
        isFree[next] = false
        passedOver.insert(next)
        continue
      }
      passedOver = []
      while let step = stepToBorder(free) {
        for index in x.indices where isFree[index] {
          x[index] += step.length * (free[index] - x[index])
        }
        for index in x.indices where isFree[index] && (index == step.unknown || x[index] <= 0) {
          x[index] = 0
          isFree[index] = false
        }
        free = freeSolution()
      }
      x = free
    }
    return x
  }

  /// The bound unknown by which the residual falls fastest; nil if it falls by none.
  private func steepest(excluding passedOver: Set<Int>) -> Int? {
    let residual = NonNegativeLeastSquares.residual(columns, x, right)
    var best: (index: Int, slope: Double)?
    for index in x.indices where !isFree[index] && !passedOver.contains(index) {
      let slope = zip(columns[index], residual).reduce(0) { $0 + $1.0 * $1.1 }
      if slope > max(tolerance, best?.slope ?? 0) { best = (index, slope) }
    }
    return best?.index
  }

  /// The solution over the free unknowns without regard to signs; 0 for the others.
  private func freeSolution() -> [Double] {
    let free = x.indices.filter { isFree[$0] }
    var solution = [Double](repeating: 0, count: x.count)
    guard !free.isEmpty else { return solution }
    for (index, value) in zip(free, GSL.leastSquares(columns: free.map { columns[$0] }, right)) {
      solution[index] = value
    }
    return solution
  }

  /// How far the way from x to the free solution can be gone before an unknown is zero, and which one; nil if all of it.
  private func stepToBorder(_ free: [Double]) -> (length: Double, unknown: Int)? {
    var step: (length: Double, unknown: Int)?
    for index in x.indices where isFree[index] && free[index] <= 0 {
      let length = x[index] / (x[index] - free[index])
      let fraction = length.isFinite ? length : 0
      if fraction < step?.length ?? .infinity { step = (fraction, index) }
    }
    return step
  }
}
