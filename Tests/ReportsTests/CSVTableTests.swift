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
      ("two\nlines", "\"two\nlines\""), ("two\r\nlines", "\"two\r\nlines\""), ("\r", "\"\r\""),
      ("\"", "\"\"\"\""),
      (" spaces ", " spaces "), ("ü – 学", "ü – 学"),
      // A comma or a quote with a combining accent is one character of its own, but still a comma to a reader.
      ("a,\u{301}b", "\"a,\u{301}b\""), ("\"\u{301}", "\"\"\"\u{301}\""),
    ])
  func quoting(text: String, expected: String) {
    #expect(line(CSVField(text)).unicodeScalars.elementsEqual(expected.unicodeScalars))
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
