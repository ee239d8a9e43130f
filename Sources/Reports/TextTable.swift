import EnergyMetering
import Foundation
import SearchSpaces

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

  /// Appends a row; a cell's line breaks and control characters are written out.
  ///
  /// - Precondition: there is a cell for each column.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells.map { $0.onOneLine(limit: .max) })
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
  /// Seconds of something short, such as `12.3 µs`.
  public static func microseconds(_ seconds: Double) -> String { significant(seconds * 1e6) + " µs" }

  /// A number with the given decimals, such as `0.9722`.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return notFinite(value) }
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A number of things, such as `1,234,567`; ten million and more with four digits.
  static func count(_ value: Double) -> String {
    value < 1e7 ? grouped(value.rounded()) : significant(value, digits: 4)
  }

  /// A number with three significant digits, such as `0.00123`, `4.56` or `12,300`.
  public static func significant(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : notFinite(value) }
    // Rounded before the exponent is looked at: 9.996 is 10.0, and 999.6 is 1,000.
    let parts = String(format: "%.\(digits - 1)e", abs(value)).split(separator: "e")
    guard let mantissa = parts.first, let exponent = parts.last.flatMap({ Int($0) }) else {
      return "\(value)"
    }
    let sign = value < 0 ? "-" : ""
    if exponent < -4 || exponent > 9 { return "\(sign)\(mantissa)e\(exponent)" }
    let figures = mantissa.filter(\.isNumber)
    func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
    if exponent < 0 { return sign + "0." + zeros(-exponent - 1) + figures }
    if exponent >= digits - 1 { return sign + grouped(figures: figures + zeros(exponent - digits + 1)) }
    return sign + figures.prefix(exponent + 1) + "." + figures.dropFirst(exponent + 1)
  }

  /// A whole number with its thousands set apart, such as `214,282`.
  public static func grouped(_ value: Double) -> String {
    guard abs(value) < 1e15 else { return value.isFinite ? "\(value)" : notFinite(value) }
    let figures = fixed(abs(value), decimals: 0)
    return (value < 0 && figures != "0" ? "-" : "") + grouped(figures: figures)
  }

  private static func grouped(figures: String) -> String {
    var rest = figures
    var groups: [String] = []
    while rest.count > 3 {
      groups.insert(String(rest.suffix(3)), at: 0)
      rest.removeLast(3)
    }
    return ([rest] + groups).joined(separator: ",")
  }

  /// The sign of what is not a number says nothing.
  private static func notFinite(_ value: Double) -> String { value.isNaN ? "NaN" : "\(value)" }

  /// A time as `3.2 s`, `4 min 10 s`, `2 h 5 min` or `12 days`.
  public static func duration(seconds: Double) -> String {
    if seconds < 9.95 { return fixed(seconds, decimals: 1) + " s" }
    if seconds < 59.5 { return fixed(seconds, decimals: 0) + " s" }
    guard seconds < 48 * 3600 else { return grouped(seconds / 86_400) + " days" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

extension Emissions {
  /// The grams with their bounds, such as `1.32 g [0.662–2.65]`.
  var text: String {
    let texts = [grams, lowGrams, highGrams].map { NumberText.significant($0) }
    return "\(texts[0]) g [\(texts[1])–\(texts[2])]"
  }
}

extension UncertainValue {
  /// The number with its bounds, such as `1.15 [1.1–1.2]`; alone where it is exact.
  var text: String { isExact ? "\(value)" : "\(value) [\(low)–\(high)]" }
}
