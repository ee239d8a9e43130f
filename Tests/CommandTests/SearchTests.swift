import Foundation
import Testing

@Suite struct SearchTests {
  /// A finished small study in the folder `run`.
  let place: Workplace
  let ended: Ended

  init() throws {
    place = try .withSmallStudy()
    ended = try place.run(
      "search", "small.yaml", "--strategy", "grid", "--run", "run", "--set", "training.learning-rate=0.01",
      "--trials", "16")
  }

  @Test("a search ends with CT, its interval, where the figure comes from, and the carbon")
  func endsWithTheCost() throws {
    #expect(ended.status == 0, "\(ended.errors)")
    let lines = ended.outputLines.suffix(2)
    let cost = try #require(lines.first)
    let match = try #require(
      cost.firstMatch(
        of: #/^CT = Σ T_h = [\d.,]+ \w+ \[[\d.,]+ \w+ – [\d.,]+ \w+\] = ([\d.e-]+) kWh over 16 trials, /#))
    #expect(cost.contains("modelled: ") && cost.contains("W/core"))
    let carbon = try #require(lines.last)
    let grams = try #require(
      carbon.firstMatch(
        of: #/^CO2eq = ([\d.e-]+) g \[[\d.e-]+ – [\d.e-]+\] \(Germany, .* g\/kWh, PUE 1.2\)$/#))

    let summary = try place.json("run/summary.json")
    let (exact, exactGrams) = (
      try #require(summary.number("ct_kwh")), try #require(summary.number("ct_co2eq_g"))
    )
    #expect(abs((Double(match.1) ?? 0) / exact - 1) < 0.006)
    #expect(abs((Double(grams.1) ?? 0) / exactGrams - 1) < 0.006)
    let intensity = try #require(summary.number("grams_co2eq_per_kwh"))
    #expect(abs(exactGrams / (exact * 1.2 * intensity) - 1) < 1e-12)
    #expect(try #require(summary.number("ct_low_kwh")) < exact)
    #expect(try #require(summary.number("ct_high_kwh")) > exact)
  }

  @Test("the folder holds the files of a run and nothing else")
  func files() {
    let sideFiles: Set<String> = [".lock", "study.sqlite-wal", "study.sqlite-shm"]
    #expect(
      place.names(in: "run").filter { !sideFiles.contains($0) } == [
        "config.yaml", "host.json", "ledger.csv", "pareto.csv", "study.sqlite", "summary.json", "trials.csv",
      ])
    #expect(place.names() == ["run", "small.yaml"])
  }

  @Test("trials.csv has the agreed columns in order and a row a trial")
  func trialColumns() throws {
    let trials = try place.table("run/trials.csv")
    let parameters = ["dense.units", "activation", "choice", "optimizer"]
    #expect(trials.columns == Table.leadingTrialColumns + parameters + Table.trailingTrialColumns)
    #expect(trials["trial"] == (0..<16).map(String.init))
    #expect(Set(trials["strategy"]) == ["grid"])
    #expect(Set(trials["seed"]) == ["11"])
    let front = try place.table("run/pareto.csv")
    #expect(
      front.columns == ["rank", "knee", "hypervolume_contribution", "non_dominated_probability"]
        + trials.columns)
    #expect(!front.rows.isEmpty)
  }

  @Test("a parameter that is called like a fixed column is set apart")
  func sharedColumnName() throws {
    let options = ["--set", "training.epochs={choice: [1, 2]}", "--trials", "2", "--run", "epochs"]
    #expect(try place.run(["search", "small.yaml"] + options).status == 0)
    let trials = try place.table("epochs/trials.csv")
    #expect(Set(trials.columns).count == trials.columns.count)
    #expect(trials["space.epochs"] == trials["epochs"])
  }

