import Foundation
import Testing

@Suite struct FaultTests {
  private static let options = [
    "--trials", "2", "--workers", "1", "--set", "training.epochs=2000", "--set",
    "architecture[0].dense.units={int: [40, 60]}", "--set", "execution.checkpoint-interval=0.02 s",
  ]

  /// A search whose worker gets a signal in its first training.
  private func disturbed(_ place: Workplace, _ signal: Int32, _ further: String...) throws -> Ended {
    let running = try place.start(["search", "small.yaml", "--run", "run"] + Self.options + further)
    #expect(eventually { place.names(in: "run/checkpoints").contains { $0.hasPrefix("trial-0.") } })
    usleep(50_000)
    for worker in running.workers() { kill(worker, signal) }
    return try running.wait()
  }

  @Test("a worker that crashes is replaced, its trial starts again, and the results are the same")
  func crash() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try disturbed(place, SIGSEGV)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      ended.errors.contains(
        "trial 0 is started again: the worker was ended by signal 11 (Segmentation fault)"),
      "\(ended.errors)")
    #expect(ended.errors.contains("after 1 lost attempt"))
    let trials = try place.table("run/trials.csv")
    #expect(trials["attempts"] == ["2", "1"])
    #expect(Set(trials["failure"]) == [""])
    let lost = trials.numbers("lost_energy_kwh")
    #expect(lost[0] > 0)
    #expect(lost[1].isNaN)
    let whole = try place.run(["search", "small.yaml", "--run", "whole"] + Self.options)
    #expect(whole.status == 0)
    let varying = Table.measuredColumns.union(["attempts"])
    let undisturbed = try place.table("whole/trials.csv")
    #expect(trials.without(varying) == undisturbed.without(varying))
    // The lost attempt is part of CT and stands among the failed trials.
    let summary = try place.json("run/summary.json")
    let sum = trials.numbers("training_energy_kwh").reduce(0, +) + lost[0]
    #expect(abs(sum / (summary.number("ct_kwh") ?? 0) - 1) < 1e-12)
    let ledger = try place.table("run/ledger.csv")
    #expect(abs(ledger.numbers("joules")[2] / 3.6e6 / lost[0] - 1) < 1e-12, "\(ledger)")
    let shown = try place.run("show", "run", "0").output
    #expect(shown.contains(/lost attempt +the worker was ended by signal 11/), "\(shown)")
  }

  @Test("without retries the trial fails with its cause, and the search goes on")
  func noRetries() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try disturbed(place, SIGBUS, "--set", "execution.retries=0")
    #expect(ended.status == 0, "\(ended.errors)")
    let trials = try place.table("run/trials.csv")
    #expect(trials["state"] == ["failed", "completed"])
    #expect(trials["failure"][0].hasPrefix("the worker was ended by signal 7 (Bus error)"), "\(trials)")
    #expect(trials.numbers("training_energy_kwh")[0] > 0)
    #expect(try place.table("run/ledger.csv").numbers("joules")[2] > 0)
  }

  @Test("limits of time and memory fail trials with what to change")
  func limits() throws {
    let place = try Workplace.withSmallStudy()
    let late = try place.run(
      ["search", "small.yaml", "--run", "late"] + Self.options
        + ["--trials", "1", "--set", "training.epochs=1000000", "--set", "execution.time-limit=1 s"])
    #expect(late.status == 70, "\(late.errors)")
    let failure = "the training took longer than the limit of 1 s (execution: time-limit)"
    #expect(try place.table("late/trials.csv")["failure"] == [failure])
    #expect(try place.table("late/trials.csv")["attempts"] == ["1"])

    let large = try place.run(
      ["search", "small.yaml", "--run", "large", "--trials", "1", "--set"]
        + ["architecture[0].dense.units=1000000", "--set", "execution.memory-limit=500 MiB"])
    #expect(large.status == 70, "\(large.errors)")
    let refused = try place.table("large/trials.csv")
    #expect(
      refused["failure"][0].wholeMatch(
        of: /training the network takes \d.* GiB of memory, more than the limit of 500 MiB \(.*\)/) != nil,
      "\(refused["failure"])")
    #expect(refused.numbers("training_energy_kwh") == [0])

    let tiny = try place.run(
      "search", "small.yaml", "--run", "tiny", "--set", "execution.memory-limit=1 MiB")
    #expect(tiny.status == 70, "\(tiny.errors)")
    #expect(
      tiny.errorLines.last?.contains("the workers cannot train: the worker took ") == true, "\(tiny.errors)")
  }

  @Test(
    "the keys of faults and limits are checked",
    arguments: [
      ("retries", "-1"), ("retries", "1.5"), ("time-limit", "10"), ("time-limit", "-1 s"),
      ("time-limit", "0 s"), ("time-limit", "1e-300 s"),
      ("time-limit", "nan s"), ("memory-limit", "12"), ("memory-limit", "1 kB"), ("memory-limit", "1e99 GiB"),
      ("checkpoint-interval", "none"), ("checkpoint-interval", "1 week"),
    ])
  func keys(key: String, value: String) throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(
      "search", "small.yaml", "--run", "run", "--set", "execution.\(key)=\(value)")
    #expect(ended.status == 65)
    #expect(
      ended.errorLines.count == 1 && ended.errors.contains("\(key): expected ")
        && ended.errors.contains("got "),
      "\(ended.errors)")
  }

  @Test("a folder that becomes read-only ends the search with what to do, and it goes on afterwards")
  func readOnlyFolder() throws {
    let place = try Workplace.withSmallStudy()
    // Root may write everywhere unless it gives up that right.
    let plain = getuid() == 0 ? "setpriv --bounding-set=-dac_override --inh-caps=-dac_override " : ""
    let search = "\(plain)'\(programPath)' search small.yaml --run run --trials 300 --workers 1"
    let ended = try place.shell(
      """
      \(search) 2> errors &
      until [ -e run/host.json ]; do sleep 0.01; done
      chmod 555 run
      kill -TERM %1; wait %1; echo "status $?"
      tail -n 1 errors
      chmod 755 run
      \(search) --resume --trials 10 2> errors; echo "status $?"
      """)
    let lines = ended.outputLines
    #expect(lines.first == "status 73", "\(ended)")
    #expect(
      lines.dropFirst().first?.wholeMatch(
        of: /run\/.*: cannot be written: Permission denied, then go on with: wattle search .* --resume/)
        != nil,
      "\(ended)")
    #expect(lines.last == "status 0", "\(ended)")
  }
}
