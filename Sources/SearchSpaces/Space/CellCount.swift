import Numerics

/// A number of grid cells: exact as long as it fits into an Int, else by its logarithm.
struct CellCount: Sendable {
  /// The number, or nil when it is larger than an Int holds.
  let exact: Int?
  /// The natural logarithm; minus infinity for none.
  let logarithm: Double

  static let zero = CellCount(exact: 0, logarithm: -.infinity)
  static let one = CellCount(exact: 1, logarithm: 0)

  private init(exact: Int?, logarithm: Double) {
    self.exact = exact
    self.logarithm = logarithm
  }

  init(_ count: Int) { self.init(exact: count, logarithm: Double(count).logarithm) }

  static func * (left: CellCount, right: CellCount) -> CellCount {
    var exact: Int?
    if let leftExact = left.exact, let rightExact = right.exact {
      let (product, overflow) = leftExact.multipliedReportingOverflow(by: rightExact)
      exact = overflow ? nil : product
    }
    return CellCount(exact: exact, logarithm: left.logarithm + right.logarithm)
  }

  static func + (left: CellCount, right: CellCount) -> CellCount {
    var exact: Int?
    if let leftExact = left.exact, let rightExact = right.exact {
      let (sum, overflow) = leftExact.addingReportingOverflow(rightExact)
      exact = overflow ? nil : sum
    }
    let larger = max(left.logarithm, right.logarithm)
    let smaller = min(left.logarithm, right.logarithm)
    let logarithm = smaller == -.infinity ? larger : larger + (1 + (smaller - larger).exponential).logarithm
    return CellCount(exact: exact, logarithm: logarithm)
  }
}
