/// Takes rows of fields from a delimited text.
struct FieldReader {
  /// The place of one field; its bytes are inside the quotes where it has them.
  struct Field {
    var start: Int
    var end: Int
    /// Whether a quote inside is written twice.
    var hasEscapes: Bool
    var line: Int
    /// The byte in the line, from 1.
    var column: Int
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let separator: UInt8
  private let end: Int
  private var position: Int
  private var line = 1
  private var lineStart: Int
  /// The number of rows read, a header's included.
  private(set) var rowNumber = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, separator: CSVSource.Separator?) {
    self.bytes = bytes
    self.file = file
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    lineStart = position
    var end = bytes.count
    while end > position, Self.isBlank(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    self.end = end
    self.separator = (separator ?? Self.guessSeparator(bytes, from: position, to: end)).byte
  }

  /// Reads the next row.
  ///
  /// - Returns: whether there was one.
  mutating func readRow(into fields: inout [Field]) throws(DatasetError) -> Bool {
    fields.removeAll(keepingCapacity: true)
    guard position < end else { return false }
    rowNumber += 1
    while true {
      fields.append(try readField())
      guard position < end else { return true }
      let mark = bytes[position]
      position += 1
      if mark == UInt8(ascii: "\n") {
        line += 1
        lineStart = position
        return true
      }
    }
  }

  /// The bytes of a field.
  func bytes(_ field: Field) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
  }

  /// The text of a field, with escaped quotes written once.
  func text(_ field: Field) -> String {
    let text = String(decoding: bytes[field.start..<field.end], as: UTF8.self)
    return field.hasEscapes ? text.replacing("\"\"", with: "\"") : text
  }

  /// An error at a field.
  func error(_ field: Field, _ problem: String) -> DatasetError {
    .malformed(file: file, line: field.line, column: field.column, problem: problem)
  }

  /// Reads a field and leaves the position at the separator or the line's end behind it.
  private mutating func readField() throws(DatasetError) -> Field {
    while position < end, bytes[position] != separator, Self.isBlank(bytes[position]) { position += 1 }
    if position < end, bytes[position] == UInt8(ascii: "\"") { return try readQuotedField() }
    let start = position
    while position < end, bytes[position] != separator, bytes[position] != UInt8(ascii: "\n") {
      position += 1
    }
    var last = position
    while last > start, Self.isBlank(bytes[last - 1]) { last -= 1 }
    return Field(start: start, end: last, hasEscapes: false, line: line, column: start - lineStart + 1)
  }

  private mutating func readQuotedField() throws(DatasetError) -> Field {
    var field = Field(
      start: position + 1, end: position, hasEscapes: false, line: line, column: position - lineStart + 1)
    position += 1
    while true {
      guard position < end else { throw error(field, "the quote has no end") }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = position
      } else if byte == UInt8(ascii: "\"") {
        guard position < end, bytes[position] == UInt8(ascii: "\"") else { break }
        field.hasEscapes = true
        position += 1
      }
    }
    field.end = position - 1
    while position < end, bytes[position] != separator, Self.isBlank(bytes[position]) { position += 1 }
    guard position == end || bytes[position] == separator || bytes[position] == UInt8(ascii: "\n") else {
      throw .malformed(
        file: file, line: line, column: position - lineStart + 1,
        problem: "expected the end of the field behind the closing quote; write a quote inside a field twice")
    }
    return field
  }

  /// The separator of a text: a tab, else a semicolon, else a comma, whichever the first row has outside quotes.
  private static func guessSeparator(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
  ) -> CSVSource.Separator {
    var isQuoted = false
    var found: Set<UInt8> = []
    for byte in bytes[start..<max(start, end)] {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: "\n") { break }
      found.insert(byte)
    }
    return [.tab, .semicolon].first { found.contains($0.byte) } ?? .comma
  }

  /// A carriage return counts as a blank, so CRLF needs no rule of its own.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
