/// The least and the greatest of the numbers of a column.
///
/// The engine computes in single precision, which tells numbers apart only down to 6e-8 of their size. A column such
/// as 1.7e9, 1.7e9 + 20, … is therefore stored as distances from an origin: its least number.
struct NumberRange {
  private(set) var lowest = Double.infinity
  private(set) var highest = -Double.infinity

  /// Columns whose numbers are less than this part of their size apart are stored as distances.
  private static let smallestRelativeSpread = 0x1p-8
  /// Below this part of their size, double precision has less than ten bits left for the differences.
  private static let smallestToldApart = 0x1p-42
  /// Smaller differences are among the numbers that the engine takes for 0.
  private static let smallestSpread = 1e-30

  mutating func note(_ number: Double) {
    if number < lowest { lowest = number }
    if number > highest { highest = number }
  }

  private var spread: Double { highest - lowest }
  private var size: Double { max(abs(lowest), abs(highest)) }

  /// What is to be subtracted from the numbers before they are rounded to single precision; 0 for nothing.
  var origin: Double { spread > 0 && spread < size * Self.smallestRelativeSpread ? lowest : 0 }

  /// Why numbers of this range cannot be learnt from, and what to do; nil where they can.
  var problem: String? {
    if spread > 0, spread < Self.smallestSpread {
      return
        "expected numbers that differ by 1e-30 at least, got \(lowest) to \(highest); multiply them by a constant"
    }
    if spread > 0, spread < size * Self.smallestToldApart {
      return
        "expected numbers that double precision tells apart, got \(lowest) to \(highest); subtract a constant "
        + "from them, or leave them out"
    }
    return nil
  }
}

/// The origins of columns, for rows that are read one value after the other.
struct ColumnRanges {
  private var ranges: [NumberRange]

  init(columnCount: Int) { ranges = Array(repeating: NumberRange(), count: columnCount) }

  mutating func note(_ number: Double, column: Int) { ranges[column].note(number) }

  /// The origin of each column; empty where all are 0.
  var origins: [Double] {
    let origins = ranges.map(\.origin)
    return origins.contains { $0 != 0 } ? origins : []
  }

  /// The first column that cannot be learnt from, from 0, and why.
  var firstProblem: (column: Int, problem: String)? {
    for (column, range) in ranges.enumerated() {
      if let problem = range.problem { return (column, problem) }
    }
    return nil
  }
}
