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
        "kwh_to_target", "trials_to_target", "energy_source", "energy_tier", "run", "hypervolume_share",
        "target_hypervolume_share", "equal_kwh", "hypervolume_share_at_equal_kwh", "strategy_kwh", "pruned",
        "reference_accuracy", "reference_training_energy",
      ])
    #expect(table["strategy"] == ["random", "random", "evolutionary", "evolutionary"])
    #expect(table["seed"] == ["11", "12", "11", "12"])
    #expect(table["trials"] == ["3", "3", "3", "3"])
    let folders = ["evolutionary-11", "evolutionary-12", "random-11", "random-12"]
    #expect(
      place.names(in: "comparison")
        == ["compare.csv", "curves.csv", "evolutionary-11", "evolutionary-12", "pairs.csv"]
        + ["random-11", "random-12", "strategies.csv"])
    #expect(table["run"].sorted() == folders.map { "comparison/\($0)" })
    for (index, run) in table["run"].enumerated() {
      let summary = try place.json("\(run)/summary.json")
      #expect(table.numbers("ct_kwh")[index] == summary.number("ct_kwh"))
      let best = summary.object("best")?.number("validation_accuracy")
      #expect(table.numbers("best_validation_accuracy")[index] == best)
      #expect(try place.table("\(run)/trials.csv").rows.count == 3)
    }
  }

  @Test(
    "the cost to the target is that of the trials up to the first that reaches it, and of their proposals")
  func costToTarget() throws {
    let table = try place.table("comparison/compare.csv")
    let target = try #require(table.numbers("target_accuracy").first)
    #expect(Set(table["target_accuracy"]).count == 1)
    for (index, run) in table["run"].enumerated() {
      let trials = try place.table("\(run)/trials.csv")
      let first = trials.numbers("validation_accuracy").firstIndex { $0 >= target }
      #expect(table["trials_to_target"][index] == (first.map { "\($0 + 1)" } ?? ""))
      // Each of the three proposals bears a third of what the strategy took.
      let proposing = table.numbers("strategy_kwh")[index] / 3
      #expect(proposing > 0)
      let cost = first.map { trials.numbers("cumulative_ct_kwh")[$0] + Double($0 + 1) * proposing } ?? .nan
      let found = table.numbers("kwh_to_target")[index]
      #expect(found.isNaN == cost.isNaN && !(abs(found - cost) > 1e-12 * cost))
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
    #expect(ended.errors.contains("The searches and the tables are in comparison"))
  }

  @Test("the hypervolume is that of each run's front up to one reference point for all")
  func hypervolumes() throws {
    let table = try place.table("comparison/compare.csv")
    #expect(Set(table["reference_accuracy"]) == ["1.0"])
    let energies = try table["run"].flatMap {
      try place.table("\($0)/trials.csv").numbers("training_energy_kwh")
    }
    let reference = try #require(table.numbers("reference_training_energy").first)
    #expect(reference == 1.1 * (try #require(energies.max())))
    for (index, run) in table["run"].enumerated() {
      let trials = try place.table("\(run)/trials.csv")
      let points = zip(trials.numbers("validation_accuracy"), trials.numbers("training_energy_kwh")).map {
        (1 - $0, $1)
      }
      // A sweep by hand: from the best accuracy on, each strip up to the next.
      var (volume, ceiling) = (0.0, reference)
      for point in points.sorted(by: <) where point.1 < ceiling {
        volume += (1 - point.0) * (ceiling - point.1)
        ceiling = point.1
      }
      #expect(abs(table.numbers("hypervolume")[index] - volume / reference) < 1e-12)
    }
    let equal = try #require(table.numbers("equal_kwh").first)
    let whole = zip(table.numbers("ct_kwh"), table.numbers("strategy_kwh")).map(+)
    let least = try #require(whole.min())
    #expect(abs(equal - least) < 1e-12 * least)
  }

  @Test("strategies.csv, pairs.csv and curves.csv say the same over the seeds")
  func summaries() throws {
    let strategies = try place.table("comparison/strategies.csv")
    #expect(strategies["strategy"] == ["random", "evolutionary"] && strategies["searches"] == ["2", "2"])
    #expect(strategies["reached"] == ["2", "2"])
    let table = try place.table("comparison/compare.csv")
    let costs = table.numbers("kwh_to_target")
    let medians = strategies.numbers("median_kwh_to_target")
    for (median, pair) in zip(medians, [costs[0..<2], costs[2..<4]]) {
      #expect(abs(median - pair.reduce(0, +) / 2) < 1e-18)
    }
    let pairs = try place.table("comparison/pairs.csv")
    #expect(pairs["first"] == ["random"] && pairs["second"] == ["evolutionary"])
    #expect(abs(pairs.numbers("median_difference_kwh")[0] - (medians[0] - medians[1])) < 1e-18)
    let curves = try place.table("comparison/curves.csv")
    #expect(
      curves.columns
        == ["strategy", "energy_kwh", "measure", "searches", "median", "p10", "p25", "p75", "p90"])
    #expect(curves.rows.count == 2 * 2 * 100)
    #expect(Set(curves["measure"]) == ["hypervolume_share", "best_validation_accuracy"])
    #expect(curves.numbers("energy_kwh").max() == table.numbers("equal_kwh").first)
    #expect(ended.output.contains("P(first cheaper)") && ended.output.contains("95 % interval"))
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
