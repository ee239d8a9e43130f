import Reports
import Testing

@Suite struct TextTableTests {
  @Test("words stand left, numbers right, columns two spaces apart, without spaces at the end")
  func alignment() {
    var table = TextTable([("name", .left), ("count", .right), ("note", .left)])
    table.append(["a", "12,300", ""])
    table.append(["longer", "7", "knee"])
    #expect(
      table.text == """
          name     count  note
          a       12,300
          longer       7  knee

        """)
  }

  @Test("letters that take several bytes are one cell wide")
  func wideLetters() {
    var table = TextTable([("x", .left), ("y", .right)])
    table.append(["Σ é", "1"])
    table.append(["abc", "22"])
    #expect(table.text == "  x     y\n  Σ é   1\n  abc  22\n")
  }

  @Test("a table without rows is its titles")
  func empty() {
    #expect(TextTable([("a", .left), ("b", .right)]).text == "  a  b\n")
  }
}
