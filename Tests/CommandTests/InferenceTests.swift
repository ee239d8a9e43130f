import Foundation
import Testing

@Suite struct InferenceTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    try place.write(smallConfiguration.replacing(", inference: {measure: none}", with: ""), to: "small.yaml")
  }

  private func search(_ options: String...) throws -> Ended {
    let ended = try place.run(["search", "small.yaml", "--run", "run"] + options)
    #expect(ended.status == 0, "\(ended.errors)")
    return ended
  }

  private func report(_ trial: String) throws -> JSON {
    try JSON(parsing: place.run("show", "run", trial, "--json").output)
  }

  private func checkBooks() throws -> Double {
    let ledger = try place.table("run/ledger.csv")
    let summary = try place.json("run/summary.json")
    let metered = try #require(summary.number("metered_joules"))
    #expect(abs(ledger.numbers("joules").reduce(0, +) - metered) <= 1e-9 * metered)
    let row = try #require(ledger["account"].firstIndex(of: "inference-measuring"))
    let measuring = ledger.numbers("joules")[row]
    #expect(measuring / 3.6e6 == summary.number("inference_measuring_kwh"))
    // CT is the trainings alone.
    let trials = try place.table("run/trials.csv")
    #expect(trials.numbers("training_energy_kwh").reduce(0, +) == summary.number("ct_kwh"))
    return measuring
  }

  @Test("the front's inferences are measured at the end, all others follow from the operations")
  func front() throws {
    let ended = try search("--trials", "12")
    #expect(ended.output.contains("inference-measuring"))
    #expect(ended.errors.contains("measuring what inferences take, of the front's "))
    let trials = try place.table("run/trials.csv")
    let members = Set(try place.table("run/pareto.csv")["trial"])
    #expect(try checkBooks() > 0)
    for row in trials.rows.indices {
      let number = trials["trial"][row]
      let report = try report(number)
      let isMeasured = members.contains(number)
      #expect(trials["inference_tier"][row] == "modelled")
      if trials["state"][row] == "completed" {
        #expect(trials["inference_method"][row] == (isMeasured ? "window" : "operations"))
        #expect(trials["theta"][row].isEmpty != isMeasured)
      }
      let inference = try #require(report.object("inference"))
      let energy = try #require(inference.object("energy"))
      #expect(energy.number("joules") == trials.numbers("inference_energy_j")[row])
      #expect(energy.number("low_joules") == trials.numbers("inference_energy_low_j")[row])
      #expect(energy.number("high_joules") == trials.numbers("inference_energy_high_j")[row])
      guard isMeasured else { continue }
      let windows = inference.objects("windows")
      #expect(windows.compactMap { $0.number("batch_size") } == [1, 64])
      #expect(windows.allSatisfy { ($0.number("seconds") ?? 0) >= 0.2 })
      let single = try #require(windows[0].object("energy_per_inference"))
      #expect(single.number("joules") == energy.number("joules"))
      // θ = T / (E · D · I): 2 epochs over 60 % of 1,797 samples, apportioned by class.
      let batch = try #require(windows[1].object("energy_per_inference")?.number("joules"))
      let training = trials.numbers("training_energy_kwh")[row] * 3.6e6
      let samples = training / (2 * batch * trials.numbers("theta")[row])
      #expect(abs(samples - 1078) < 1.5, "\(samples)")
      #expect(report.number("theta") == trials.numbers("theta")[row])
      let text = try place.run("show", "run", number).output
      #expect(text.contains("at batch 1: ") && text.contains("at batch 64: ") && text.contains("overhead θ"))
    }
    let lives = try place.run("life-cycle", "run", "--inferences", "1e6")
    #expect(lives.output.contains("I was measured at batch 1") && !lives.output.contains("I is modelled"))
  }

  @Test("nothing is measured where that is not wanted, and a resumed run measures what lacks and no more")
  func lacking() throws {
    _ = try search("--set", "energy.inference.measure=none")
    #expect(try checkBooks() == 0)
    #expect(try Set(place.table("run/trials.csv")["inference_method"]) == ["operations"])
    let lives = try place.run("life-cycle", "run", "--inferences", "1e6")
    #expect(lives.output.contains("I is modelled"))
    let refused = try place.run("pareto", "run", "--objectives", "accuracy,inference-energy")
    #expect(refused.status == 65 && refused.errors.contains("was measured for 0 of"), "\(refused.errors)")

    _ = try search("--resume")
    let measuring = try checkBooks()
    #expect(measuring > 0)
    let before = try place.table("run/trials.csv")
    #expect(before["inference_method"].contains("window"))
    let nothing = try search("--resume")
    #expect(!nothing.errors.contains("measuring"))
    #expect(try checkBooks() == measuring)
    #expect(try place.table("run/trials.csv") == before)
    // All trials: what is done is said.
    let missing = before.rows.indices.count {
      before["state"][$0] == "completed" && before["inference_method"][$0] == "operations"
    }
    let rest = try search("--resume", "--set", "energy.inference.measure=all")
    #expect(
      rest.errors.contains("measuring what inferences take, of \(missing) trials that lack it\n"),
      "\(rest.errors)")
    #expect(try Set(place.table("run/trials.csv")["inference_method"]) == ["window"])
  }

  @Test("inference energy is an objective of search, pareto and compare")
  func objective() throws {
    let objectives = "objectives=[{maximize: accuracy}, {minimize: inference-energy}]"
    let ended = try search("--set", objectives, "--strategy", "evolutionary", "--set", "search.population=2")
    #expect(ended.output.contains("inference energy"))
    let trials = try place.table("run/trials.csv")
    #expect(Set(trials["inference_method"]) == ["window"])
    let completed = trials.rows.indices.filter { trials["state"][$0] == "completed" }
    let (errors, energies) = (
      trials.numbers("validation_accuracy").map { 1 - $0 }, trials.numbers("inference_energy_j")
    )
    let expected = completed.filter { one in
      !completed.contains {
        errors[$0] <= errors[one] && energies[$0] <= energies[one]
          && (errors[$0] < errors[one] || energies[$0] < energies[one])
      }
    }.map(String.init)
    #expect(try Set(place.table("run/pareto.csv")["trial"]) == Set(expected))
    let pareto = try place.run("pareto", "run", "--objectives", "inference-energy", "--csv", "-")
    // Latency is of the same windows.
    let quick = try place.run("pareto", "run", "--objectives", "latency", "--csv", "-")
    #expect(try Table(parsing: quick.output).rows.count == 1)
    let least = completed.min { energies[$0] < energies[$1] }
    #expect(try Table(parsing: pareto.output)["trial"] == [least.map(String.init) ?? ""])
    let compared = try place.run(
      "compare", "small.yaml", "--strategies", "random,grid", "--seeds", "1", "--trials", "3", "--set",
      objectives, "--run", "comparison")
    #expect(compared.status == 0, "\(compared.errors)")
    let contrary = try place.run(
      "search", "small.yaml", "--set", objectives, "--set", "energy.inference.measure=front")
    #expect(contrary.status == 65)
    #expect(contrary.errors.contains("expected all, since inference-energy is an objective"))
  }

  @Test("life-cycle energy is an objective of search, show and pareto, and needs a number of inferences")
  func lifeCycle() throws {
    let objectives = "objectives=[{maximize: accuracy}, {minimize: life-cycle-energy}]"
    let ended = try search(
      "--set", objectives, "--set", "energy.inferences=1e6", "--trials", "4", "--strategy", "random")
    #expect(ended.output.contains("life cycle energy"))
    #expect(ended.output.contains("(accuracy, life-cycle-energy of 1,000,000 inferences)"), "\(ended.output)")
    let trials = try place.table("run/trials.csv")
    for bound in ["", "low_", "high_"] {
      let (lives, trainings, inferences) = (
        trials.numbers("life_cycle_energy_\(bound)kwh"), trials.numbers("training_energy_\(bound)kwh"),
        trials.numbers("inference_energy_\(bound)j")
      )
      for row in trials.rows.indices where trials["state"][row] == "completed" {
        let expected = trainings[row] + 1e6 * inferences[row] / 3.6e6
        #expect(abs(lives[row] / expected - 1) < 1e-12, "\(bound) \(row)")
      }
    }
    let front = try place.table("run/pareto.csv")
    #expect(front.columns.contains("life_cycle_energy_kwh"))
    let summary = try place.json("run/summary.json")
    #expect(summary.number("inferences") == 1e6)
    let completed = try #require(trials["state"].firstIndex(of: "completed"))
    let life = try report("\(completed)").object("life_cycle_energy")?.number("joules")
    #expect((life ?? 0) / 3.6e6 == trials.numbers("life_cycle_energy_kwh")[completed])
    #expect(
      try place.run("show", "run", "\(completed)").output.contains("= T + I · e, e = 1,000,000 inferences"))

    // With 10¹⁵ inferences training counts for nothing.
    func best(_ options: String...) throws -> [String] {
      let ended = try place.run(["pareto", "run", "--csv", "-"] + options)
      #expect(ended.status == 0, "\(ended.errors)")
      return try Table(parsing: ended.output)["trial"]
    }
    #expect(
      try best("--objectives", "life-cycle-energy", "--inferences", "1e15")
        == best("--objectives", "inference-energy"))
    let useless = try place.run("pareto", "run", "--objectives", "accuracy", "--inferences", "1e9")
    #expect(useless.status == 65 && useless.errors.contains("--inferences: nothing uses it"))
    _ = try place.run("search", "small.yaml", "--run", "plain", "--trials", "1")
    let lacking = try place.run("pareto", "plain", "--objectives", "accuracy,life-cycle-energy")
    #expect(
      lacking.status == 65 && lacking.errors.contains("needs the expected number of inferences"),
      "\(lacking.errors)")
    #expect(try !place.table("plain/trials.csv").columns.contains("life_cycle_energy_kwh"))
    let other = try place.run(
      "search", "small.yaml", "--run", "run", "--resume", "--set", objectives, "--set",
      "energy.inferences=2e6",
      "--trials", "4", "--strategy", "random")
    #expect(other.status != 0 && other.errors.contains("other energy"), "\(other.errors)")
  }

  @Test("a measuring whose worker is killed is done again, and no trial is lost to it")
  func killedWorker() throws {
    let objectives = "objectives=[{maximize: accuracy}, {minimize: inference-energy}]"
    let running = try place.start([
      "search", "small.yaml", "--run", "run", "--workers", "1", "--trials", "4", "--strategy", "grid",
      "--set",
      objectives,
    ])
    // What follows a training is its measuring, of half a second.
    #expect(eventually { running.endedTrials > 0 })
    usleep(100_000)
    for worker in running.workers() { kill(worker, SIGKILL) }
    let ended = try running.wait()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      ended.errors.contains("cut off, and is tried again: the worker was ended by signal 9"),
      "\(ended.errors)")
    let trials = try place.table("run/trials.csv")
    #expect(Set(trials["inference_method"]) == ["window"] && trials.rows.count == 4)
    #expect(try checkBooks() > 0)
  }

  @Test("a search that is killed while it measures loses nothing that was finished")
  func killed() throws {
    let options = ["--workers", "1", "--set", "energy.inference.measure=all", "--strategy", "grid"]
    let running = try place.start(["search", "small.yaml", "--run", "run"] + options)
    #expect(eventually { place.names(in: "run").contains("host.json") })
    #expect(
      eventually {
        guard running.endedTrials > 0, let report = try? report("0") else { return false }
        return report.object("inference")?.text("method") == "window"
      })
    running.signal(SIGKILL)
    #expect(try running.wait().status == nil)
    let trials = running.endedTrials
    let before = try (0..<trials).map { try report("\($0)") }
    let measured = before.indices.filter { before[$0].object("inference")?.text("method") == "window" }
    #expect(measured.contains(0))
    let resumed = try place.run(["search", "small.yaml", "--run", "run", "--resume"] + options)
    #expect(resumed.status == 0, "\(resumed.errors)")
    for number in before.indices {
      let after = try report("\(number)")
      #expect(after.object("energy") == before[number].object("energy"), "trained again: \(number)")
      if measured.contains(number) { #expect(after == before[number], "measured again: \(number)") }
    }
    #expect(try Set(place.table("run/trials.csv")["inference_method"]) == ["window"])
    #expect(try checkBooks() > 0)
  }
}
