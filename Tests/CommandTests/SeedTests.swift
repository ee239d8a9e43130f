import Foundation
import Testing

@Suite struct SeedTests {
  /// The columns of `trials.csv` that the seed fixes.
  private func fixedPart(_ options: [String]) throws -> Table {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(["search", "small.yaml", "--run", "run"] + options)
    #expect(ended.status == 0, "\(ended.errors)")
    return try place.table("run/trials.csv").without(Table.measuredColumns)
  }

  @Test(
    "the same seed gives the same trials, whatever the number of workers",
    arguments: [
      ["--strategy", "random", "--trials", "14"],
      ["--strategy", "evolutionary", "--trials", "14", "--set", "search.population=4"],
      ["--strategy", "grid", "--trials", "14"],
    ])
  func sameSeed(options: [String]) throws {
    // A space with more points than the search asks for, so that evolution never runs dry.
    let space = ["--set", "architecture[0].dense.units={int: [4, 20]}"]
    let first = try fixedPart(options + space + ["--workers", "1"])
    #expect(first.rows.count == 14)
    #expect(try fixedPart(options + space + ["--workers", "1"]) == first)
    #expect(try fixedPart(options + space + ["--workers", "2"]) == first)
    #expect(try fixedPart(options + space + ["--workers", "2", "--seed", "12"])["hash"] != first["hash"])
  }

  @Test("a grid search of the shipped grid tries every cell once and then ends")
  func wholeGrid() throws {
    let place = try Workplace()
    let ended = try place.run(
      "search", shippedSpace("digits-mlp-grid"), "--strategy", "grid", "--set", "training.epochs=1", "--set",
      "energy.inference.measure=none", "--run", "run")
    #expect(ended.status == 0, "\(ended.errors.suffix(300))")
    let trials = try place.table("run/trials.csv")
    #expect(trials.rows.count == 360)
    let parameters = trials.columns.dropFirst(Table.leadingTrialColumns.count)
      .dropLast(Table.trailingTrialColumns.count)
    let cells = trials.without(Set(trials.columns).subtracting(parameters)).rows
    #expect(Set(cells).count == 360)
    #expect(try place.json("run/summary.json").text("ending") == "exhausted")
    #expect(Set(trials["state"]).isSubset(of: ["completed", "duplicate"]))
  }

  @Test("the shipped spaces can be searched", arguments: ["digits-mlp", "breast-cancer-mlp"])
  func shippedSpaces(name: String) throws {
    let place = try Workplace()
    let ended = try place.run(
      "search", shippedSpace(name), "--trials", "2", "--set", "training.epochs=1", "--set",
      "energy.inference.measure=none", "--run", "run")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("run/trials.csv").rows.count == 2)
  }
}
