import Foundation
import Testing

@Suite struct ClosedStreamsTests {
  let place: Workplace

  init() throws { place = try .withSmallStudy() }

  @Test(
    "with standard error closed nothing that is meant for it gets into a file",
    arguments: ["2>&-", "0<&- 2>&-"])
  func errorsClosed(redirection: String) throws {
    let ended = try place.shell("wattle search small.yaml --run run --trials 3 \(redirection)")
    #expect(ended.status == 0)
    #expect(ended.output.contains("Front of "))
    #expect(try place.table("run/trials.csv").rows.count == 3)
    // The lock is an empty file.
    #expect(try place.text(of: "run/.lock").isEmpty)
  }

  @Test("a result for standard output that is closed is an error, as on a full disk")
  func outputClosed() throws {
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "2").status == 0)
    let ended = try place.shell("wattle show run >&-")
    #expect(ended.status == 73)
    #expect(ended.errorLines == ["standard output: cannot be written: Bad file descriptor"])
  }

  @Test("a metered command finds closed what was closed")
  func command() throws {
    let ended = try place.shell("wattle meter -q -- sh -c '[ -e /proc/$$/fd/2 ]; echo $?' 2>&-")
    #expect(ended.output == "1\n")
  }
}
