import Foundation
import Testing

/// Whether this user may mount a file system of his own.
private let mayMount: Bool = {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sh")
  process.arguments = ["-c", "unshare -rm mount -t tmpfs -o size=40k none /mnt 2>&1"]
  process.standardOutput = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return false }
  process.waitUntilExit()
  return process.terminationStatus == 0
}()

@Suite struct FullDiskTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    try FileManager.default.createDirectory(atPath: place.path("disk"), withIntermediateDirectories: true)
  }

  /// Runs a script in which the folder `disk` has room for so many kB.
  private func shell(kilobytes: Int, _ script: String) throws -> Ended {
    let function = "wattle() { timeout -s KILL 60 '\(programPath)' \"$@\"; }; "
    try place.write(
      "mount -t tmpfs -o size=\(kilobytes)k none disk || exit 99\n\(function)\n\(script)\n", to: "script")
    return try Running(["-rm", "bash", "script"], of: "/usr/bin/unshare", in: place, input: nil, output: nil)
      .wait()
  }

  @Test("a search whose disk is full says so and can go on when there is room", .enabled(if: mayMount))
  func search() throws {
    let ended = try shell(
      kilobytes: 400,
      """
      wattle search small.yaml --run disk/run --trials 1000 --workers 1 2> errors; echo "status $?"
      tail -n 1 errors
      mount -o remount,size=100m disk
      wattle search disk/run/config.yaml --run disk/run --resume --trials 30 --workers 1 2> errors; echo "status $?"
      tail -n 1 errors
      """)
    let lines = ended.outputLines
    #expect(lines.first == "status 73", "\(ended.output) \(ended.errors)")
    let failure = try #require(lines.dropFirst().first)
    #expect(failure.hasPrefix("disk/run/") && !failure.contains("SQL"), "\(failure)")
    #expect(
      failure.contains(
        "cannot be written: No space left on device; free some space, then go on with: "
          + "wattle search disk/run/config.yaml --run disk/run --resume"), "\(failure)")
    #expect(lines.contains("status 0"), "\(lines)")
    #expect(lines.last == "The run is in disk/run.")
  }

  @Test("a search that goes on makes room of what is of no use to it", .enabled(if: mayMount))
  func obsoleteCheckpoints() throws {
    let ended = try shell(
      kilobytes: 1000,
      """
      wattle search small.yaml --run disk/run --trials 1 --workers 1 2> errors; echo "status $?"
      mkdir -p disk/run/checkpoints
      dd if=/dev/zero of=disk/run/checkpoints/trial-1.epoch-7.checkpoint bs=1k 2> /dev/null
      wattle search disk/run/config.yaml --run disk/run --resume --trials 3 --workers 1 2> errors; echo "status $?"
      cat errors
      """)
    #expect(ended.outputLines.count { $0 == "status 0" } == 2)
    #expect(ended.outputLines.last == "The run is in disk/run.", "\(ended.output) \(ended.errors)")
  }

  @Test("a search that finds the disk full at its start leaves nothing of a run", .enabled(if: mayMount))
  func searchAtStart() throws {
    let ended = try shell(
      kilobytes: 12, "wattle search small.yaml --run disk/run; echo \"status $?\"; ls disk/run")
    #expect(ended.output == "status 73\n", "\(ended.output)")
    #expect(ended.errorLines.count == 1 && ended.errors.hasPrefix("disk/run/"), "\(ended.errors)")
    #expect(ended.errors.contains("cannot be written: No space left on device; free some space\n"))
  }

  @Test("weights for which there is no room fail the command and leave nothing", .enabled(if: mayMount))
  func weights() throws {
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "1").status == 0)
    let ended = try shell(
      kilobytes: 16,
      "wattle train run --seeds 9 --output disk/model 2> errors; echo \"status $?\"; ls -A disk")
    #expect(ended.output == "status 73\n", "\(ended.output)")
    let failure = try #require(try place.text(of: "errors").split(separator: "\n").last)
    #expect(
      failure.hasPrefix("disk/model/seed-1")
        && failure.hasSuffix(".safetensors: cannot be written: No space left on device; free some space"),
      "\(failure)")
  }

  @Test(
    "a limit of file sizes is an error as a full disk is",
    arguments: ["search small.yaml --run new", "train run --seeds 1", "pareto run --csv front.csv"])
  func limit(command: String) throws {
    let widened = smallConfiguration.replacing("[8, 16]", with: "[256]")
    try place.write(widened, to: "wide.yaml")
    #expect(try place.run("search", "wide.yaml", "--run", "run", "--trials", "12").status == 0)
    // A block is 1024 bytes. A reader of the journal needs 32 of them, the weights more than 64, a front few.
    let blocks = command.hasPrefix("train") ? 40 : command.hasPrefix("pareto") ? 0 : 8
    let limited = "ulimit -f \(blocks); env --default-signal=XFSZ '\(programPath)' \(command)"
    let ended = try place.shell("(\(limited)) 2>&1 | cat")
    let last = ended.outputLines.last ?? ""
    #expect(
      last.hasSuffix("cannot be written: File too large; raise the limit of file sizes (ulimit -f)"),
      "\(ended.output)")
    #expect(try place.shell("(\(limited)) > /dev/null 2>&1").status == 73)
    #expect(!place.names().contains("front.csv") && !place.names(in: "run").contains("trial-0"))
  }

  @Test("a metered command has the limit's signal as it would have without the meter")
  func signalOfLimit() throws {
    let script = "bash -c 'ulimit -f 1; head -c 9999 /dev/zero > big'; echo $?"
    let meter = "'\(programPath)' meter -q --"
    #expect(try place.shell("env --default-signal=XFSZ \(script)").output == "153\n")
    #expect(try place.shell("env --default-signal=XFSZ \(meter) \(script)").output == "153\n")
    #expect(try place.shell("env --ignore-signal=XFSZ \(meter) \(script)").output == "1\n")
  }
}
