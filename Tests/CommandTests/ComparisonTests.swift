import Foundation
import Testing

@Suite struct ComparisonTests {
  let place: Workplace
  let ended: Ended

  init() throws {
    place = try .withSmallStudy()
    ended = try place.run(
      "compare", "small.yaml", "--strategies", "random,evolutionary", "--seeds", "2", "--trials", "3",
      "--run",
      "comparison")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  @Test("compare.csv has a row a search, which is a run of its own")
  func rows() throws {
    let table = try place.table("comparison/compare.csv")
    #expect(
      table.columns == [
        "strategy", "seed", "trials", "completed", "failed", "duplicates", "ct_kwh", "ct_low_kwh",
        "ct_high_kwh",
        "metered_kwh", "best_validation_accuracy", "best_test_accuracy", "hypervolume", "target_accuracy",
        "kwh_to_target", "trials_to_target", "energy_source", "energy_tier", "run",
      ])
    #expect(table["strategy"] == ["random", "random", "evolutionary", "evolutionary"])
    #expect(table["seed"] == ["11", "12", "11", "12"])
    #expect(table["trials"] == ["3", "3", "3", "3"])
    let folders = ["evolutionary-11", "evolutionary-12", "random-11", "random-12"]
    #expect(place.names(in: "comparison") == ["compare.csv"] + folders)
    #expect(table["run"].sorted() == folders.map { "comparison/\($0)" })
    for (index, run) in table["run"].enumerated() {
      let summary = try place.json("\(run)/summary.json")
      #expect(table.numbers("ct_kwh")[index] == summary.number("ct_kwh"))
      let best = summary.object("best")?.number("validation_accuracy")
      #expect(table.numbers("best_validation_accuracy")[index] == best)
      #expect(try place.table("\(run)/trials.csv").rows.count == 3)
    }
  }

  @Test("the cost to the target is that of the trials up to the first that reaches it")
  func costToTarget() throws {
    let table = try place.table("comparison/compare.csv")
    let target = try #require(table.numbers("target_accuracy").first)
    #expect(Set(table["target_accuracy"]).count == 1)
    for (index, run) in table["run"].enumerated() {
      let trials = try place.table("\(run)/trials.csv")
      let first = trials.numbers("validation_accuracy").firstIndex { $0 >= target }
      #expect(table["trials_to_target"][index] == (first.map { "\($0 + 1)" } ?? ""))
      let cost = first.map { trials["cumulative_ct_kwh"][$0] } ?? ""
      #expect(table["kwh_to_target"][index] == cost)
    }
  }

  @Test("by default the target is one that the median search of every strategy reaches")
  func defaultTarget() throws {
    #expect(ended.output.contains("what the median search of every strategy reaches"))
    let table = try place.table("comparison/compare.csv")
    for strategy in ["random", "evolutionary"] {
      let reached = zip(table["strategy"], table["kwh_to_target"]).filter {
        $0.0 == strategy && !$0.1.isEmpty
      }
      #expect(reached.count == 2, "\(strategy)")
    }
  }

  @Test("the verdict says what each strategy cost for the same accuracy, and how sure that is")
  func verdict() throws {
    let pattern =
      /(random|evolutionary) (cost less than|and) (random|evolutionary) .* against .* in the median \(cheaper in [012] of 2 seeds, p = [\d.]+\)/
    #expect(ended.output.firstMatch(of: pattern) != nil, "\(ended.output)")
    #expect(ended.output.contains("4 searches, median"))
    #expect(ended.errors.contains("compare.csv are in comparison"))
  }

  @Test("--csv prints the table, --target sets the accuracy")
  func table() throws {
    let options = [
      "--strategies", "random", "--seeds", "1", "--trials", "2", "--target", "0.999", "--run", "other",
    ]
    let ended = try place.run(["compare", "small.yaml", "--csv"] + options)
    #expect(ended.status == 0)
    #expect(ended.output == (try place.text(of: "other/compare.csv")))
    let table = try Table(parsing: ended.output)
    #expect(table["target_accuracy"] == ["0.999"] && table["kwh_to_target"] == [""])
  }

  @Test("a comparison is not written over another")
  func occupied() throws {
    let before = try place.text(of: "comparison/compare.csv")
    #expect(try place.run("compare", "small.yaml", "--run", "comparison").status == 65)
    #expect(try place.text(of: "comparison/compare.csv") == before)
  }
}
