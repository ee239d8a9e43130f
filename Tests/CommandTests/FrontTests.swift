import Foundation
import Testing

@Suite struct FrontTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    let ended = try place.run(
      "search", "small.yaml", "--run", "run", "--trials", "24", "--set",
      "architecture[0].dense.units={int: [2, 24]}")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  /// The trials that no other beats, by comparing each with each.
  ///
  /// - Parameter losses: columns, with whether more is better.
  private func undominated(_ losses: [(column: String, more: Bool)]) throws -> Set<String> {
    let trials = try place.table("run/trials.csv")
    let completed = trials.rows.indices.filter { trials["state"][$0] == "completed" }
    let values = losses.map { loss in trials.numbers(loss.column).map { loss.more ? -$0 : $0 } }
    func beats(_ left: Int, _ right: Int) -> Bool {
      values.allSatisfy { $0[left] <= $0[right] } && values.contains { $0[left] < $0[right] }
    }
    return Set(completed.filter { one in !completed.contains { beats($0, one) } }.map(String.init))
  }

  @Test("pareto --csv writes exactly the undominated trials, the most accurate first")
  func front() throws {
    let ended = try place.run("pareto", "run", "--csv", "front.csv")
    #expect(ended.status == 0, "\(ended.errors)")
    let front = try place.table("front.csv")
    let expected = try undominated([("validation_accuracy", true), ("training_energy_kwh", false)])
    #expect(Set(front["trial"]) == expected && front.rows.count == expected.count)
    #expect(front["rank"] == (1...expected.count).map(String.init))
    let accuracies = front.numbers("validation_accuracy")
    #expect(zip(accuracies, accuracies.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(front["knee"].count { $0 == "true" } <= 1)
    #expect(front.numbers("non_dominated_probability").allSatisfy { (0...1).contains($0) })
    // Each row is the trial's row of trials.csv.
    let trials = try place.table("run/trials.csv")
    for row in front.rows { #expect(trials.rows.contains(Array(row.dropFirst(4)))) }
    #expect(try place.text(of: "front.csv") == place.text(of: "run/pareto.csv"))
    #expect(try place.run("pareto", "run", "--csv", "-").output == place.text(of: "front.csv"))
    // The table lists the same trials.
    let listed = ended.output.matches(of: #/\n +\d+ +(\d+) +[\d.]+ /#).map { String($0.1) }
    #expect(listed == front["trial"])
  }

  @Test("other objectives give another front")
  func objectives() throws {
    let columns: [(String, [(column: String, more: Bool)])] = [
      ("accuracy,parameters", [("validation_accuracy", true), ("parameters", false)]),
      ("loss,flops", [("validation_loss", false), ("flops_per_sample", false)]),
      ("accuracy", [("validation_accuracy", true)]),
      (
        "accuracy, loss, training-energy",
        [
          ("validation_accuracy", true), ("validation_loss", false), ("training_energy_kwh", false),
        ]
      ),
    ]
    for (objectives, losses) in columns {
      let ended = try place.run("pareto", "run", "--objectives", objectives, "--csv", "-")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(try Set(Table(parsing: ended.output)["trial"]) == undominated(losses), "\(objectives)")
    }
    let summary = try JSON(
      parsing: place.run("pareto", "run", "--objectives", "accuracy,parameters", "--json").output)
    #expect(summary.texts("objectives") == ["accuracy", "parameters"])
  }

  @Test("show tells of the run and of each trial")
  func show() throws {
    let run = try place.run("show", "run")
    #expect(run.status == 0)
    #expect(run.output.contains("24 trials") && run.output.contains("CT = Σ T_h"))
    #expect(run.output.contains("search-overhead"))

    let trials = try place.table("run/trials.csv")
    let trial = try place.run("show", "run", "0")
    #expect(trial.status == 0)
    #expect(trial.output.contains(trials["hash"][0]) && trial.output.contains("validation accuracy"))
    #expect(trial.output.contains(trials["learning-rate"][0]))
    let report = try JSON(parsing: place.run("show", "run", "0", "--json").output)
    #expect(report.text("hash") == trials["hash"][0] && report.number("trial") == 0)

    for number in ["999", "24"] {
      let missing = try place.run("show", "run", number)
      #expect(missing.status == 66)
      #expect(missing.errorLines == ["run: no trial \(number); the run has 0 to 23"])
    }
  }
}
