import Foundation

/// A rectangle of finite numbers, as read from a CSV file without a header.
///
/// ```swift
/// let table = try NumericTable(csv: Array("1,2.5\n3,4e-1\n".utf8), file: "small.csv")
/// table.rowCount     // 2
/// table.values       // [1, 2.5, 3, 0.4]
/// ```
///
/// The reader takes commas between fields, LF or CRLF after rows (the last one may lack it), blanks and tabs
/// around numbers, and a UTF-8 byte order mark. It knows no quotes, comments or empty lines but those at the
/// end. Numbers are rounded correctly to `Float` and never depend on the locale.
public struct NumericTable: Hashable, Sendable {
  /// The values, row-major: `rowCount` rows of `columnCount`.
  public private(set) var values: [Float]
  /// The number of values in a row, at least one.
  public private(set) var columnCount: Int
  /// The number of rows, at least one.
  public var rowCount: Int { values.count / columnCount }

  /// Reads a CSV file.
  ///
  /// - Throws: `DatasetError.missingFile`, `.unreadable`, `.empty` or `.malformed`.
  /// - Complexity: O(*bytes*).
  public init(csvFile path: String) throws(DatasetError) {
    try self.init(csv: FileContent.read(path), file: URL(fileURLWithPath: path).lastPathComponent)
  }

  /// Reads the bytes of a CSV file.
  ///
  /// - Parameters:
  ///   - csv: the file's content.
  ///   - file: the name to give in errors.
  /// - Throws: `DatasetError.empty`, or `.malformed` with the line and the byte in it, both from 1:
  ///   `digits.csv:12:3: expected a number, got 'x'`.
  /// - Complexity: O(*bytes*).
  public init(csv bytes: [UInt8], file: String) throws(DatasetError) {
    var reader = CSVReader(file: file)
    try bytes.withUnsafeBufferPointer { (buffer) throws(DatasetError) in try reader.read(buffer) }
    guard let columnCount = reader.columnCount else { throw .empty(file: file) }
    self.values = reader.values
    self.columnCount = columnCount
  }
}

/// The state of reading one file.
private struct CSVReader {
  let file: String
  var values: [Float] = []
  var columnCount: Int?
  private var line = 0

  init(file: String) { self.file = file }

  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(DatasetError) {
    values.reserveCapacity(bytes.count / 2)
    var position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let end = Self.endOfContent(bytes, from: position)
    while position < end {
      line += 1
      position = try readRow(bytes, from: position, to: end)
    }
  }

  /// Reads one row and returns where the next one starts.
  private mutating func readRow(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) throws(DatasetError) -> Int {
    var fields = 0
    var fieldStart = start
    while true {
      var fieldEnd = fieldStart
      while fieldEnd < end && bytes[fieldEnd] != UInt8(ascii: ",") && bytes[fieldEnd] != UInt8(ascii: "\n") {
        fieldEnd += 1
      }
      let endsRow = fieldEnd == end || bytes[fieldEnd] == UInt8(ascii: "\n")
      try readField(bytes, fieldStart, fieldEnd, column: fieldStart - start + 1)
      fields += 1
      if let columnCount, fields > columnCount {
        throw malformed(fieldStart - start + 1, "expected \(columnCount) values in a row, got more")
      }
      guard endsRow else {
        fieldStart = fieldEnd + 1
        continue
      }
      if let columnCount, fields < columnCount {
        throw malformed(fieldEnd - start + 1, "expected \(columnCount) values in a row, got \(fields)")
      }
      columnCount = fields
      return fieldEnd + 1
    }
  }

  private mutating func readField(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, column: Int
  ) throws(DatasetError) {
    // One digit, the usual field of an image.
    if end - start == 1, bytes[start] &- UInt8(ascii: "0") <= 9 {
      values.append(Float(bytes[start] &- UInt8(ascii: "0")))
      return
    }
    var first = start
    var last = end
    while first < last && Self.isBlank(bytes[first]) { first += 1 }
    while last > first && Self.isBlank(bytes[last - 1]) { last -= 1 }
    let text = UnsafeBufferPointer(rebasing: bytes[first..<last])
    switch FloatParser.parse(text) {
    case .number(let number):
      values.append(number)
    case .notANumber:
      throw malformed(column + first - start, "expected a number, got \(Excerpt.quote(text))")
    case .tooLarge:
      throw malformed(
        column + first - start,
        "expected a number up to \(Float.greatestFiniteMagnitude), got \(Excerpt.quote(text))")
    }
  }

  private func malformed(_ column: Int, _ problem: String) -> DatasetError {
    .malformed(file: file, line: line, column: column, problem: problem)
  }

  /// A carriage return counts as a blank, so CRLF needs no rule of its own.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }

  /// Where the line ends and blanks at the end of the file begin.
  private static func endOfContent(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var end = bytes.count
    while end > start && (isBlank(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: "\n")) { end -= 1 }
    return end
  }
}
