import EnergyMetering
import Foundation
import Testing

@Suite struct DocumentationTests {
  private func article(_ name: String) throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/wattle/Wattle.docc/\(name).md")
    return try String(contentsOf: file, encoding: .utf8)
  }

  @Test("Runs says what each column of trials.csv holds")
  func columns() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "1").status == 0)
    let text = try article("Runs")
    let table = try place.table("run/trials.csv")
    // Between these two stand the parameters of the space.
    let begin = try #require(table.columns.firstIndex(of: "hash"))
    let end = try #require(table.columns.firstIndex(of: "parameters"))
    for column in table.columns[...begin] + table.columns[end...] {
      #expect(text.contains("`\(column)`"), "\(column)")
    }
  }

  @Test("LifeCycle lists every region with its figure")
  func regions() throws {
    let text = try article("LifeCycle")
    for region in CarbonIntensity.all {
      let grams = region.gramsPerKilowattHour
      let figure = grams == grams.rounded() ? "\(Int(grams))" : "\(grams)"
      #expect(
        text.contains(
          "| `\(region.code)` | \(region.name) | \(figure) | \(region.year) | \(region.source) |"),
        "\(region.name)")
    }
  }
}
