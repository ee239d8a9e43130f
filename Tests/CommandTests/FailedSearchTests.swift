import Foundation
import Testing

@Suite struct FailedSearchTests {
  /// Every training leaves the range of numbers at once.
  private func diverging() throws -> Workplace {
    let place = try Workplace()
    let configuration = smallConfiguration.replacing(
      "{float: [1e-3, 1e-1], scale: log, grid: 2}", with: "{choice: [1e30, 1e31, 1e32]}"
    )
    .replacing("{choice: [sgd, adam]}", with: "sgd")
    .replacing("{choice: [relu, tanh]}", with: "leaky-relu")
    try place.write(configuration, to: "diverging.yaml")
    return place
  }

  @Test("a search in which every trial failed writes its files, says why and exits with 70")
  func search() throws {
    let place = try diverging()
    let ended = try place.run("search", "diverging.yaml", "--run", "run", "--trials", "6")
    #expect(ended.status == 70, "\(ended.errors)")
    let trials = try place.table("run/trials.csv")
    #expect(Set(trials["state"]) == ["failed"] && trials.rows.count == 6)
    #expect(ended.output.contains("No trial was completed"))
    let reasons = Dictionary(grouping: trials["failure"], by: \.self)
    let most = try #require(reasons.map(\.value.count).max())
    let last = try #require(ended.errorLines.last)
    let match = try #require(last.wholeMatch(of: /run: every trial failed, (\d) of 6 with: (.*)/), "\(last)")
    #expect(match.1 == "\(most)" && reasons[String(match.2)]?.count == most)
    #expect(last.contains(/expected a finite loss, got (NaN|inf); lower the learning rate/), "\(last)")
    #expect(!ended.errors.lowercased().contains("-nan"))
  }

  @Test("a comparison in which every trial failed exits with 70")
  func comparison() throws {
    let place = try diverging()
    let ended = try place.run(
      "compare", "diverging.yaml", "--strategies", "random", "--seeds", "2", "--trials", "2", "--run", "run")
    #expect(ended.status == 70, "\(ended.errors)")
    #expect(ended.errorLines.last?.hasPrefix("run: every trial failed, ") == true, "\(ended.errors)")
    #expect(place.names(in: "run").contains("compare.csv"))
  }
}
