import Foundation
import Testing

@Suite struct InterruptionTests {
  @Test(
    "a request to stop ends cleanly with what is finished, and says how to go on",
    arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(75))])
  func stopped(signal: Int32, status: Int32) throws {
    let place = try Workplace.withSmallStudy()
    // The run's name needs quotes in a shell; the options are not in the user's file.
    let running = try place.start([
      "search", "small.yaml", "--run", "a run", "--trials", "40", "--seed", "5", "--set", "training.epochs=8",
    ])
    #expect(eventually { running.endedTrials >= 2 })
    running.signal(signal)
    let ended = try running.wait()
    #expect(ended.status == status, "\(ended.errors)")

    let trials = try place.table("a run/trials.csv")
    let finished = trials["state"].count { $0 != "running" }
    #expect(finished >= 2 && finished < 40)
    #expect(finished == ended.errors.matches(of: #/\] trial \d+ /#).count)
    #expect(ended.output.contains("CT = Σ T_h"))
    let summary = try place.json("a run/summary.json")
    #expect(summary.text("ending") == "interrupted")
    #expect(
      trials.numbers("training_energy_kwh").filter { !$0.isNaN }.reduce(0, +) == summary.number("ct_kwh"))
    let journal = try JSON(parsing: place.run("show", "a run", "--json").output)
    #expect(journal.object("trials")?.number("completed") == summary.object("trials")?.number("completed"))

    let hint = try #require(ended.errors.firstMatch(of: /go on with: wattle (.*)\n/)).1
    #expect(hint == "search 'a run/config.yaml' --run 'a run' --resume")
    let resumed = try place.run(
      "search", "a run/config.yaml", "--run", "a run", "--resume", "--trials", "\(trials.rows.count + 1)")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(!(try place.table("a run/trials.csv"))["state"].contains("running"))
  }

  @Test("a second request cuts off trainings, and their energy is booked")
  func stoppedAtOnce() throws {
    let place = try Workplace.withSmallStudy()
    let running = try place.start([
      "search", "small.yaml", "--run", "run", "--set", "training.epochs=100000", "--json",
    ])
    #expect(eventually { place.names(in: "run").contains("host.json") })
    let workers = running.workers()
    #expect(!workers.isEmpty)
    usleep(200_000)
    running.signal(SIGINT)
    usleep(100_000)
    running.signal(SIGINT)
    #expect(eventually(within: 10) { !running.process.isRunning })
    let ended = try running.wait()
    #expect(ended.status == 130, "\(ended.errors)")
    #expect(!workers.contains(where: ProcessState.isAlive))
    #expect(try JSON(parsing: ended.output).text("ending") == "interrupted")
    let ledger = try place.table("run/ledger.csv")
    #expect(ledger.numbers("joules")[3] > 0, "\(ledger)")
    #expect(Set(try place.table("run/trials.csv")["state"]) == ["running"])
  }

  @Test("a comparison that is interrupted says where its finished searches are")
  func stoppedComparison() throws {
    let place = try Workplace.withSmallStudy()
    let running = try place.start([
      "compare", "small.yaml", "--strategies", "random", "--seeds", "2", "--run", "comparison", "--set",
      "training.epochs=100", "--trials", "20",
    ])
    #expect(eventually { running.endedTrials >= 1 })
    running.signal(SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 130)
    #expect(ended.errors.contains("the searches that finished are in comparison"))
    #expect(place.names(in: "comparison") == ["random-11"])
    #expect(try !place.table("comparison/random-11/trials.csv").rows.isEmpty)
  }
}
