/// A table for the terminal: columns padded to their widest cell, numbers to the right.
public struct TextTable: Sendable {
  /// Where a column's cells stand.
  public enum Alignment: Sendable {
    /// At the left edge, for words.
    case left
    /// At the right edge, for numbers.
    case right
  }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  /// A table with the given columns and no rows.
  public init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  /// Appends a row.
  ///
  /// - Precondition: there is a cell for each column.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }

  /// The lines: the titles, then the rows.
  public var text: String {
    let lines = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      let padded = zip(zip(cells, widths), columns).map { cell, column in
        let padding = String(repeating: " ", count: cell.1 - cell.0.count)
        return column.alignment == .left ? cell.0 + padding : padding + cell.0
      }
      return trimmingEnd("  " + padded.joined(separator: "  ")) + "\n"
    }.joined()
  }
}

/// The text without the spaces at its end.
private func trimmingEnd(_ text: String) -> String {
  var end = text.endIndex
  while end > text.startIndex, text[text.index(before: end)] == " " { end = text.index(before: end) }
  return String(text[..<end])
}

/// Numbers as they read well.
public enum NumberText {
  /// A number with the given decimals, such as `0.9722`.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A number with three significant digits, such as `0.00123`, `4.56` or `12,300`.
  public static func significant(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    if exponent < -4 || exponent > 9 {
      return (value < 0 ? "-" : "") + fixed(mantissa, decimals: digits - 1) + "e\(exponent)"
    }
    if exponent >= digits {
      let step = (0..<(exponent - digits + 1)).reduce(1.0) { product, _ in product * 10 }
      return grouped((value / step).rounded() * step)
    }
    return fixed(value, decimals: digits - 1 - exponent)
  }

  /// A whole number with its thousands set apart, such as `214,282`.
  public static func grouped(_ value: Double) -> String {
    var digits = fixed(abs(value), decimals: 0)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// A time as `3.2 s`, `4 min 10 s` or `2 h 5 min`.
  public static func duration(seconds: Double) -> String {
    if seconds < 60 { return fixed(seconds, decimals: seconds < 10 ? 1 : 0) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
