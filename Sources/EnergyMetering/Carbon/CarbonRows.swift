import Foundation

/// The rows of a CSV file of carbon intensities: fields between commas, in double quotes where they hold a comma or a
/// quote, which then stands twice; a row a line (RFC 4180 without line breaks in fields).
struct CarbonRows {
  /// The file's path as the user gave it.
  let path: String
  /// The fields of each row; the first is row 1.
  let rows: [[String]]

  /// The largest file that is read.
  private static let largestBytes = 64_000_000

  /// The most grams a kilowatt-hour that are believed, in g/kWh: the dirtiest lignite emits some 1,500.
  static let greatestIntensity = 100_000.0

  /// Reads a file.
  ///
  /// - Throws: ``CarbonFileError`` if it is missing, no regular file, not UTF-8, empty or has a broken quote.
  init(contentsOf path: String) throws(CarbonFileError) {
    try self.init(Self.text(of: path), path: path)
  }

  /// The rows of a text.
  init(_ text: String, path: String) throws(CarbonFileError) {
    self.path = path
    let body = text.hasPrefix("\u{feff}") ? text.dropFirst() : text[...]
    var lines = body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    guard !lines.isEmpty else {
      throw .malformed(path: path, row: 1, problem: "expected rows of figures, got an empty file")
    }
    var rows: [[String]] = []
    for (index, line) in lines.enumerated() {
      guard let fields = Self.fields(of: line) else {
        throw .malformed(path: path, row: index + 1, problem: "a quote has no end, or text stands behind it")
      }
      rows.append(fields)
    }
    self.rows = rows
  }

  /// An error at a row, counted from 0.
  func error(at index: Int, _ problem: String) -> CarbonFileError {
    .malformed(path: path, row: index + 1, problem: problem)
  }

  /// The carbon intensity in a field.
  ///
  /// - Throws: ``CarbonFileError/malformed(path:row:problem:)`` if it is not a number from zero to what can be.
  func intensity(_ field: String, at index: Int) throws(CarbonFileError) -> Double {
    guard let value = Double(field), 0...Self.greatestIntensity ~= value else {
      throw error(
        at: index,
        "expected a carbon intensity from 0 to \(Int(Self.greatestIntensity)) g/kWh, found \(quoted(field))")
    }
    return value
  }

  /// What to do about a row of one field, if it looks as if other marks than commas stood between its fields.
  func remedy(for row: [String]) -> String {
    guard row.count == 1, let mark = row[0].first(where: { $0 == ";" || $0 == "\t" }) else { return "" }
    return
      "; fields stand between commas here, not \(mark == ";" ? "semicolons" : "tabs"), and a number has a point"
  }

  /// A field in a message, shortened.
  func quoted(_ field: String) -> String {
    field.isEmpty ? "nothing" : "`\(field.count > 40 ? field.prefix(40) + "…" : field[...])`"
  }

  private static func fields(of line: Substring) -> [String]? {
    var fields: [String] = []
    var rest = line
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard rest.first == "\"" else {
        let field = rest.prefix { $0 != "," }
        fields.append(field.trimmingCharacters(in: .whitespaces))
        guard field.endIndex < rest.endIndex else { return fields }
        rest = rest[field.endIndex...].dropFirst()
        continue
      }
      var field = ""
      rest = rest.dropFirst()
      while true {
        let part = rest.prefix { $0 != "\"" }
        field += part
        guard part.endIndex < rest.endIndex else { return nil }
        rest = rest[part.endIndex...].dropFirst()
        guard rest.first == "\"" else { break }
        field += "\""
        rest = rest.dropFirst()
      }
      fields.append(field)
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let mark = rest.first else { return fields }
      guard mark == "," else { return nil }
      rest = rest.dropFirst()
    }
  }

  private static func text(of path: String) throws(CarbonFileError) -> String {
    let bytes: [UInt8]
    do throws(FileAccessError) {
      bytes = try SystemFiles().bytes(of: path, atMost: largestBytes)
    } catch {
      if case .missing = error { throw .missing(path: path) }
      if case .tooLarge = error {
        throw .notATable(path: path, problem: "\(error.reason); give the rows that are needed")
      }
      throw .unreadable(path: path, reason: error.reason + "; give the path of a CSV file")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .notATable(path: path, problem: "expected UTF-8 text, found other bytes; give a CSV file")
    }
    return text
  }
}
