/// A table as read from a delimited text file: numeric columns and one target column.
///
/// Fields are separated by commas, semicolons or tabs; they may stand in double quotes, with a quote inside
/// written twice, and then hold separators and line ends (RFC 4180). Rows end with LF or CRLF.
struct DelimitedTable {
  /// The values of all columns but the target, row-major, each less its column's origin.
  private(set) var features: [Float] = []
  /// The origin of each of these columns; empty where all are 0.
  private(set) var origins: [Double] = []
  /// The number of columns but the target.
  private(set) var featureCount = 0
  /// For each row, which of `targetTexts` its target is.
  private(set) var targetCodes: [Int32] = []
  /// The different texts of the target column, in the order of their first rows.
  private(set) var targetTexts: [String] = []
  /// The columns' names; nil where the file has none.
  private(set) var header: TableHeader?
  /// Where each of `targetTexts` stood first.
  private var targetPlaces: [FieldReader.Field] = []
  /// The columns of the features in their order, by their places in the file.
  private var featureColumns: [Int] = []
  private let file: String

  /// What is known of the table that is trained on, for reading its test part.
  struct Training {
    var file: String
    var header: TableHeader?
    var featureCount: Int
    var origins: [Double]
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - source: where the target stands, whether there is a header, and what separates fields.
  ///   - training: of a test part, the table that it belongs to: columns are put into its order, and have its origins.
  /// - Throws: `DatasetError.empty`, or `.malformed` with the line and the byte in it, both from 1.
  /// - Complexity: O(*bytes*).
  init(_ bytes: [UInt8], source: CSVSource, training: Training? = nil) throws(DatasetError) {
    file = source.path
    try bytes.withUnsafeBufferPointer { (buffer) throws(DatasetError) in
      let reader = FieldReader(buffer, file: source.path, separator: source.separator)
      try read(reader, source, training)
      if training == nil { try subtractOrigins(reader) }
    }
  }

