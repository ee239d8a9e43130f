import Foundation
import Testing

@Suite struct LimitTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test(
    "limits with which the libraries would hang are refused at once, with what is needed",
    arguments: [
      ("ulimit -v 200000", "the limit of address space (ulimit -v) in MiB is 195; at least "),
      ("ulimit -v 262144", "the limit of address space (ulimit -v) in MiB is 256; at least "),
      ("ulimit -d 60000", "the limit of data (ulimit -d) in MiB is 58; at least "),
      ("ulimit -n 12", "the limit of open files (ulimit -n) is 12; at least 32 needed here; raise it"),
    ])
  func refused(limit: String, message: String) throws {
    let ended = try place.shell("\(limit); wattle --version")
    #expect(ended.status == 71)
    #expect(ended.output.isEmpty && ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.hasPrefix("wattle: " + message), "\(ended.errors)")
  }

  @Test("what is said to be needed is enough")
  func enough() throws {
    let refused = try place.shell("ulimit -v 200000; wattle --version")
    let needed = try #require(refused.errors.firstMatch(of: /at least (\d+) needed/).flatMap { Int($0.1) })
    try place.write(smallConfiguration, to: "small.yaml")
    let ended = try place.shell(
      "ulimit -v \((needed + 1) * 1024); ulimit -n 32; wattle search small.yaml --trials 2 --run run")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  @Test("what is said to be needed of data is enough")
  func enoughData() throws {
    let refused = try place.shell("ulimit -d 60000; wattle --version")
    let needed = try #require(refused.errors.firstMatch(of: /at least (\d+) needed/).flatMap { Int($0.1) })
    try place.write(smallConfiguration, to: "small.yaml")
    let ended = try place.shell(
      "ulimit -d \((needed + 1) * 1024); wattle search small.yaml --trials 2 --run run")
    #expect(ended.status == 0, "\(ended.errors)")
  }

  @Test("a limit of file sizes that the journal comes to is named")
  func fileSize() throws {
    try place.write(smallConfiguration, to: "small.yaml")
    let ended = try place.shell("ulimit -f 40; wattle search small.yaml --run run")
    #expect(ended.status == 73)
    #expect(
      ended.errorLines.last?.contains(
        "cannot be written: File too large; raise the limit of file sizes (ulimit -f)")
        == true, "\(ended.errors)")
  }

  @Test("too few files for the workers is said with the remedy")
  func workers() throws {
    try place.write(smallConfiguration, to: "small.yaml")
    let ended = try place.shell("ulimit -n 40; wattle search small.yaml --run run --workers 30 --trials 60")
    #expect(ended.status == 71)
    #expect(
      ended.errorLines.last?.contains("raise the limit of open files (ulimit -n)") == true, "\(ended.errors)")
  }
}
