import Foundation
import Testing

/// Whether this user may mount a file system of his own.
private let mayMount: Bool = {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", "unshare -rm mount -t tmpfs none /mnt 2>&1"]
  process.standardOutput = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()

/// Commands that only look at a run.
@Suite struct ReadingRunTests {
  let place: Workplace
  private static let commands = [
    "show run", "show run 0 --json", "pareto run", "life-cycle run --inferences 1e6",
  ]

  init() throws {
    place = try .withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2").status == 0)
  }

  @Test("leave nothing behind", arguments: commands)
  func nothingLeft(command: String) throws {
    let before = place.names(in: "run")
    #expect(!before.contains("study.sqlite-wal"))
    let ended = try place.shell("wattle \(command)")
    #expect(ended.status == 0 && !ended.output.isEmpty, "\(ended.errors)")
    #expect(place.names(in: "run") == before)
  }

  @Test("need no room for a file", arguments: commands)
  func noRoom(command: String) throws {
    let ended = try place.shell("set -o pipefail; (ulimit -f 0; wattle \(command) 2>&1) | cat")
    #expect(ended.status == 0, "\(ended.output)")
  }

  @Test("work on a medium that is read-only", .enabled(if: mayMount), arguments: commands)
  func readOnlyMedium(command: String) throws {
    try place.write(
      """
      mkdir disk; mount -t tmpfs none disk || exit 99
      cp -r run disk/run; mount -o remount,ro disk || exit 98; cd disk
      timeout -s KILL 30 '\(programPath)' \(command)
      """, to: "script")
    let ended = try Running(
      ["-rm", "bash", "script"], of: "/usr/bin/unshare", in: place, input: nil, output: nil
    ).wait()
    #expect(ended.status == 0 && !ended.output.isEmpty, "\(ended.errors)")
  }

  @Test("see what a search that was killed had written last")
  func afterDeath() throws {
    let search = try place.start(["search", "small.yaml", "--run", "killed", "--trials", "100000"])
    #expect(eventually { search.endedTrials > 2 }, "\(search.errors)")
    // While it writes, too.
    let shown = try place.json(fromRunning: ["show", "killed", "--json"])
    #expect(try #require(shown.object("trials")?.number("total")) >= 3)
    search.signal(SIGKILL)
    let ended = try search.wait()
    let said = ended.errors.split(separator: "\n").count { $0.contains("] trial ") }
    let after = try place.json(fromRunning: ["show", "killed", "--json"])
    #expect(try #require(after.object("trials")?.number("total")) >= Double(said))
  }
}

extension Workplace {
  /// What the program prints as JSON.
  fileprivate func json(fromRunning arguments: [String]) throws -> JSON {
    let ended = try run(arguments)
    #expect(ended.status == 0, "\(ended.errors)")
    return try JSON(parsing: ended.output)
  }
}
