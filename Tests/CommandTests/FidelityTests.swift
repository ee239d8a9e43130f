import Foundation
import Testing

@Suite struct FidelityTests {
  /// Trainings of up to 60 epochs, so that the first rungs hold a part of them.
  private static let options = [
    "--strategy", "evolutionary", "--trials", "24", "--set", "search.lookahead=3", "--set",
    "architecture[0].dense.units={int: [8, 60]}", "--set", "training.epochs=60", "--set",
    "search.fidelity={scheme: asha, reduction: 3, rungs: 4}",
  ]

  private static func search(_ place: Workplace, _ further: String...) throws -> Ended {
    try place.run(["search", "small.yaml", "--run", "run"] + options + further)
  }

  private static let undisturbed = Result {
    let place = try Workplace.withSmallStudy()
    let ended = try search(place, "--workers", "1")
    #expect(ended.status == 0, "\(ended.errors)")
    return (place: place, ended: ended, trials: try place.table("run/trials.csv"))
  }

  @Test("a search by rungs continues trials, and every row tells of its own piece and of the whole")
  func rows() throws {
    let (place, ended, trials) = try Self.undisturbed.get()
    #expect(Set(trials["strategy"]) == ["evolutionary+asha"])
    let (energies, wholes) = (
      trials.numbers("training_energy_kwh"), trials.numbers("whole_training_energy_kwh")
    )
    let summary = try place.json("run/summary.json")
    #expect(energies.reduce(0, +) == summary.number("ct_kwh"))
    var continued = 0
    for (number, former) in trials["continues"].enumerated() where trials["state"][number] != "duplicate" {
      let (epochs, limit) = (trials["epochs"][number], trials["epoch_limit"][number])
      #expect((trials["state"][number] == "pruned") == (epochs == limit && !limit.isEmpty))
      guard let former = Int(former) else {
        #expect(wholes[number] == energies[number])
        continue
      }
      continued += 1
      #expect(trials["hash"][number] == trials["hash"][former])
      #expect(abs(wholes[number] / (wholes[former] + energies[number]) - 1) < 1e-12)
      #expect((Int(epochs) ?? 0) > (Int(trials["epochs"][former]) ?? 0))
    }
    #expect(continued >= 4)
    let counts = try #require(summary.object("trials"))
    let pruned = trials["state"].count { $0 == "pruned" }
    #expect(pruned > 8 && counts.number("pruned") == Double(pruned))
    #expect(summary.text("fidelity") == "asha")
    let ledger = try place.table("run/ledger.csv")
    #expect(ledger["account"][1] == "trials-pruned" && ledger.numbers("joules")[1] > 0)
    let booked = ledger.numbers("joules").reduce(0, +)
    let metered = try #require(summary.number("metered_joules"))
    #expect(abs(booked - metered) <= 1e-9 * metered)
    #expect(ended.errors.contains("goes on from trial") && ended.errors.contains("paused after"))
    #expect(ended.errors.contains("if all were trained in full"))
    #expect(ended.output.contains("\(pruned) trained in part"))
    #expect(!place.names(in: "run").contains("checkpoints"))
  }

  @Test("the trials of a search by rungs do not depend on the number of workers")
  func workers() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try Self.search(place, "--workers", "2").status == 0)
    let measured = Table.measuredColumns
    #expect(
      try place.table("run/trials.csv").without(measured)
        == Self.undisturbed.get().trials.without(measured))
  }

  @Test(
    "a search by rungs that was killed goes on as if it had not been", arguments: [2, 13], [true, false])
  func killed(endedTrials: Int, keepsCheckpoints: Bool) throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run"] + Self.options
    let running = try place.start(command)
    #expect(eventually { running.endedTrials >= endedTrials })
    running.signal(SIGKILL)
    #expect(try running.wait().status == nil)
    if !keepsCheckpoints { try? FileManager.default.removeItem(atPath: place.path("run/checkpoints")) }
    let resumed = try place.run(command + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let trials = try place.table("run/trials.csv")
    let measured = Table.measuredColumns
    #expect(try trials.without(measured) == Self.undisturbed.get().trials.without(measured))
    #expect(!place.names(in: "run").contains("checkpoints"))
  }

  @Test("a trial of a search by rungs is shown and trained again as far as it was")
  func shownAndTrained() throws {
    let (place, _, trials) = try Self.undisturbed.get()
    let number = try #require(
      trials.rows.indices.first { trials["state"][$0] == "pruned" && !trials["continues"][$0].isEmpty })
    let shown = try place.run("show", "run", "\(number)")
    #expect(shown.output.contains("of 60, then paused"))
    #expect(shown.output.contains("goes on from trial") && shown.output.contains("from the first epoch"))
    let report = try JSON(parsing: place.run("show", "run", "\(number)", "--json").output)
    #expect(report.number("continues") == Double(trials["continues"][number]))
    let ended = try place.run(
      "train", "run", "--trial", "\(number)", "--seeds", "1", "--output", "again", "--json")
    #expect(ended.status == 0, "\(ended.errors)")
    let test = try JSON(parsing: ended.output).object("test_accuracy")?.number("median")
    #expect(test == trials.numbers("test_accuracy")[number])
  }

  @Test("a comparison takes strategies by rungs, of runs alone")
  func comparison() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(
      "compare", "small.yaml", "--strategies", "random,random+halving", "--seeds", "1", "--trials", "4",
      "--set", "training.epochs=12", "--run", "both")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("both/compare.csv")["strategy"] == ["random", "random+halving"])
    let simulated = try place.run("compare", "--problem", "zdt1", "--strategies", "random+asha")
    #expect(simulated.status != 0)
    #expect(
      simulated.errorLines.count == 1 && simulated.errors.contains("leave out search.fidelity"),
      "\(simulated.errors)")
    let unknown = try place.run("compare", "small.yaml", "--strategies", "random+ash")
    #expect(unknown.errors.contains("no strategy is called 'random+ash'"))
  }
}