  @Test("CT is exactly the sum over trials.csv, duplicates cost nothing")
  func costIsTheSum() throws {
    let trials = try place.table("run/trials.csv")
    let summary = try place.json("run/summary.json")
    let energies = trials.numbers("training_energy_kwh")
    #expect(energies.reduce(0, +) == summary.number("ct_kwh"))
    #expect(trials.numbers("training_energy_low_kwh").reduce(0, +) == summary.number("ct_low_kwh"))
    #expect(trials.numbers("training_energy_high_kwh").reduce(0, +) == summary.number("ct_high_kwh"))
    var cost = 0.0
    for (energy, cumulative) in zip(energies, trials.numbers("cumulative_ct_kwh")) {
      cost += energy
      #expect(cost == cumulative)
    }
    // 16 cells, each network twice.
    let states = trials["state"]
    #expect(states.count { $0 == "completed" } == 8)
    #expect(states.count { $0 == "duplicate" } == 8)
    for (state, energy) in zip(states, energies) { #expect((energy == 0) == (state == "duplicate")) }
    // Each was trained once; only the order of the addition differs.
    let avoided = try #require(summary.number("avoided_by_duplicates_kwh"))
    #expect(abs(avoided / cost - 1) < 1e-12)
  }

  @Test("the accounts add up to what the meter says")
  func ledgerCloses() throws {
    let ledger = try place.table("run/ledger.csv")
    let summary = try place.json("run/summary.json")
    #expect(ledger.columns == ["account", "joules", "low", "high", "share"])
    #expect(
      ledger["account"] == [
        "trials-completed", "trials-pruned", "trials-failed", "trials-interrupted",
        "inference-measuring", "strategy", "search-overhead", "idle",
      ])
    let metered = try #require(summary.number("metered_joules"))
    let booked = ledger.numbers("joules").reduce(0, +)
    #expect(metered > 0 && abs(booked - metered) <= 1e-9 * metered)
    #expect(abs(ledger.numbers("share").reduce(0, +) - 1) < 1e-9)
    let trained = ledger.numbers("joules")[0]
    #expect(abs(trained / 3.6e6 / (summary.number("ct_kwh") ?? 0) - 1) < 1e-9)
  }

  @Test("numbers read back to the same bits")
  func numbersKeepTheirBits() throws {
    let trials = try place.table("run/trials.csv")
    for column in Table.measuredNumberColumns.union([
      "validation_accuracy", "test_accuracy", "validation_loss",
    ]) {
      for text in trials[column] where !text.isEmpty && column != "peak_memory_bytes" {
        #expect(Double(text).map { "\($0)" } == text, "\(column)")
      }
    }
    // The journal's own figures, by another way out.
    for trial in 0..<3 {
      let report = try JSON(parsing: place.run("show", "run", "\(trial)", "--json").output)
      let outcome = try #require(report.object("outcome"))
      #expect(outcome.number("validation_accuracy") == trials.numbers("validation_accuracy")[trial])
      #expect(outcome.number("validation_loss") == trials.numbers("validation_loss")[trial])
      let joules = try #require(report.object("energy")?.number("joules"))
      #expect(joules / 3.6e6 == trials.numbers("training_energy_kwh")[trial])
    }
  }

  @Test("summary.json agrees with trials.csv")
  func summaryAgrees() throws {
    let trials = try place.table("run/trials.csv")
    let summary = try place.json("run/summary.json")
    let best = try #require(summary.object("best"))
    let completed = trials.rows.indices.filter { trials["state"][$0] == "completed" }
    let accuracies = trials.numbers("validation_accuracy")
    #expect(best.number("validation_accuracy") == completed.map { accuracies[$0] }.max())
    let counts = try #require(summary.object("trials"))
    #expect(
      counts.number("completed") == 8 && counts.number("duplicate") == 8 && counts.number("total") == 16)
    #expect(summary.text("ending") == "trials" || summary.text("ending") == "exhausted")
    #expect(summary.text("energy_source") == "power-model" && summary.text("energy_tier") == "modelled")
    #expect(Set(trials["energy_source"]) == ["power-model"])
    let front = try place.table("run/pareto.csv")
    #expect(summary.numbers("front").map { "\(Int($0))" } == front["trial"])
  }
}
