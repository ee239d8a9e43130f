import Foundation
import Testing

@Suite struct InheritanceTests {
  /// Founders of eight epochs, children of two.
  private static let options = [
    "--strategy", "evolutionary", "--trials", "16", "--set", "search.population=4", "--set",
    "search.lookahead=2", "--set", "architecture[0].dense.units={int: [8, 60]}", "--set", "training.epochs=8",
    "--set", "search.inherit-weights={}",
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

  @Test("children begin with their parents' weights, and every row tells of its own training and of T")
  func rows() throws {
    let (place, ended, trials) = try Self.undisturbed.get()
    #expect(Set(trials["strategy"]) == ["evolutionary+inherit"])
    let (energies, wholes) = (
      trials.numbers("training_energy_kwh"), trials.numbers("whole_training_energy_kwh")
    )
    let summary = try place.json("run/summary.json")
    #expect(energies.reduce(0, +) == summary.number("ct_kwh"))
    #expect(summary.number("inherited_epochs_share") == 0.25)
    var children = 0
    for (number, parent) in trials["inherits"].enumerated() where trials["state"][number] == "completed" {
      guard let parent = Int(parent) else {
        #expect(wholes[number] == energies[number] && trials["epochs"][number] == "8")
        continue
      }
      children += 1
      #expect(number >= 4 && trials["state"][parent] == "completed" && trials["epochs"][number] == "2")
      #expect(abs(wholes[number] / (wholes[parent] + energies[number]) - 1) < 1e-12)
    }
    #expect(children >= 8)
    #expect(ended.errors.contains("with the weights of trial"))
    let files = place.names(in: "run/checkpoints")
    #expect((4...16).contains(files.count) && files.allSatisfy { $0.hasSuffix(".safetensors") })
  }

  @Test("the trials of a search with inheritance do not depend on the number of workers")
  func workers() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try Self.search(place, "--workers", "2").status == 0)
    let measured = Table.measuredColumns
    #expect(
      try place.table("run/trials.csv").without(measured)
        == Self.undisturbed.get().trials.without(measured))
  }

  @Test("a search with inheritance that was killed goes on as if it had not been", arguments: [3, 9])
  func killed(endedTrials: Int) throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run"] + Self.options
    let running = try place.start(command)
    #expect(eventually { running.endedTrials >= endedTrials })
    running.signal(SIGKILL)
    #expect(try running.wait().status == nil)
    let resumed = try place.run(command + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let measured = Table.measuredColumns
    #expect(
      try place.table("run/trials.csv").without(measured)
        == Self.undisturbed.get().trials.without(measured))
  }

  @Test("without the parents' weights children are trained in full, with a warning")
  func lostWeights() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try Self.search(place, "--trials", "8").status == 0)
    try FileManager.default.removeItem(atPath: place.path("run/checkpoints"))
    let resumed = try Self.search(place, "--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(
      resumed.errors.contains(
        "trained in full from initial weights, since it could not inherit those of trial"))
    let trials = try place.table("run/trials.csv")
    #expect(
      trials.rows.indices.dropFirst(8).contains {
        trials["epochs"][$0] == "8" && trials["inherits"][$0].isEmpty
      })
  }

  @Test("weights that were damaged or are another trial's are not inherited", arguments: [true, false])
  func damagedWeights(isFlipped: Bool) throws {
    let place = try Workplace.withSmallStudy()
    #expect(try Self.search(place, "--trials", "8").status == 0)
    let files = place.names(in: "run/checkpoints").map { place.path("run/checkpoints/\($0)") }
    let contents = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    for (index, file) in files.enumerated() {
      var bytes = contents[isFlipped ? index : (index + 1) % files.count]
      if isFlipped { bytes[bytes.count - 50] ^= 1 }
      try bytes.write(to: URL(fileURLWithPath: file))
    }
    let resumed = try Self.search(place, "--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    let reason = isFlipped ? "the checksum differs from the contents'" : "weights: expected those of trial "
    #expect(resumed.errors.contains(reason), "\(resumed.errors)")
    let trials = try place.table("run/trials.csv")
    #expect(
      trials.rows.indices.dropFirst(8).contains {
        trials["epochs"][$0] == "8" && trials["inherits"][$0].isEmpty
      })
  }

  @Test("a child is shown with its ancestors' energy, and trained again from initial weights in full")
  func shownAndTrained() throws {
    let (place, _, trials) = try Self.undisturbed.get()
    let number = try #require(trials.rows.indices.first { !trials["inherits"][$0].isEmpty })
    let shown = try place.run("show", "run", "\(number)").output
    #expect(shown.contains("weights of trial") && shown.contains("with its ancestors"))
    let report = try JSON(parsing: place.run("show", "run", "\(number)", "--json").output)
    #expect(report.number("inherits") == Double(trials["inherits"][number]))
    #expect(try place.run("show", "run").output.contains("evolutionary+inherit search"))
    let ended = try place.run("train", "run", "--trial", "\(number)", "--seeds", "1", "--output", "again")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("again/seeds.csv")["epochs"] == ["8"])
  }

  @Test("a comparison takes inheritance behind strategies that have parents, of runs alone")
  func comparison() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(
      "compare", "small.yaml", "--strategies", "evolutionary,evolutionary+inherit,semoa+inherit", "--seeds",
      "1",
      "--trials", "6", "--set", "search.population=3", "--set", "search.lookahead=1", "--set",
      "training.epochs=4",
      "--run", "both")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      try place.table("both/compare.csv")["strategy"]
        == ["evolutionary", "evolutionary+inherit", "semoa+inherit"])
    #expect(try place.table("both/evolutionary+inherit-11/trials.csv")["inherits"].contains { !$0.isEmpty })
    let simulated = try place.run("compare", "--problem", "zdt1", "--strategies", "nsga-ii+inherit")
    #expect(
      simulated.errorLines.count == 1 && simulated.errors.contains("leave out search.inherit-weights"),
      "\(simulated.errors)")
    for name in ["random+inherit", "evolutionary+inherits"] {
      let unknown = try place.run("compare", "small.yaml", "--strategies", name)
      #expect(unknown.status == 64 && unknown.errors.contains("no strategy is called '\(name)'"))
    }
    let both = try place.run("search", "small.yaml", "--set", "search={fidelity: {}, inherit-weights: {}}")
    #expect(both.status == 65 && both.errors.contains("not together with fidelity"), "\(both.errors)")
  }
}
