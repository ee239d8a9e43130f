import Foundation
import Numerics
import Studies
import Testing

@Suite struct KillTests {
  private static let kills = 100

  private static let options = [
    "--strategy", "evolutionary", "--trials", "12", "--workers", "1", "--set", "search.population=4", "--set",
    "search.lookahead=2", "--set", "architecture[0].dense.units={int: [20, 60]}", "--set",
    "training.epochs=40", "--set", "execution.checkpoint-interval=0.02 s",
  ]

  private func run(_ place: Workplace, _ name: String) -> [String] {
    ["search", "small.yaml", "--run", name] + Self.options
  }

  /// The trials of a run that have ended, where there is a journal by now whose ledger closes.
  private func endedTrials(_ path: String) throws -> [Trial] {
    guard let journal = try? Journal.open(at: path + "/study.sqlite", readOnly: true) else { return [] }
    let trials = try journal.trials()
    if let ledger = EnergyLedger(trials: trials, sessions: try journal.sessionBooks()) {
      #expect(ledger.imbalance <= 1e-9)
      #expect((ledger["trials-interrupted"]?.energy.joules ?? -1) >= 0)
    }
    return trials.filter { $0.state != .running }
  }

  @Test(
    "a search whose process is killed a hundred times loses no trial, trains none twice, and closes its books"
  )
  func hundredKills() throws {
    let place = try Workplace.withSmallStudy()
    let whole = try place.run(run(place, "whole"))
    #expect(whole.status == 0, "\(whole.errors)")
    let expected = try place.table("whole/trials.csv").without(Table.measuredColumns)
    // As long as a session takes that begins with nothing done, and a bit.
    var delays = RandomStream(seed: 6, purpose: "kills")
    var (kills, runs) = (0, 0)
    while kills < Self.kills {
      runs += 1
      let name = "run-\(runs)"
      var ended: [Trial] = []
      var isDone = false
      while !isDone {
        let isBegun = (try? RunFolder(path: place.path(name)).heldStudyName()) != nil
        let running = try place.start(run(place, name) + (isBegun ? ["--resume"] : []))
        if kills < Self.kills {
          usleep(UInt32(delays.integer(below: 700_000)))
          running.signal(SIGKILL)
        }
        let result = try running.wait()
        if result.status == nil { kills += 1 } else { try #require(result.status == 0, "\(result.errors)") }
        isDone = result.status == 0
        let now = try endedTrials(place.path(name))
        // What had ended is there, bit by bit.
        #expect(Array(now.prefix(ended.count)).map(\.number) == ended.map(\.number))
        for (before, after) in zip(ended, now) { #expect(before == after, "trial \(before.number)") }
        ended = now
      }
      #expect(try place.table("\(name)/trials.csv").without(Table.measuredColumns) == expected)
      #expect(try place.table("\(name)/trials.csv").rows.count == 12)
      #expect(!place.names(in: name).contains { $0 == "checkpoints" || $0.hasPrefix(".wattle-") })
      let metered = try #require(place.json("\(name)/summary.json").number("metered_joules"))
      let booked = try place.table("\(name)/ledger.csv").numbers("joules").reduce(0, +)
      #expect(abs(booked - metered) <= 1e-9 * metered)
    }
    #expect(kills == Self.kills)
  }

  @Test("what a search that was killed at its very start has left is no obstacle, and goes away")
  func draft() throws {
    let place = try Workplace.withSmallStudy()
    try FileManager.default.createDirectory(atPath: place.path("run"), withIntermediateDirectories: true)
    for name in [".lock", ".wattle-8D6F8F0B", ".wattle-8D6F8F0B-wal", "study.sqlite-journal"] {
      try place.write("", to: "run/\(name)")
    }
    let ended = try place.run("search", "small.yaml", "--run", "run", "--trials", "1")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(!place.names(in: "run").contains(".wattle-8D6F8F0B"))
    try place.write("", to: "run/.wattle-0B")
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2", "--resume").status == 0)
    #expect(!place.names(in: "run").contains(".wattle-0B"))
  }

  /// One training of some seconds, which writes checkpoints all the time.
  private static let longTraining = [
    "search", "small.yaml", "--run", "run", "--trials", "1", "--workers", "1", "--set",
    "training.epochs=2000",
    "--set", "architecture[0].dense.units={int: [60, 60]}", "--set",
  ]

  /// After how many epochs the journal has a checkpoint at least: files of earlier ones go when it has a later one.
  private func recordedEpochs(_ place: Workplace) -> Int {
    place.names(in: "run/checkpoints").compactMap {
      $0.wholeMatch(of: /trial-0\.epoch-(\d+)\.checkpoint/).flatMap { Int($0.1) }
    }.min() ?? 0
  }

  /// Kills the long training once the journal has a checkpoint of an epoch or of a later one.
  ///
  /// - Returns: the command that began it.
  private func killed(_ place: Workplace, behindEpoch epoch: Int) throws -> [String] {
    let command = Self.longTraining + ["execution.checkpoint-interval=0.001 s"]
    let running = try place.start(command)
    #expect(eventually { recordedEpochs(place) >= epoch })
    running.signal(SIGKILL)
    #expect(try running.wait().status == nil)
    return command
  }

  private func expectWhole(_ place: Workplace) throws {
    let whole = try place.run(
      Self.longTraining.map { $0 == "run" ? "whole" : $0 } + ["execution.checkpoint-interval=1 h"])
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(
      try place.table("run/trials.csv").without(Table.measuredColumns)
        == place.table("whole/trials.csv").without(Table.measuredColumns))
    #expect(!place.names(in: "run").contains("checkpoints"))
  }

  @Test("a training that was killed goes on from its last checkpoint")
  func checkpoints() throws {
    let place = try Workplace.withSmallStudy()
    let command = try killed(place, behindEpoch: 300)
    let resumed = try place.run(command + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(!resumed.errors.contains("could not go on"))
    let goesOn = resumed.errors.firstMatch(of: /trial 0 goes on from its checkpoint after (\d+) epochs/)
    #expect((goesOn.flatMap { Int($0.1) } ?? 0) >= 300, "\(resumed.errors)")
    try expectWhole(place)
    // Of what the first session took, but for the end behind its last checkpoint, nothing is lost.
    let ledger = try place.table("run/ledger.csv")
    let joules = Dictionary(uniqueKeysWithValues: zip(ledger["account"], ledger.numbers("joules")))
    let journal = try Journal.open(at: place.path("run/study.sqlite"), readOnly: true)
    let carried = try #require(journal.trials().first?.carriedEnergy).energy.joules
    #expect(carried > 0)
    #expect(joules["trials-interrupted", default: .infinity] < carried)
    #expect(joules["trials-completed", default: 0] > carried)
  }

  @Test("a checkpoint whose folder is lost is said, and what it held stays among what was interrupted")
  func lostFolder() throws {
    let place = try Workplace.withSmallStudy()
    let command = try killed(place, behindEpoch: 30)
    let path = place.path("run/study.sqlite")
    try FileManager.default.removeItem(atPath: place.path("run/checkpoints"))
    try place.write("", to: "run/checkpoints")
    let resumed = try place.run(command + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.errors.contains("trial 0 is trained from its beginning"), "\(resumed.errors)")
    let trials = try Journal.open(at: path, readOnly: true).trials()
    #expect(trials.first?.carriedEnergy == nil && trials.first?.state == .completed)
  }

  @Test("Ctrl-C stops a long training behind a checkpoint, from which it goes on")
  func pause() throws {
    let place = try Workplace.withSmallStudy()
    let command = Self.longTraining + ["execution.checkpoint-interval=1 h"]
    let running = try place.start(command)
    #expect(eventually { (try? place.run("show", "run", "0").status) == 0 })
    running.signal(SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 130, "\(ended.errors)")
    #expect(place.names(in: "run/checkpoints").count == 1)
    #expect(try place.table("run/trials.csv")["state"] == ["running"])
    let hint =
      "No search is at work on this run; go on with: wattle search run/config.yaml --run run --resume"
    #expect(try place.run("show", "run").output.contains(hint))
    let resumed = try place.run(command + ["--resume"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try !place.run("show", "run").output.contains("No search is at work"))
    try expectWhole(place)
    let ledger = try place.table("run/ledger.csv")
    // The pause itself took a moment.
    #expect(ledger.numbers("joules")[3] < ledger.numbers("joules")[0] / 10, "\(ledger)")
  }
}