  private mutating func read(
    _ reader: FieldReader, _ source: CSVSource, _ training: Training?
  ) throws(DatasetError) {
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
    let targetColumn = try findColumns(fields, reader, source, training)
    featureCount = columnCount - 1
    if let training, training.featureCount != featureCount {
      throw reader.error(
        fields[0],
        "expected \(training.featureCount + 1) columns, as \(Excerpt.fileName(training.file)) has, got \(columnCount)"
      )
    }
    if header != nil {
      let line = fields[0]
      guard try reader.readRow(into: &fields) else {
        throw reader.error(line, "expected rows of values below the columns' names, got none")
      }
    }
    var ranges = ColumnRanges(columnCount: featureCount)
    origins = training?.origins ?? []
    var codes: [String: Int32] = [:]
    repeat {
      guard fields.count == columnCount else {
        throw reader.error(
          fields[min(columnCount, fields.count - 1)],
          "expected \(columnCount) values in a row, got \(fields.count)")
      }
      for (position, column) in featureColumns.enumerated() {
        let number = try number(fields[column], reader, column: column)
        ranges.note(number, column: position)
        features.append(Float(origins.isEmpty ? number : number - origins[position]))
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
    guard training == nil else { return }
    origins = ranges.origins
    if let (position, problem) = ranges.firstProblem {
      throw .unexpectedShape(
        file: file, problem: "column \(Excerpt.quote(name(featureColumns[position]))): \(problem)")
    }
  }

  /// Reads the columns that have an origin once more: their numbers were rounded before it was known.
  private mutating func subtractOrigins(_ reader: FieldReader) throws(DatasetError) {
    let moved = origins.indices.filter { origins[$0] != 0 }
    guard !moved.isEmpty else { return }
    var reader = reader
    var fields: [FieldReader.Field] = []
    if header != nil { _ = try reader.readRow(into: &fields) }
    var start = 0
    while try reader.readRow(into: &fields) {
      for position in moved {
        let number = try number(fields[featureColumns[position]], reader, column: featureColumns[position])
        features[start + position] = Float(number - origins[position])
      }
      start += featureCount
    }
  }

  private func number(
    _ field: FieldReader.Field, _ reader: FieldReader, column: Int
  ) throws(DatasetError) -> Double {
    let bytes = reader.bytes(field)
    if let number = FloatParser.double(bytes) {
      guard Float(number).isFinite else {
        throw reader.error(
          field,
          "column \(Excerpt.quote(name(column))): expected a number up to \(Float.greatestFiniteMagnitude), "
            + "got \(Excerpt.quote(bytes))")
      }
      return number
    }
    let remedy =
      if let decimals = Self.remedy(forDecimalComma: bytes) {
        decimals
      } else if reader.rowNumber == 1 {
        "; if this row holds the columns' names, say header: true"
      } else if bytes.isEmpty || MissingValue.isOne(bytes) {
        "; fill in missing values or leave the row out"
      } else {
        "; all columns but the target must be numbers"
      }
    throw reader.error(
      field, "column \(Excerpt.quote(name(column))): expected a number, got \(Excerpt.quote(bytes))\(remedy)")
  }

  /// What to do about a number such as `1,5`, which some countries write.
  private static func remedy(forDecimalComma bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.count(where: { $0 == UInt8(ascii: ",") }) == 1 else { return nil }
    let pointed = bytes.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    let number = pointed.withUnsafeBufferPointer { FloatParser.double($0) }
    return number.map { _ in
      "; write decimals with a point, or say separator: comma if commas stand between the columns"
    }
  }

  private func name(_ column: Int) -> String { header?.names[column] ?? "\(column + 1)" }
}

// MARK: - Columns

extension DelimitedTable {
  /// Finds the header, the columns of the features and that of the target.
  ///
  /// - Returns: the target's column.
  private mutating func findColumns(
    _ fields: [FieldReader.Field], _ reader: FieldReader, _ source: CSVSource, _ training: Training?
  ) throws(DatasetError) -> Int {
    var target: Int
    if case .name(let name) = source.target {
      guard source.header != false else {
        throw reader.error(
          fields[0], "target: without a header no column is called \(Excerpt.quote(name)); give its number")
      }
      let names = fields.map(reader.text)
      if let header = training?.header {
        target = names.firstIndex(of: name) ?? header.target
      } else {
        target = try Self.column(called: name, among: names, reader, fields)
      }
      header = TableHeader(names: names, target: target)
    } else {
      target = try Self.column(source.target, of: fields.count, reader, fields)
      if source.header ?? Self.isHeader(fields, target: target, reader) {
        header = TableHeader(names: fields.map(reader.text), target: target)
      }
    }
    if let training, let wanted = training.header, let names = header?.names,
      let places = try wanted.places(in: names, file: file, of: Excerpt.fileName(training.file))
    {
      target = places[wanted.target]
      header?.target = target
      featureColumns = places.indices.filter { $0 != wanted.target }.map { places[$0] }
    } else {
      featureColumns = fields.indices.filter { $0 != target }
    }
    return target
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
      return FloatParser.double(bytes) == nil && !bytes.isEmpty && !MissingValue.isOne(bytes)
    }
  }
}

// MARK: - Targets

extension DelimitedTable {
  /// The numbers that `targetTexts` spell; nil where not all of them are numbers.
  ///
  /// - Throws: `DatasetError.malformed` where a value is missing, or a number not finite or too large: it would become
  ///   a class of its own.
  func targetNumbers() throws(DatasetError) -> [Double]? {
    var numbers: [Double] = []
    var suspect: Int?
    var tooLarge: [Int] = []
    for (index, text) in targetTexts.enumerated() {
      let (number, isMissing) = Array(text.utf8).withUnsafeBufferPointer { bytes in
        (FloatParser.double(bytes), MissingValue.isOne(bytes))
      }
      if let number {
        if Float(number).isFinite { numbers.append(number) } else { tooLarge.append(index) }
      } else if isMissing {
        suspect = suspect ?? index
      }
    }
    if numbers.count == targetTexts.count { return numbers }
    if let first = tooLarge.first, numbers.count + tooLarge.count == targetTexts.count {
      throw error(
        at: first, "expected a number up to \(Float.greatestFiniteMagnitude)",
        "; divide the column by a constant")
    }
    if let suspect, !numbers.isEmpty { throw error(at: suspect, "expected a finite number as in other rows") }
    if let missing = targetTexts.firstIndex(where: MissingValue.isMissingClass) {
      throw error(
        at: missing, "expected a class",
        "; fill in missing values or leave the row out, and write a class of that name in another way")
    }
    return nil
  }

  /// Says where the first text of a regression's target stands that is no number.
  func textAmongTargets() -> DatasetError? {
    targetTexts.firstIndex { Double($0) == nil }
      .map { error(at: $0, "a regression needs a target of numbers") }
  }

  private func error(at index: Int, _ expected: String, _ remedy: String = "") -> DatasetError {
    .malformed(
      file: file, line: targetPlaces[index].line, column: targetPlaces[index].column,
      problem: "target: \(expected), got \(Excerpt.quote(targetTexts[index]))\(remedy)")
  }
}
