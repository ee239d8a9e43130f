import Datasets
import Foundation
import Reports
import Testing

@Suite struct CSVTableTests {
  /// The text of a table with one column and one row.
  private func line(_ field: CSVField) -> String {
    var table = CSVTable(columns: ["x"])
    table.append([field])
    return String(table.text.dropFirst(2).dropLast())
  }

  @Test("the header comes first, every row ends in a line feed")
  func layout() {
    var table = CSVTable(columns: ["a", "b"])
    #expect(table.text == "a,b\n")
    table.append([CSVField(1), "x"])
    table.append([CSVField(nil as Int?), CSVField("")])
    #expect(table.text == "a,b\n1,x\n,\n")
    #expect(table.rows == [["1", "x"], ["", ""]])
  }

  @Test(
    "what would end a field is quoted, quotes are doubled (RFC 4180)",
    arguments: [
      ("plain text", "plain text"), ("a,b", "\"a,b\""), ("say \"no\"", "\"say \"\"no\"\"\""),
      ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("a\rb", "\"a\rb\""),
      ("\"", "\"\"\"\""),
      (" spaces ", "\" spaces \""), ("a\tb", "\"a\tb\""), ("ü – 学", "ü – 学"),
      // A comma or a quote with a combining accent is one character of its own, but still a comma to a reader.
      ("a,\u{301}b", "\"a,\u{301}b\""), ("\"\u{301}", "\"\"\"\u{301}\""),
    ])
  func quoting(text: String, expected: String) {
    #expect(line(CSVField(text)).unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test(
    "a text that a spreadsheet would compute stands behind an apostrophe, a number does not",
    arguments: [
      ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("-cmd", "'-cmd"), ("+x", "'+x"), ("-", "'-"),
      ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""), ("=a,b", "\"'=a,b\""),
      ("'=1", "''=1"),
      ("-inf", "'-inf"), ("-1.5", "-1.5"), ("+2e-3", "+2e-3"), ("-0", "-0"), ("a=1", "a=1"), ("'a", "'a"),
      ("'", "'"),
    ])
  func formulas(text: String, expected: String) {
    #expect(line(CSVField(text)).unicodeScalars.elementsEqual(expected.unicodeScalars))
    #expect(CSVTable(columns: [text]).text.dropLast().unicodeScalars.elementsEqual(expected.unicodeScalars))
  }

  @Test("what is read back from a table is what was written, to the scalar")
  func readBack() throws {
    let texts = [
      "=1+1", "'=1", "''=1", "'", "-x", "\t=1", "\r", "a\tb", " a ", "say \"no\"", "x;y", "two\nlines",
      "-1.5", "plain", "@",
    ]
    var table = CSVTable(columns: ["=name", "'-other"])
    for text in texts { table.append([CSVField(text), CSVField(-0.1)]) }
    let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(table.text.utf8).write(to: URL(fileURLWithPath: path))
    let read = try DelimitedText(path: path)
    #expect(read.header == ["=name", "'-other"])
    #expect(read.rows.map { Array($0[0].text.unicodeScalars) } == texts.map { Array($0.unicodeScalars) })
    #expect(read.rows.allSatisfy { $0[1].number?.bitPattern == (-0.1).bitPattern })
  }

  @Test("a column's name is quoted as well")
  func quotedHeader() {
    #expect(CSVTable(columns: ["a,b", "c"]).text == "\"a,b\",c\n")
  }

  @Test("numbers read back to the same bits")
  func bits() {
    var generator = SystemRandomNumberGenerator()
    var checked = 0
    while checked < 20_000 {
      let number = Double(bitPattern: generator.next())
      guard number.isFinite else { continue }
      #expect(Double(line(CSVField(number)))?.bitPattern == number.bitPattern, "\(number)")
      checked += 1
    }
    for number in [0, -0.0, 5e-324, .greatestFiniteMagnitude, 0.1, 1 / 3, 1e15, 123_456_789_012_345_680] {
      #expect(Double(line(CSVField(number)))?.bitPattern == number.bitPattern, "\(number)")
    }
    #expect(line(CSVField(UInt64.max)) == "18446744073709551615")
    #expect(line(CSVField(Int.min)) == "-9223372036854775808")
  }

  @Test("what is missing or no number is an empty field")
  func missing() {
    #expect(line(CSVField(nil as Double?)) == "")
    #expect(line(CSVField(nil as Int?)) == "")
    #expect(line(CSVField(nil as String?)) == "")
    for number in [Double.nan, .infinity, -.infinity] { #expect(line(CSVField(number)) == "") }
  }
}
