/// A table as read from a delimited text file: numeric columns and one target column.
///
/// Fields are separated by commas, semicolons or tabs; they may stand in double quotes, with a quote inside
/// written twice, and then hold separators and line ends (RFC 4180). Rows end with LF or CRLF.
struct DelimitedTable {
  /// The values of all columns but the target, row-major.
  private(set) var features: [Float] = []
  /// The number of columns but the target.
  private(set) var featureCount = 0
  /// For each row, which of `targetTexts` its target is.
  private(set) var targetCodes: [Int32] = []
  /// The different texts of the target column, in the order of their first rows.
  private(set) var targetTexts: [String] = []
  /// Where each of `targetTexts` stood first.
  private var targetPlaces: [FieldReader.Field] = []
  private let file: String

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - source: where the target stands, whether there is a header, and what separates fields.
  /// - Throws: `DatasetError.empty`, or `.malformed` with the line and the byte in it, both from 1.
  /// - Complexity: O(*bytes*).
  init(_ bytes: [UInt8], source: CSVSource) throws(DatasetError) {
    file = source.path
    try bytes.withUnsafeBufferPointer { (buffer) throws(DatasetError) in
      try read(FieldReader(buffer, file: source.path, separator: source.separator), source)
    }
  }

  /// The numbers that `targetTexts` spell; nil where not all of them are numbers.
  ///
  /// - Throws: `DatasetError.malformed` where a number is missing, not finite or too large among numbers: it would
  ///   become a class of its own.
  func targetNumbers() throws(DatasetError) -> [Double]? {
    var numbers: [Double] = []
    var suspect: Int?
    for (index, text) in targetTexts.enumerated() {
      let outcome = Array(text.utf8).withUnsafeBufferPointer { bytes in
        (FloatParser.parse(bytes), Self.isMissingValue(bytes))
      }
      switch outcome {
      case (.number, _): if let number = Double(text) { numbers.append(number) }
      case (.tooLarge, _), (_, true): suspect = suspect ?? index
      default: break
      }
    }
    if numbers.count == targetTexts.count { return numbers }
    if let suspect, !numbers.isEmpty {
      throw .malformed(
        file: file, line: targetPlaces[suspect].line, column: targetPlaces[suspect].column,
        problem:
          "target: expected a finite number as in other rows, got \(Excerpt.quote(targetTexts[suspect]))")
    }
    return nil
  }

  private mutating func read(_ reader: FieldReader, _ source: CSVSource) throws(DatasetError) {
    var reader = reader
    var fields: [FieldReader.Field] = []
    guard try reader.readRow(into: &fields) else { throw .empty(file: source.path) }
    let columnCount = fields.count
    guard columnCount >= 2 else {
      throw reader.error(
        fields[0],
        "expected at least two columns, one of them the target, got one; is the separator a comma, a semicolon "
          + "or a tab?")
    }
    var names: [String]?
    let targetColumn: Int
    if case .name(let name) = source.target {
      guard source.header != false else {
        throw reader.error(
          fields[0], "target: without a header no column is called \(Excerpt.quote(name)); give its number")
      }
      let found = fields.map(reader.text)
      targetColumn = try Self.column(called: name, among: found, reader, fields)
      names = found
    } else {
      targetColumn = try Self.column(source.target, of: columnCount, reader, fields)
      if source.header ?? Self.isHeader(fields, target: targetColumn, reader) {
        names = fields.map(reader.text)
      }
    }
    featureCount = columnCount - 1
    if names != nil {
      guard try reader.readRow(into: &fields) else { throw .empty(file: source.path) }
    }
    var codes: [String: Int32] = [:]
    repeat {
      guard fields.count == columnCount else {
        throw reader.error(
          fields[min(columnCount, fields.count - 1)],
          "expected \(columnCount) values in a row, got \(fields.count)")
      }
      for (column, field) in fields.enumerated() where column != targetColumn {
        features.append(
          try number(field, reader) { names?[column] ?? "\(column + 1)" })
      }
      let text = reader.text(fields[targetColumn])
      guard !text.isEmpty else {
        throw reader.error(fields[targetColumn], "expected the target's value, got an empty field")
      }
      if let code = codes[text] {
        targetCodes.append(code)
      } else {
        let code = Int32(targetTexts.count)
        codes[text] = code
        targetTexts.append(text)
        targetPlaces.append(fields[targetColumn])
        targetCodes.append(code)
      }
    } while try reader.readRow(into: &fields)
  }

  private func number(
    _ field: FieldReader.Field, _ reader: FieldReader, column: () -> String
  ) throws(DatasetError) -> Float {
    let bytes = reader.bytes(field)
    switch FloatParser.parse(bytes) {
    case .number(let number): return number
    case .tooLarge:
      throw reader.error(
        field,
        "column \(Excerpt.quote(column())): expected a number up to \(Float.greatestFiniteMagnitude), "
          + "got \(Excerpt.quote(bytes))")
    case .notANumber:
      let remedy =
        if reader.rowNumber == 1 {
          "; if this row holds the columns' names, say header: true"
        } else if bytes.isEmpty || Self.isMissingValue(bytes) {
          "; fill in missing values or leave the row out"
        } else {
          "; all columns but the target must be numbers"
        }
      throw reader.error(
        field,
        "column \(Excerpt.quote(column())): expected a number, got \(Excerpt.quote(bytes))\(remedy)")
    }
  }

  private static func column(
    called name: String, among names: [String], _ reader: FieldReader, _ fields: [FieldReader.Field]
  ) throws(DatasetError) -> Int {
    let found = names.indices.filter { names[$0] == name }
    guard found.count < 2 else {
      throw reader.error(fields[found[1]], "target: two columns are called \(Excerpt.quote(name))")
    }
    guard let column = found.first else {
      let known = names.suffix(12).map { Excerpt.quote($0) }.joined(separator: ", ")
      throw reader.error(
        fields[0],
        "target: no column is called \(Excerpt.quote(name)); the \(names.count > 12 ? "last" : "columns") are \(known)"
      )
    }
    return column
  }

  private static func column(
    _ target: CSVSource.TargetColumn, of count: Int, _ reader: FieldReader, _ fields: [FieldReader.Field]
  ) throws(DatasetError) -> Int {
    guard case .number(let number) = target else { return count - 1 }
    guard (1...count).contains(number) else {
      throw reader.error(fields[0], "target: expected a column from 1 to \(count), got \(number)")
    }
    return number - 1
  }

  /// Whether the first row holds names: no feature's field is a number, or stands for one that is missing.
  private static func isHeader(_ fields: [FieldReader.Field], target: Int, _ reader: FieldReader) -> Bool {
    fields.indices.allSatisfy { column in
      let bytes = reader.bytes(fields[column])
      guard column != target else { return true }
      if case .notANumber = FloatParser.parse(bytes) { return !bytes.isEmpty && !isMissingValue(bytes) }
      return false
    }
  }

  private static func isMissingValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 9 else { return false }
    return [
      "nan", "-nan", "inf", "-inf", "+inf", "infinity", "-infinity", "na", "n/a", "null", "none", "?", "-",
    ]
    .contains(String(decoding: bytes, as: UTF8.self).lowercased())
  }
}
