/// A delimited text file with a header, as texts with their places: for tables that are no data set.
///
/// Fields are separated by commas, semicolons or tabs, whichever the first row has; they may stand in double quotes, with
/// a quote inside written twice. Rows end with LF or CRLF. A gzip file is unpacked. An apostrophe that guards a text against
/// spreadsheets is taken away (``SpreadsheetText``).
public struct DelimitedText: Sendable {
  /// A field of a row.
  public struct Field: Hashable, Sendable {
    /// The text without blanks and quotes around it.
    public let text: String
    /// The line, from 1.
    public let line: Int
    /// The byte in the line, from 1.
    public let column: Int

    /// The finite number that the text is; nil if it is none.
    public var number: Double? {
      Array(text.utf8).withUnsafeBufferPointer { FloatParser.double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
  }

  /// The path as it was given.
  public let path: String
  /// The columns' names, in order.
  public let header: [String]
  /// The rows below, each as long as the header.
  public let rows: [[Field]]

  /// Reads a file.
  ///
  /// - Throws: `DatasetError.missingFile`, `.unreadable`, `.damaged`, `.tooLarge`, `.empty`, or `.malformed` with the line
  ///   and the byte in it.
  /// - Complexity: O(*bytes*).
  public init(path: String) throws(DatasetError) {
    self.path = path
    let bytes = try FileContent.read(path)
    var header: [String] = []
    var rows: [[Field]] = []
    try bytes.withUnsafeBufferPointer { (buffer) throws(DatasetError) in
      var reader = FieldReader(buffer, file: path, separator: nil)
      var fields: [FieldReader.Field] = []
      guard try reader.readRow(into: &fields) else {
        throw .malformed(
          file: path, line: 1, column: 1, problem: "expected the columns' names, got an empty file")
      }
      header = fields.map { SpreadsheetText.plain(reader.text($0)) }
      let first = fields[0]
      while try reader.readRow(into: &fields) {
        guard fields.count == header.count else {
          throw reader.error(
            fields[min(header.count, fields.count - 1)],
            "expected \(header.count) values in a row, as the first row has names, got \(fields.count)")
        }
        rows.append(
          fields.map {
            Field(text: SpreadsheetText.plain(reader.text($0)), line: $0.line, column: $0.column)
          })
      }
      guard !rows.isEmpty else {
        throw reader.error(first, "expected rows of values below the columns' names, got none")
      }
    }
    self.header = header
    self.rows = rows
  }

  /// An error at a field: `cells.csv:12:3: energy: expected a number, got 'x'`.
  public func error(_ field: Field, _ problem: String) -> DatasetError {
    .malformed(file: path, line: field.line, column: field.column, problem: problem)
  }

  /// An error at a field whose text is not what was expected there.
  public func error(_ field: Field, _ label: String, expected: String) -> DatasetError {
    error(field, "\(label): expected \(expected), got \(Excerpt.quote(field.text))")
  }
}
