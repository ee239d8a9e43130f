import Foundation
import Testing

@Suite struct RepeatTests {
  private static let command = [
    "search", "small.yaml", "--run", "run", "--set", "architecture[0].dense.units={int: [2, 24]}",
  ]
  private static let repeats = ["--set", "search.repeats={share: 0.4, most: 2}"]

  private static let searched = Result {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(command + repeats + ["--trials", "24"])
    #expect(ended.status == 0, "\(ended.errors)")
    return (place: place, ended: ended, trials: try place.table("run/trials.csv"))
  }

  @Test("near-ties are trained again within their share, as trials of their own, and all is booked")
  func rows() throws {
    let (place, ended, trials) = try Self.searched.get()
    let repeated = trials["repeats"].map { Int($0) }
    #expect(repeated.prefix(24).allSatisfy { $0 == nil } && repeated.dropFirst(24).allSatisfy { $0 != nil })
    let count = repeated.count - 24
    #expect(count >= 2)
    for (number, first) in repeated.enumerated() {
      guard let first else { continue }
      #expect(trials["hash"][number] == trials["hash"][first] && trials["state"][number] == "completed")
      // Other weights lead to another loss.
      #expect(trials["validation_loss"][number] != trials["validation_loss"][first])
      #expect(trials["repeat_count"][number].isEmpty)
    }
    let energies = trials.numbers("training_energy_kwh")
    let (searched, again) = (energies.prefix(24).reduce(0, +), energies.dropFirst(24).reduce(0, +))
    // A repeat may take a little more than its candidate did before.
    #expect(again <= 1.3 * 0.4 / 0.6 * searched)
    let summary = try place.json("run/summary.json")
    #expect(energies.reduce(0, +) == summary.number("ct_kwh"))
    let part = try #require(summary.object("repeats"))
    #expect(part.number("trainings") == Double(count) && part.number("failed") == 0)
    #expect(part.number("candidates") == Double(Set(repeated.compactMap(\.self)).count))
    #expect(abs(try #require(part.number("energy_kwh")) / again - 1) < 1e-12)
    #expect(summary.object("trials")?.number("repeats") == Double(count))
    let ledger = try place.table("run/ledger.csv").numbers("joules").reduce(0, +)
    let metered = try #require(summary.number("metered_joules"))
    #expect(abs(ledger - metered) <= 1e-9 * metered)
    #expect(ended.output.contains("Trained again with other seeds: "))
    #expect(ended.output.hasPrefix("Front of ") && !ended.output.hasPrefix("Front of \(24 + count)"))
    #expect(ended.errors.contains(", another seed of trial "))
    let shown = try place.run("show", "run")
    #expect(shown.output.contains("; \(count) repeat"))
    #expect(shown.output.contains("Trained again with other seeds: "))
  }

  @Test("a candidate stands on the front with the means of its seeds, between the bounds of its accuracy")
  func means() throws {
    let (place, _, trials) = try Self.searched.get()
    let repeated = trials["repeats"].map { Int($0) }
    let first = try #require(repeated.compactMap(\.self).first)
    let seeds = [first] + repeated.indices.filter { repeated[$0] == first }
    #expect(trials["repeat_count"][first] == "\(seeds.count - 1)")
    for (column, mean) in [
      ("validation_accuracy", "mean_validation_accuracy"), ("validation_loss", "mean_validation_loss"),
      ("training_energy_kwh", "mean_training_energy_kwh"),
    ] {
      let figures = trials.numbers(column)
      let expected = seeds.reduce(0) { $0 + figures[$1] } / Double(seeds.count)
      #expect(abs(trials.numbers(mean)[first] / expected - 1) < 1e-12, "\(column)")
    }
    let bounds = ["validation_accuracy_low", "mean_validation_accuracy", "validation_accuracy_high"].map {
      trials.numbers($0)[first]
    }
    #expect(bounds[0] < bounds[1] && bounds[1] < bounds[2])
    let front = try place.table("run/pareto.csv")
    #expect(Set(front["repeats"]) == [""])
    let accuracies = front.numbers("mean_validation_accuracy")
    #expect(accuracies == accuracies.sorted(by: >))
    let energies = front.numbers("mean_training_energy_kwh")
    #expect(energies == energies.sorted(by: >))
    let members = try place.json("run/summary.json").objects("front_members")
    #expect(members.map { $0.number("validation_accuracy") } == accuracies.map(Optional.some))
    #expect(
      members.map { $0.number("validation_accuracy_low") }
        == front.numbers("validation_accuracy_low").map(
          Optional.some))

    let shown = try place.run("show", "run", "\(first)").output
    #expect(
      shown.contains("trained again in trials") && shown.contains("\(seeds.count) seeds with a mean of"))
    let again = try place.run("show", "run", "\(seeds[1])")
    #expect(again.output.contains("another seed of trial") && again.output.contains("90 % interval"))
    let report = try JSON(parsing: place.run("show", "run", "\(seeds[1])", "--json").output)
    #expect(report.number("repeats") == Double(first))
  }

  @Test("a repeat is trained again with its own weights")
  func trained() throws {
    let (place, _, trials) = try Self.searched.get()
    let ended = try place.run(
      "train", "run", "--trial", "24", "--seeds", "1", "--output", "again", "--json")
    #expect(ended.status == 0, "\(ended.errors)")
    let test = try JSON(parsing: ended.output).object("test_accuracy")?.number("median")
    #expect(test == trials.numbers("test_accuracy")[24])
  }

  @Test("a search with repeats can be given more trials, which are those of a search without")
  func moreTrials() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try place.run(Self.command + Self.repeats + ["--trials", "12"]).status == 0)
    #expect(try place.table("run/trials.csv").rows.count > 12)
    let resumed = try place.run(Self.command + Self.repeats + ["--trials", "16", "--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let whole = try Self.searched.get().trials
    let trials = try place.table("run/trials.csv")
    let proposed = trials.rows.indices.filter { trials["repeats"][$0].isEmpty }
    #expect(proposed.count == 16 && proposed.last.map { $0 > 15 } == true)
    for column in ["hash", "learning-rate", "state", "validation_loss", "test_accuracy"] {
      #expect(proposed.map { trials[column][$0] } == Array(whole[column].prefix(16)), "\(column)")
    }
    // A trial behind repeats is trained again to the same network.
    let last = try #require(
      proposed.last { trials["state"][$0] == "completed" })
    let ended = try place.run(
      "train", "run", "--trial", "\(last)", "--seeds", "1", "--output", "again", "--json")
    let test = try JSON(parsing: ended.output).object("test_accuracy")?.number("median")
    #expect(test == trials.numbers("test_accuracy")[last])
  }
}
