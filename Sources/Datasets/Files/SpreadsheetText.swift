/// Texts in tables that a spreadsheet may open.
///
/// A spreadsheet computes a cell that begins with `=`, `+`, `-` or `@`, also behind a tab or a line break, and a formula can
/// send data away or start programs. Such a text is written behind an apostrophe, which spreadsheets take for "text", unless
/// it is a number. So is one that begins with apostrophes and then such a mark: nothing is lost.
///
/// ```swift
/// SpreadsheetText.guarded("=1+1")      // '=1+1
/// SpreadsheetText.guarded("-1.5e-3")   // -1.5e-3
/// SpreadsheetText.plain("'=1+1")       // =1+1
/// ```
public enum SpreadsheetText {
  private static let marks: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n"]

  /// A text as it is written.
  public static func guarded(_ text: String) -> String {
    isMarked(text) && !isNumber(text) ? "'" + text : text
  }

  /// A text as it was before it was written.
  public static func plain(_ text: String) -> String {
    text.unicodeScalars.first == "'" && isMarked(text) ? String(text.unicodeScalars.dropFirst()) : text
  }

  private static func isMarked(_ text: String) -> Bool {
    text.unicodeScalars.first { $0 != "'" }.map(marks.contains) ?? false
  }

  /// Whether a text is a decimal number; `-inf` and the like are none.
  private static func isNumber(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { FloatParser.double($0) != nil }
  }
}
