import Foundation
import Testing

@Suite struct MeterTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test("the command's exit code is passed on, 128 + n for signal n", arguments: [0, 3, 255, 128 + 15])
  func exitCode(code: Int32) throws {
    let script = code > 128 && code < 255 ? "kill -\(code - 128) $$" : "exit \(code)"
    let ended = try place.run("meter", "--", "sh", "-c", script)
    #expect(ended.status == code, "\(ended.errors)")
    #expect(ended.errors.contains("energy "))
    if code == 3 { #expect(ended.errors.contains("the command exited with 3")) }
    if code == 143 { #expect(ended.errors.contains("the command was ended by signal 15 (Terminated)")) }
  }

  @Test("a command that cannot be run gives the codes of env, and one line")
  func notRun() throws {
    let missing = try place.run("meter", "--", "no-such-command")
    #expect(missing.status == 127)
    #expect(missing.errorLines == ["no-such-command: command not found; look at its spelling and at PATH"])
    try place.write("echo never", to: "plain")
    for program in ["./plain", "/tmp"] {
      let ended = try place.run("meter", "--", program)
      #expect(ended.status == 126)
      #expect(ended.errorLines == ["\(program): cannot be run: Permission denied"])
    }
  }

  @Test("a script without a header is run by the shell, as execvp does it")
  func scriptWithoutHeader() throws {
    try place.write("echo \"$0 $1\"; exit 4", to: "script")
    #expect(chmod(place.path("script"), 0o755) == 0)
    let ended = try place.run("meter", "--quiet", "--", "./script", "word")
    #expect(ended.status == 4)
    #expect(ended.output == "./script word\n")
  }

  @Test("input, output and words are the command's own")
  func streams() throws {
    let inner = "'\(programPath)' meter --quiet --"
    let ended = try place.run(
      "meter", "--", "sh", "-c",
      "echo in | \(inner) cat; \(inner) printf '<%s>' --json -q 'a b' ''; echo err >&2")
    #expect(ended.output == "in\n<--json><-q><a b><>")
    #expect(ended.errors.hasPrefix("err\n"))
    // Without -- the command begins at the first word that is no option.
    #expect(try place.run("meter", "-q", "echo", "--help", "--", "x").output == "--help -- x\n")
    // A word that is no UTF-8 arrives as it was.
    let bytes = "\(inner) printf %s \"$(printf '\\351')\" | od -An -tx1"
    #expect(try place.run("meter", "-q", "--", "sh", "-c", bytes).output == " e9\n")
  }

  @Test("--quiet leaves standard error to the command")
  func quiet() throws {
    let ended = try place.run("meter", "--quiet", "--", "sh", "-c", "echo err >&2")
    #expect(ended.errors == "err\n")
  }

  @Test("the figures agree with each other")
  func figures() throws {
    let (ended, json) = try place.meter(busyLoop, "--region", "FR", "--pue", "1.5")
    #expect(ended.status == 0 && ended.output.isEmpty)
    let energy = try #require(json.object("energy"))
    let joules = try #require(energy.number("joules"))
    #expect(try #require(energy.number("low_joules")) <= joules)
    #expect(try #require(energy.number("high_joules")) >= joules)
    #expect(energy.text("source") == json.text("energy_source"))
    #expect(energy.text("tier") != nil && energy.text("detail") != nil)
    let run = try #require(json.objects("runs").first)
    let wall = try #require(run.number("wall_seconds"))
    #expect(try #require(json.object("watts")?.number("mean")).isNear(joules / wall))
    #expect(
      try #require(json.object("co2eq_g")?.number("mean")).isNear(joules / 3.6e6 * 44.2 * 1.5))
    let parts = try #require(run.number("user_seconds")) + #require(run.number("system_seconds"))
    #expect(try #require(run.number("cpu_seconds")).isNear(parts))
    #expect(try #require(run.number("peak_memory_bytes")) > 100_000)
    #expect(ended.errors.contains("(France, 44.20 g/kWh, PUE 1.5)"), "\(ended.errors)")
    #expect(ended.errors.contains("CPUs busy") && ended.errors.contains("peak memory"))
  }

  @Test("a range of the power usage effectiveness widens the emissions, and its middle is the estimate")
  func effectivenessRange() throws {
    let (ended, json) = try place.meter(busyLoop, "--region", "FR", "--pue", "1.1-1.3")
    let energy = try #require(json.object("energy"))
    let grams = try #require(json.object("co2eq_g"))
    for (bound, joules, factor) in [
      ("mean", "joules", 1.2), ("low", "low_joules", 1.1), ("high", "high_joules", 1.3),
    ] {
      let expected = try #require(energy.number(joules)) / 3.6e6 * 44.2 * factor
      #expect(try #require(grams.number(bound)).isNear(expected), "\(bound)")
    }
    let pue = try #require(json.object("pue"))
    #expect([pue.number("value"), pue.number("low"), pue.number("high")] == [1.2, 1.1, 1.3])
    #expect(ended.errors.contains("PUE 1.2 [1.1–1.3])"), "\(ended.errors)")
  }

  @Test("a large process's peak is seen even if it is gone at once")
  func peakMemory() throws {
    // 100 MB, held for a moment only.
    let (_, json) = try place.meter("head -c 100000000 /dev/zero | tail -c 90000000 > /dev/null")
    let peak = try #require(json.objects("runs").first?.number("peak_memory_bytes"))
    #expect(peak > 85e6 && peak < 250e6, "\(peak)")
  }

  @Test("a command shorter than the resolution is labelled, and has no zeros")
  func short() throws {
    let ended = try place.run("meter", "--json", "meter.json", "--", "true")
    #expect(ended.errors.contains("shorter than the resolution of 200 ms"), "\(ended.errors)")
    #expect(ended.errors.contains("use --repeat "))
    #expect(!ended.errors.contains(/energy +0 J/))
    let json = try place.json("meter.json")
    #expect(json.members["is_short"] == .truth(true))
    if let energy = json.object("energy") { #expect(try #require(energy.number("joules")) > 0) }
    let (long, longJSON) = try place.meter("sleep 0.25")
    #expect(!long.errors.contains("shorter than the resolution"), "\(long.errors)")
    #expect(longJSON.members["is_short"] == .truth(false))
  }

  @Test("--repeat runs as often as it says and shows how the runs spread")
  func repeated() throws {
    let (ended, json) = try place.meter("echo run >> runs; \(busyLoop)", "--repeat", "3")
    #expect(try place.text(of: "runs") == "run\nrun\nrun\n")
    #expect(ended.errors.contains("3 runs") && ended.errors.contains("standard deviation"), "\(ended.errors)")
    let runs = json.objects("runs")
    let joules = runs.compactMap { $0.object("energy")?.number("joules") }
    #expect(joules.count == 3)
    let mean = joules.reduce(0, +) / 3
    let deviation = (joules.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot()
    let spread = try #require(json.object("spread")?.object("joules"))
    #expect(try #require(spread.number("mean")).isNear(mean))
    #expect(spread.number("minimum") == joules.min() && spread.number("maximum") == joules.max())
    #expect(try #require(spread.number("standard_deviation")).isNear(deviation, relative: 1e-6))
    #expect(try #require(json.object("energy")?.number("joules")).isNear(mean))
  }

  @Test("runs that fail are repeated, one that a signal ends is the last")
  func repeatedFailure() throws {
    let (ended, json) = try place.meter("echo run >> runs; exit $(wc -l < runs)", "--repeat", "3")
    #expect(ended.status == 1)
    #expect(json.objects("runs").map { $0.number("exit_code") } == [1, 2, 3])
    #expect(ended.errors.contains("run 3 exited with 3"))
    let (killed, killedJSON) = try place.meter("kill -9 $$", "--repeat", "3")
    #expect(killed.status == 137)
    #expect(killedJSON.objects("runs").map { $0.number("signal") } == [9])
  }

  @Test("nothing runs if the result could not be written or the source not be read")
  func checkedFirst() throws {
    try place.write("a,b\n1,2\n", to: "other.csv")
    let cases: [([String], Int32, String)] = [
      (["--json", "nowhere/x.json"], 73, "nowhere/x.json: cannot be written: No such file or directory"),
      (["--csv", "/tmp"], 73, "/tmp: cannot be written: Is a directory"),
      (["--csv", "other.csv"], 65, "other.csv: expected the columns of CodeCarbon"),
    ]
    for (options, status, message) in cases {
      let ended = try place.run(["meter"] + options + ["--", "touch", "ran"])
      #expect(ended.status == status)
      #expect(ended.errorLines.count == 1 && ended.errors.hasPrefix(message), "\(ended.errors)")
    }
    #expect(place.names() == ["other.csv"])
    #expect(try place.text(of: "other.csv") == "a,b\n1,2\n")
  }

  @Test("what cannot be written after all does not hide that the command failed")
  func fullDevice() throws {
    let failed = try place.run("meter", "-q", "--json", "/dev/full", "--", "sh", "-c", "exit 5")
    #expect(failed.status == 5)
    #expect(failed.errorLines == ["/dev/full: cannot be written: No space left on device; free some space"])
    #expect(try place.run("meter", "-q", "--json", "/dev/full", "--", "true").status == 73)
  }

  @Test(
    "wrong usage runs nothing",
    arguments: [
      [], ["--"], ["--repeat", "0", "--", "touch", "ran"], ["--repaet", "2", "--", "touch", "ran"],
      ["--pue", "0.5", "touch", "ran"], ["--pue", "1.3-1.1", "touch", "ran"],
      ["--region", "Atlantis", "touch", "ran"],
      ["--energy-source", "magic", "touch", "ran"], ["--json", "-", "--csv", "-", "touch", "ran"],
      ["--json", "", "touch", "ran"],
    ])
  func wrongUsage(arguments: [String]) throws {
    let ended = try place.run(["meter"] + arguments)
    #expect(ended.status == 64, "\(ended.errors)")
    #expect(ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.hasSuffix("; see `wattle meter --help`\n"), "\(ended.errors)")
    #expect(place.names().isEmpty)
  }
}

extension Double {
  /// Equal but for rounding.
  fileprivate func isNear(_ other: Double, relative: Double = 1e-9) -> Bool {
    abs(self - other) <= relative * max(abs(self), abs(other))
  }
}
