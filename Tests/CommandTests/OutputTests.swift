import Foundation
import Testing

@Suite struct OutputTests {
  let place: Workplace

  init() throws {
    place = try .withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "3").status == 0)
  }

  /// Standard output whose reader has left.
  private func closedPipe() throws -> FileHandle {
    let pipe = Pipe()
    try pipe.fileHandleForReading.close()
    return pipe.fileHandleForWriting
  }

  @Test(
    "a reader that has seen enough is no error",
    arguments: [["show", "run"], ["pareto", "run", "--csv", "-"], ["doctor"]])
  func closedOutput(arguments: [String]) throws {
    let ended = try place.run(arguments, output: closedPipe())
    #expect(ended.status == 0)
    #expect(ended.errors.isEmpty)
  }

  @Test("a search whose reader has left still writes its files")
  func closedOutputOfSearch() throws {
    let ended = try place.run(
      ["search", "small.yaml", "--run", "other", "--trials", "2"], output: closedPipe())
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("other/trials.csv").rows.count == 2)
  }

  @Test(
    "a full disk behind standard output is an error",
    arguments: [["show", "run"], ["pareto", "run", "--csv", "-"]])
  func fullOutput(arguments: [String]) throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let ended = try place.run(arguments, output: full)
    #expect(ended.status == 73)
    #expect(
      ended.errorLines == ["standard output: cannot be written: No space left on device; free some space"])
  }

  @Test("a full device is an error, and stays a device")
  func fullDevice() throws {
    // By a link, so that a program that renames onto its target would replace the link and not the device.
    try FileManager.default.createSymbolicLink(
      atPath: place.path("full.csv"), withDestinationPath: "/dev/full")
    let ended = try place.run("pareto", "run", "--csv", "full.csv")
    #expect(ended.status == 73)
    #expect(ended.errorLines == ["full.csv: cannot be written: No space left on device; free some space"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: place.path("full.csv")) == "/dev/full")
  }

  @Test("a file is replaced, a place that cannot be written is named")
  func files() throws {
    try place.write(String(repeating: "old\n", count: 10_000), to: "front.csv")
    #expect(try place.run("pareto", "run", "--csv", "front.csv").status == 0)
    #expect(try place.text(of: "front.csv") == place.text(of: "run/pareto.csv"))
    let folder = try place.run("pareto", "run", "--csv", "run")
    #expect(folder.status == 73)
    #expect(
      folder.errorLines == [
        "run: cannot be written: Is a directory; take the folder away, or choose another path"
      ])
    let nowhere = try place.run("pareto", "run", "--csv", "nowhere/front.csv")
    #expect(nowhere.status == 73)
    #expect(nowhere.errorLines == ["nowhere/front.csv: cannot be written: No such file or directory"])
  }

  @Test("doctor says what the machine can measure")
  func doctor() throws {
    let ended = try place.run("doctor")
    #expect(ended.status == 0, "\(ended.errors)")
    for part in ["processor", "Energy: ", "power-model", "powercap", "GFLOP/s"] {
      #expect(ended.output.contains(part), "\(part)")
    }
    let report = try JSON(parsing: place.run("doctor", "--json").output)
    #expect(try #require(report.object("engine")?.number("gigaflops")) > 0)
    #expect(try #require(report.number("workers")) >= 1)
    #expect(try #require(report.object("meter_cost")?.number("window_microseconds")) > 0)
    let sources = report.object("energy")?.objects("sources") ?? []
    #expect(
      Set(sources.compactMap { $0.text("name") }) == ["powercap", "perf", "hwmon", "battery", "power-model"])
    // It changes nothing.
    #expect(place.names() == ["run", "small.yaml"])
  }
}
