import Datasets
import Foundation
import Numerics
import Testing

@Suite("The CSV reader")
struct NumericTableTests {
  private func read(_ text: String) throws -> NumericTable {
    try NumericTable(csv: Array(text.utf8), file: "small.csv")
  }

  private func message(_ text: String) -> String {
    do {
      return "read \(try read(text).values)"
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "takes LF, CRLF, a missing last line end, empty lines at the end, blanks and a byte order mark",
    arguments: [
      "1,-2.5\n3e2,.5\n", "1,-2.5\r\n3e2,.5\r\n", "1,-2.5\n3e2,.5", "1,-2.5\n3e2,.5\n\n \r\n",
      " 1 ,\t-2.5\n+3E+2, 0.5 \n", "\u{feff}1,-2.5\n3e2,0.5\n", "001,-2.50\n300.,5e-1",
    ])
  func layouts(text: String) throws {
    let table = try read(text)
    #expect(table.values == [1, -2.5, 300, 0.5])
    #expect(table.columnCount == 2)
    #expect(table.rowCount == 2)
  }

  @Test("says where it expected what and what it got")
  func errors() {
    #expect(message("1,2\n3,x\n") == "small.csv:2:3: expected a number, got 'x'")
    #expect(message("1,2\n3,  x1 \n") == "small.csv:2:5: expected a number, got 'x1'")
    #expect(message("1,,2\n") == "small.csv:1:3: expected a number, got an empty field")
    #expect(message("1,2\n3,\n") == "small.csv:2:3: expected a number, got an empty field")
    #expect(message("1,2\n\n3,4\n") == "small.csv:2:1: expected a number, got an empty field")
    #expect(message("1,2\n3\n") == "small.csv:2:2: expected 2 values in a row, got 1")
    #expect(message("1,2\n3,4,5\n") == "small.csv:2:5: expected 2 values in a row, got more")
    #expect(message("1e39\n") == "small.csv:1:1: expected a number up to 3.4028235e+38, got '1e39'")
    #expect(message("1\u{1}\n") == "small.csv:1:1: expected a number, got '1\u{fffd}'")
    #expect(
      message(String(repeating: "z", count: 500))
        == "small.csv:1:1: expected a number, got 'zzzzzzzzzzzzzzzzzzzzzzzz…'")
  }

  @Test("refuses an empty file", arguments: ["", "\n", " \r\n\n", "\u{feff}"])
  func emptyFile(text: String) {
    #expect(throws: DatasetError.empty(file: "small.csv")) { try read(text) }
  }

  @Test(
    "refuses what is not a plain decimal number",
    arguments: [
      "nan", "NaN", "inf", "-inf", "infinity", "0x1p3", "1e", "1e+", ".", "-", "+-1", "1.2.3", "1 2", "1_000",
      "\"1\"",
      "1e400", "-1e39", "3.4028236e38", "١", "1,5e",
    ])
  func notNumbers(text: String) {
    #expect(throws: DatasetError.self) { try read("1\n\(text)\n") }
  }

  @Test(
    "rounds to the nearest float, also where rounding twice goes wrong",
    arguments: [
      // Just below halfway; as a double exactly halfway, which would round up to even.
      ("4.000000715255737", 0x4080_0001), ("16777217", 0x4b80_0000), ("16777219", 0x4b80_0002),
      ("1.00000005960464477539062500001", 0x3f80_0001), ("1.0000000596046448", 0x3f80_0001),
      ("3.4028235e38", 0x7f7f_ffff), ("1e-46", 0), ("-0", 0x8000_0000), ("1.17549435e-38", 0x0080_0000),
      ("7.1e-46", 1), ("8388608.5", 0x4b00_0000), ("8388609.5", 0x4b00_0002), ("0.1", 0x3dcc_cccd),
      ("123456789012345678901234567890", 0x6fc7_7488), ("12345678901234567890.", 0x5f2b_54aa),
      ("0e999999999999999999999", 0), ("0.\(String(repeating: "0", count: 60))1e61", 0x3f80_0000),
    ] as [(String, UInt32)])
  func hardRounding(text: String, bits: UInt32) throws {
    #expect(try read(text).values.map(\.bitPattern) == [bits], "\(text)")
  }

  @Test("agrees with the standard library on 200,000 random numbers of all lengths and sizes")
  func randomNumbers() throws {
    var stream = RandomStream(seed: 1, purpose: "numbers")
    var texts: [String] = []
    for _ in 0..<200_000 {
      var text = stream.integer(below: 2) == 0 ? "-" : ""
      for _ in 0..<(1 + stream.integer(below: 12)) { text += String(stream.integer(below: 10)) }
      if stream.integer(below: 3) > 0 {
        text += "."
        for _ in 0..<(1 + stream.integer(below: 12)) { text += String(stream.integer(below: 10)) }
      }
      if stream.integer(below: 2) == 0 { text += "e\(stream.integer(below: 70) - 50)" }
      texts.append(text)
    }
    let expected = texts.compactMap { Float($0) }
    let finite = zip(texts, expected).filter { $0.1.isFinite }
    #expect(expected.count == texts.count && finite.count > 190_000)
    let table = try read(finite.map(\.0).joined(separator: "\n"))
    #expect(table.values.map(\.bitPattern) == finite.map(\.1.bitPattern))
  }

  @Test("names a file that cannot be read and why")
  func unreadable() throws {
    try withTemporaryDirectory { directory in
      let path = directory.appendingPathComponent("absent.csv").path
      let error = try #require(throws: DatasetError.self) { try NumericTable(csvFile: path) }
      #expect("\(error)" == "\(path): no such file")
      #expect(throws: DatasetError.self) { try NumericTable(csvFile: directory.path) }
    }
  }

  @Test("never crashes on a damaged file: it gives finite numbers in a rectangle, or an error with its place")
  func damagedFiles() throws {
    var original: [UInt8] = []
    var stream = RandomStream(seed: 2, purpose: "damage")
    for _ in 0..<40 {
      let row = (0..<12).map { _ in
        stream.integer(below: 2) == 0 ? "\(stream.integer(below: 17))" : "\(stream.normal())"
      }
      original += Array((row.joined(separator: ",") + "\r\n").utf8)
    }
    var outcomes = (valid: 0, invalid: 0)
    func check(_ bytes: [UInt8]) {
      do {
        let table = try NumericTable(csv: bytes, file: "damaged.csv")
        outcomes.valid += 1
        #expect(table.values.count == table.rowCount * table.columnCount && table.rowCount > 0)
        #expect(table.values.allSatisfy { $0.isFinite })
      } catch {
        outcomes.invalid += 1
        guard case .malformed(_, let line, let column, _) = error else {
          #expect(error == .empty(file: "damaged.csv"))
          return
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        #expect(lines.indices.contains(line - 1) && column >= 1 && column <= lines[line - 1].count + 1)
      }
    }
    for length in 0...original.count { check(Array(original[..<length])) }
    for _ in 0..<5_000 {
      var bytes = original
      for _ in 0..<(1 + stream.integer(below: 3)) {
        bytes[stream.integer(below: bytes.count)] ^= 1 << UInt8(stream.integer(below: 8))
      }
      check(bytes)
    }
    for _ in 0..<500 { check((0..<stream.integer(below: 60)).map { _ in UInt8(stream.integer(below: 256)) }) }
    #expect(outcomes.valid > 500 && outcomes.invalid > 500)
  }
}
