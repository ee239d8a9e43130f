import Foundation
import Testing

@Suite struct ResumeTests {
  /// Trainings long enough to be caught in the middle, and a strategy that learns.
  private static let options = [
    "--strategy", "evolutionary", "--trials", "10", "--set", "search.population=4", "--set",
    "search.lookahead=2", "--set", "architecture[0].dense.units={int: [40, 60]}", "--set",
    "training.epochs=40",
  ]

  private static let undisturbed = Result {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(["search", "small.yaml", "--run", "run"] + options)
    #expect(ended.status == 0, "\(ended.errors)")
    return try place.table("run/trials.csv")
  }

  @Test("a search that was killed goes on as if it had not been", arguments: [0, 1, 5, 9])
  func killed(endedTrials: Int) throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run"] + Self.options
    let running = try place.start(command)
    #expect(eventually { running.endedTrials >= endedTrials && running.workers().count == 2 })
    let workers = running.workers()
    running.signal(SIGKILL)
    #expect(try running.wait().status == nil)
    #expect(eventually(within: 2) { !workers.contains(where: ProcessState.isAlive) }, "a worker lives on")

    let resumed = try place.run(command + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    let trials = try place.table("run/trials.csv")
    let measured = Table.measuredColumns
    #expect(try trials.without(measured) == Self.undisturbed.get().without(measured))

    let summary = try place.json("run/summary.json")
    #expect(trials.numbers("training_energy_kwh").reduce(0, +) == summary.number("ct_kwh"))
    let metered = try #require(summary.number("metered_joules"))
    let booked = try place.table("run/ledger.csv").numbers("joules").reduce(0, +)
    #expect(abs(booked - metered) <= 1e-9 * metered)
  }

  @Test("a finished search can be given more trials, and then equals one that had them from the start")
  func moreTrials() throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run"]
    #expect(try place.run(command + ["--trials", "3"]).status == 0)
    #expect(try place.run(command + ["--trials", "6", "--workers", "1", "--resume"]).status == 0)
    #expect(try place.run("search", "small.yaml", "--run", "whole", "--trials", "6").status == 0)
    let measured = Table.measuredColumns
    #expect(
      try place.table("run/trials.csv").without(measured) == place.table("whole/trials.csv").without(measured)
    )
  }

  @Test("without --run the youngest run is resumed")
  func youngest() throws {
    let place = try Workplace.withSmallStudy()
    for _ in 0..<2 { #expect(try place.run("search", "small.yaml", "--trials", "1").status == 0) }
    let runs = place.names(in: "runs")
    #expect(runs.count == 2)
    #expect(runs.allSatisfy { $0.wholeMatch(of: /small-\d{4}-\d{2}-\d{2}-[12]/) != nil }, "\(runs)")
    #expect(try place.run("search", "small.yaml", "--trials", "3", "--resume").status == 0)
    #expect(place.names(in: "runs") == runs)
    #expect(try runs.map { try place.table("runs/\($0)/trials.csv").rows.count } == [1, 3])
  }

  @Test("there must be something to resume", arguments: [[], ["--run", "nowhere"]])
  func nothingToResume(options: [String]) throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(["search", "small.yaml", "--resume"] + options)
    #expect(ended.status == 66)
    #expect(ended.errorLines.count == 1 && ended.errors.contains("leave out --resume"), "\(ended.errors)")
    #expect(place.names() == ["small.yaml"])
  }

  @Test(
    "another configuration is refused",
    arguments: [["--seed", "12"], ["--set", "training.epochs=3"], ["--strategy", "grid"]])
  func otherConfiguration(options: [String]) throws {
    let place = try Workplace.withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--trials", "1", "--run", "run").status == 0)
    let before = try place.text(of: "run/config.yaml")
    let ended = try place.run(["search", "small.yaml", "--run", "run", "--resume"] + options)
    #expect(ended.status == 65)
    #expect(ended.errorLines.count == 1 && ended.errors.contains("another configuration"), "\(ended.errors)")
    #expect(try place.text(of: "run/config.yaml") == before)
  }

  @Test("a run that another process works on is left alone")
  func inUse() throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run", "--set", "training.epochs=100000"]
    let running = try place.start(command)
    #expect(eventually { place.names(in: "run").contains("host.json") })
    let second = try place.run(command + ["--resume"])
    #expect(second.status == 75)
    #expect(second.errorLines.count == 1 && second.errors.contains("another wattle"), "\(second.errors)")
    // Looking is allowed.
    #expect(try place.run("show", "run").status == 0)
    running.signal(SIGKILL)
    _ = try running.wait()
  }

  @Test("a run is not worked on twice, also where somebody has removed its lock")
  func removedLock() throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run", "--set", "training.epochs=100000"]
    let running = try place.start(command)
    #expect(eventually { place.names(in: "run").contains("host.json") })
    try FileManager.default.removeItem(atPath: place.path("run/.lock"))
    let second = try place.run(command + ["--resume"])
    #expect(second.status == 75 && second.errors.contains("another wattle"), "\(second.errors)")
    #expect(try !place.run("show", "run").output.contains("No search is at work"))
    running.signal(SIGKILL)
    _ = try running.wait()
  }

  @Test(
    "a search whose run is moved, replaced or removed stops, and says so",
    arguments: ["mv run moved", "rm -rf run", "cp run/study.sqlite copy; mv copy run/study.sqlite"])
  func movedRun(script: String) throws {
    let place = try Workplace.withSmallStudy()
    let command = ["search", "small.yaml", "--run", "run", "--set", "training.epochs=1000000"]
    let running = try place.start(command)
    #expect(eventually { place.names(in: "run").contains("host.json") })
    #expect(try place.shell(script).status == 0)
    let ended = try running.wait()
    #expect(ended.status == 73)
    #expect(
      ended.errorLines.last?.hasPrefix("run/study.sqlite: was moved, replaced or removed while the search")
        == true, "\(ended.errors)")
    guard script.hasPrefix("mv") else { return }
    let resumed = try place.run(
      "search", "moved/config.yaml", "--run", "moved", "--resume", "--set", "execution.time-limit=0.1 s")
    #expect(resumed.errors.contains("time-limit"), "\(resumed.errors)")
  }

  @Test("searches that begin at the same moment find a folder each")
  func sameMoment() throws {
    let place = try Workplace.withSmallStudy()
    let running = try (1...6).map { seed in
      try place.start(["search", "small.yaml", "--trials", "1", "--seed", "\(seed)"])
    }
    let ended = try running.map { try $0.wait() }
    #expect(ended.allSatisfy { $0.status == 0 }, "\(ended.map(\.errors))")
    let folders = place.names(in: "runs")
    #expect(folders.count == 6)
    #expect(folders.allSatisfy { place.names(in: "runs/\($0)").contains("pareto.csv") })
  }
}
