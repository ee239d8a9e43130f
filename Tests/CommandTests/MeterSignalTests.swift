import Foundation
import Testing

@Suite struct MeterSignalTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// Counts a signal until the file `stop` exists, a line each on standard error, and exits with 9.
  private func counting(_ name: String) -> String {
    "trap 'echo got >&2' \(name); echo ready >&2; n=0; while [ ! -e stop ] && [ $n -lt 2000 ]; do sleep 0.02; n=$((n+1)); done; exit 9"
  }

  private func start(_ script: String, _ options: String...) throws -> Running {
    let running = try place.start(["meter", "-q"] + options + ["--", "sh", "-c", script])
    #expect(eventually { running.errors.contains("ready") })
    return running
  }

  /// The program's children that run the program's own code.
  private func witnesses(of running: Running) -> [Int32] {
    running.workers().filter { child in
      (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8))?.hasPrefix("wattle") == true
    }
  }

  @Test(
    "a signal to the program reaches the command once",
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1])
  func once(number: Int32) throws {
    let name = [SIGINT: "INT", SIGTERM: "TERM", SIGHUP: "HUP", SIGQUIT: "QUIT", SIGUSR1: "USR1"]
    let running = try start(counting(try #require(name[number])))
    running.signal(number)
    #expect(eventually { running.errors.contains("got") })
    usleep(100_000)
    try place.write("", to: "stop")
    let ended = try running.wait()
    #expect(ended.status == 9)
    #expect(ended.errorLines == ["ready", "got"])
  }

  @Test("a signal to the whole process group reaches the command once, again and again")
  func group() throws {
    let running = try start(counting("INT"))
    let program = running.process.processIdentifier
    // The test's own group must not get it.
    try #require(getpgid(program) == program)
    for count in 1...3 {
      let witnesses = witnesses(of: running)
      kill(-program, SIGINT)
      #expect(eventually { running.errors.split(separator: "\n").count { $0 == "got" } >= count })
      // The program has dealt with it when it has a new witness alone.
      #expect(
        eventually {
          let others = self.witnesses(of: running)
          return others.count == 1 && others != witnesses
        })
    }
    // One that only the program gets is still handed on.
    running.signal(SIGINT)
    #expect(eventually { running.errors.split(separator: "\n").count { $0 == "got" } >= 4 })
    usleep(100_000)
    try place.write("", to: "stop")
    let ended = try running.wait()
    #expect(ended.errorLines == ["ready", "got", "got", "got", "got"])
    #expect(ended.status == 9)
  }

  @Test("signals to the process group in quick succession each reach the command once")
  func groupInSuccession() throws {
    let running = try start(counting("INT"))
    let program = running.process.processIdentifier
    try #require(getpgid(program) == program)
    for pause in 0..<200 {
      kill(-program, SIGINT)
      // The command counts each only if it comes after the one before.
      let count = pause + 1
      #expect(eventually { running.errors.split(separator: "\n").count { $0 == "got" } >= count })
      usleep(UInt32(pause % 20) * 200)
    }
    usleep(100_000)
    try place.write("", to: "stop")
    #expect(try running.wait().errorLines.count { $0 == "got" } == 200)
  }

  @Test("Ctrl-C on a terminal reaches the command once", .enabled(if: access("/usr/bin/script", X_OK) == 0))
  func terminal() throws {
    let process = Process()
    let keyboard = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
    try place.write(counting("INT"), to: "counting.sh")
    // Without `exec` a shell that waits for the program takes the key as well, and some report that as their end.
    process.arguments = [
      "--quiet", "--return", "--command", "exec '\(programPath)' meter -q -- sh counting.sh 2> seen",
      "/dev/null",
    ]
    process.currentDirectoryURL = place.url
    process.standardInput = keyboard
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    func seen() -> [Substring] { ((try? place.text(of: "seen")) ?? "").split(separator: "\n") }
    #expect(eventually { seen() == ["ready"] })
    try keyboard.fileHandleForWriting.write(contentsOf: Data([3]))
    #expect(eventually { seen().contains("got") })
    usleep(100_000)
    try place.write("", to: "stop")
    process.waitUntilExit()
    #expect(process.terminationStatus == 9)
    #expect(seen() == ["ready", "got"])
  }

  @Test("a signal that ends the command ends the program with 128 + n, after the result, and the series")
  func ending() throws {
    let running = try place.start([
      "meter", "--repeat", "3", "--json", "meter.json", "--", "sh", "-c", "echo ready >&2; exec sleep 60",
    ])
    #expect(eventually { running.errors.contains("ready") })
    running.signal(SIGTERM)
    let ended = try running.wait()
    #expect(ended.status == 143)
    #expect(ended.errors.contains("ended by signal 15"), "\(ended.errors)")
    #expect(try place.json("meter.json").objects("runs").count == 1)
  }

  @Test("a series ends with the run in which somebody asked for the end")
  func endOfSeries() throws {
    let running = try place.start([
      "meter", "--repeat", "50", "--json", "meter.json", "--", "sh", "-c",
      // Each run lasts until the signal comes, which thus meets the first and its trap.
      "trap 'exit 0' INT; echo ready >&2; n=0; while [ $n -lt 2000 ]; do sleep 0.02; n=$((n+1)); done; exit 7",
    ])
    #expect(eventually { running.errors.contains("ready") })
    running.signal(SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 128 + SIGINT, "\(ended.errors)")
    #expect(ended.errors.contains("signal 2 (Interrupt) ended the series after 1 of 50 runs"))
    #expect(try place.json("meter.json").objects("runs").count == 1)
  }

  @Test("a signal between two runs ends the series with 128 + n", arguments: [SIGINT, SIGTERM, SIGHUP])
  func betweenRuns(number: Int32) throws {
    // The command ends while the program is stopped, and the signal comes when nothing runs that it could be handed on to.
    let running = try place.start([
      "meter", "--repeat", "50", "--json", "meter.json", "--", "sh", "-c",
      "echo $$ > child; echo ready >&2; while [ ! -e stop ]; do sleep 0.02; done; exit 0",
    ])
    #expect(eventually { running.errors.contains("ready") })
    let child = try #require(Int32(place.text(of: "child").dropLast()))
    running.signal(SIGSTOP)
    try place.write("", to: "stop")
    #expect(eventually { !ProcessState.isAlive(child) })
    running.signal(number)
    running.signal(SIGCONT)
    let ended = try running.wait()
    #expect(ended.status == 128 + number, "\(ended.errors)")
    let count = try place.json("meter.json").objects("runs").count
    #expect(ended.errors.contains("ended the series after \(count) of 50 runs"), "\(ended.errors)")
  }

  @Test("stopping the program stops the command, and both go on")
  func stopped() throws {
    let running = try start("echo $$ > child; \(counting("USR2"))")
    let program = running.process.processIdentifier
    let child = try #require(Int32(place.text(of: "child").dropLast()))
    func states() -> [Character?] { [program, child].map { ProcessState(of: $0)?.state } }
    running.signal(SIGTSTP)
    #expect(eventually { states() == ["T", "T"] }, "\(states())")
    running.signal(SIGCONT)
    #expect(eventually { !states().contains("T") }, "\(states())")
    try place.write("", to: "stop")
    #expect(try running.wait().status == 9)
  }

  @Test("what the program was started to ignore, the command ignores too")
  func ignored() throws {
    let script =
      "trap '' HUP; exec '\(programPath)' meter -q -- sh -c 'kill -HUP $$; kill -HUP $PPID; echo alive'"
    let ended = try place.run("meter", "-q", "--", "sh", "-c", script)
    #expect(ended.status == 0)
    #expect(ended.output == "alive\n")
  }

  @Test("nothing of the program is left when it is killed")
  func killed() throws {
    let running = try start(counting("USR2"))
    let children = running.workers()
    let others = witnesses(of: running)
    #expect(others.count == 1)
    running.signal(SIGKILL)
    #expect(eventually { !others.contains(where: ProcessState.isAlive) })
    try place.write("", to: "stop")
    #expect(eventually { !children.contains(where: ProcessState.isAlive) })
  }
}
