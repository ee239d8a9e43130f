/// Why the rows of a table are not the cells of a space.
public enum RowsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No row has these values, given as `name=value` in the order of the columns.
  case missing(combination: [String])
  /// Among rows that agree in all columns before, this column is empty in one and has a value in another.
  case undecided(column: String, emptyRow: Int, filledRow: Int)

  /// What is wrong, for the end of a message that begins with the place.
  public var description: String {
    switch self {
    case .missing(let combination):
      "no row has \(combination.joined(separator: ", ")); a table needs every combination, "
        + "or an empty field where a parameter does not exist"
    case .undecided(let column, _, _):
      "'\(column)' is empty in one row and has a value in another that agrees in all columns before; "
        + "put the column that decides whether it exists before it"
    }
  }
}

extension ParameterSpace {
  /// The space whose grid cells are the rows of a table, in the order of their values.
  ///
  /// A value of nil says that the parameter does not exist for that row. Where a column exists, each of its values
  /// must: so conditions between columns are found, and gaps are told from conditions. Every row is equally likely to be
  /// drawn.
  ///
  /// ```swift
  /// // momentum exists for sgd only
  /// let space = try ParameterSpace(
  ///   columns: [
  ///     SearchParameter(name: "optimizer", domain: .options(["sgd", "adam"])),
  ///     SearchParameter(name: "momentum", domain: .options(["0.5", "0.9"])),
  ///   ], rows: [[0, 0], [0, 1], [1, nil]])
  /// space.size   // 3
  /// ```
  ///
  /// - Parameters:
  ///   - columns: the parameters; their domains have a ``ParameterDomain/gridCount``.
  ///   - rows: for each row the index of each column's value among its grid's.
  /// - Precondition: the columns' names differ, at least one row, no two rows are equal.
  /// - Throws: ``RowsError``.
  /// - Complexity: O(*rows* · *columns* · log *rows*).
  public init(columns: [SearchParameter], rows: [[Int?]]) throws(RowsError) {
    precondition(Set(columns.map(\.name)).count == columns.count, "columns need different names")
    precondition(!rows.isEmpty, "a table needs a row")
    let order = rows.indices.sorted { rows[$0].precedes(rows[$1]) }
    var tree = RowTree(columns: columns, rows: order.map { rows[$0] }, numbers: order)
    let roots = try tree.decisions(of: rows.indices, from: 0)
    self.init(
      roots.map { tree.decisions[$0] }, parameters: columns.map { ($0, .code) }, place: .code,
      sampling: .byLeaf)
  }
}

/// Turns rows into decisions: what is the same under all values of a column stands beside it, not below it.
private struct RowTree {
  let columns: [SearchParameter]
  /// The rows in lexicographic order, a missing value before all others.
  let rows: [[Int?]]
  /// The rows' numbers in the table.
  let numbers: [Int]
  /// Every decision once, so that equal ones are recognised by their index.
  var decisions: [Decision] = []
  private var known: [Key: Int] = [:]

  /// A column with the decisions below each of its values; no lists where there are none at all.
  private struct Key: Hashable {
    var column: Int
    var below: [[Int]]
  }

  init(columns: [SearchParameter], rows: [[Int?]], numbers: [Int]) {
    self.columns = columns
    self.rows = rows
    self.numbers = numbers
  }

  /// The decisions that lead to some rows which agree in all columns before `column`.
  mutating func decisions(of range: Range<Int>, from column: Int) throws(RowsError) -> [Int] {
    guard column < columns.count else {
      precondition(range.count == 1, "two rows of a table are equal")
      return []
    }
    if rows[range.lowerBound][column] == nil {
      if let filled = range.first(where: { rows[$0][column] != nil }) {
        throw .undecided(
          column: columns[column].name, emptyRow: numbers[range.lowerBound], filledRow: numbers[filled])
      }
      return try decisions(of: range, from: column + 1)
    }
    var below: [[Int]] = []
    var start = range.lowerBound
    for value in 0..<(columns[column].domain.gridCount ?? 0) {
      var end = start
      while end < range.upperBound, rows[end][column] == value { end += 1 }
      guard end > start else {
        throw .missing(combination: combination(rows[range.lowerBound][..<column] + [value]))
      }
      below.append(try decisions(of: start..<end, from: column + 1))
      start = end
    }
    var shared = 0
    let first = below[0]
    while below.allSatisfy({
      $0.count > shared && $0[$0.count - 1 - shared] == first[first.count - 1 - shared]
    }) {
      shared += 1
    }
    let own = below.map { Array($0.dropLast(shared)) }
    return [index(of: Key(column: column, below: own.allSatisfy(\.isEmpty) ? [] : own))]
      + first.suffix(shared)
  }

  private mutating func index(of key: Key) -> Int {
    if let index = known[key] { return index }
    let dependents: Decision.Dependents =
      key.below.isEmpty ? .none : .options(key.below.map { list in list.map { decisions[$0] } })
    decisions.append(Decision(parameter: columns[key.column], place: .code, dependents: dependents))
    known[key] = decisions.count - 1
    return decisions.count - 1
  }

  private func combination(_ values: ArraySlice<Int?>) -> [String] {
    zip(columns, values).compactMap { column, value in
      value.map { "\(column.name)=\(column.domain.gridValue(at: $0).text.onOneLine())" }
    }
  }
}

extension [Int?] {
  /// Whether this row comes first when values are compared from left to right, a missing one before all others.
  fileprivate func precedes(_ other: [Int?]) -> Bool {
    for (left, right) in zip(self, other) where left != right { return (left ?? -1) < (right ?? -1) }
    return false
  }
}
