import Datasets
import Studies

/// A table on its way to a CSV file (RFC 4180, with line feeds).
///
/// Numbers are written so that reading them back gives the same bits; a missing value is an empty field. A text that a
/// spreadsheet would compute, as a formula, stands behind an apostrophe (``Datasets/SpreadsheetText``).
public struct CSVTable: Sendable {
  /// The column names.
  public let columns: [String]
  /// The rows, a field a column.
  public private(set) var rows: [[String]] = []

  /// A table with the given columns and no rows.
  public init(columns: [String]) { self.columns = columns }

  /// Appends a row.
  ///
  /// - Precondition: there is a field for each column.
  public mutating func append(_ fields: [CSVField]) {
    precondition(fields.count == columns.count, "\(fields.count) fields for \(columns.count) columns")
    rows.append(fields.map(\.text))
  }

  /// The text of the file.
  public var text: String {
    ([columns.map(SpreadsheetText.guarded)] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }
      .joined()
  }

  /// By scalars: a comma or quote that a combining mark follows is another character, and still ends the field.
  private static func quoted(_ field: String) -> String {
    let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r", "\t"]
    let isBlankAtAnEnd = field.first == " " || field.last == " "
    guard isBlankAtAnEnd || field.unicodeScalars.contains(where: special.contains) else { return field }
    var text = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in field.unicodeScalars {
      if scalar == "\"" { text.append(scalar) }
      text.append(scalar)
    }
    text.append("\"")
    return String(text)
  }
}

/// One field of a CSV row.
public struct CSVField: Sendable, ExpressibleByStringLiteral {
  let text: String

  /// Text, or an empty field.
  public init(_ text: String?) { self.text = SpreadsheetText.guarded(text ?? "") }
  /// A whole number, or an empty field.
  public init(_ number: (some BinaryInteger)?) { text = number.map { "\($0)" } ?? "" }
  /// A number in the shortest form that reads back to the same bits; an empty field if it is missing or not finite.
  public init(_ number: Double?) { text = number.flatMap { $0.isFinite ? "\($0)" : nil } ?? "" }
  /// Text.
  public init(stringLiteral text: String) { self.init(text) }
}
