/// The names of a table's columns, and which of them is the target.
struct TableHeader {
  /// All names, in the order of the file.
  var names: [String]
  /// The target's column, from 0.
  var target: Int

  /// For each column of this table, where it stands in another one.
  ///
  /// - Returns: nil where the names are the same in the same order, so that nothing need be moved.
  /// - Throws: `DatasetError.malformed` at the first line of the other file, which lacks a column, has one more, or
  ///   has other places for names that are not unique.
  func places(in other: [String], file: String, of training: String) throws(DatasetError) -> [Int]? {
    if other == names { return nil }
    func refusal(_ problem: String) -> DatasetError {
      .malformed(file: file, line: 1, column: 1, problem: problem)
    }
    func list(_ names: [String]) -> String {
      names.prefix(12).map { Excerpt.quote($0) }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
    let missing = names.filter { !other.contains($0) }
    guard missing.isEmpty else {
      throw refusal(
        "expected the columns of \(training), but \(list(missing)) \(missing.count == 1 ? "is" : "are") missing"
      )
    }
    let extra = other.filter { !names.contains($0) }
    guard extra.isEmpty else {
      throw refusal(
        "expected the columns of \(training), which has no \(list(extra)); leave \(extra.count == 1 ? "it" : "them") out"
      )
    }
    guard other.count == names.count, Set(names).count == names.count else {
      throw refusal(
        "expected the columns of \(training) in the same order, since a name stands there or here more than once"
      )
    }
    return names.map { other.firstIndex(of: $0) ?? 0 }
  }
}
