import Foundation
import Testing

/// CPU time is compared with what the processes themselves say; the margins hold on a machine of any speed, since
/// they are parts of the same time.
@Suite struct MeterDescendantsTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func cpuSeconds(_ json: JSON) throws -> Double {
    try #require(json.objects("runs").first?.number("cpu_seconds"))
  }

  @Test("children that are waited for count in full")
  func children() throws {
    let (ended, json) = try place.meter("yes | head -c 1000000000 > /dev/null & wait; times")
    let own = seconds(inTimes: ended.output)
    #expect(own > 0.02, "\(ended.output)")
    let counted = try cpuSeconds(json)
    #expect(counted > 0.9 * own - 0.04 && counted < 1.2 * own + 0.08, "\(counted) for \(own)")
  }

  @Test("many children that live shorter than the time between two looks count in full")
  func shortChildren() throws {
    let (ended, json) = try place.meter(
      "n=0; while [ $n -lt 200 ]; do sh -c 'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done'; n=$((n+1)); done; times"
    )
    let own = seconds(inTimes: ended.output)
    #expect(own > 0.1, "\(ended.output)")
    let counted = try cpuSeconds(json)
    #expect(counted > 0.9 * own - 0.04 && counted < 1.2 * own + 0.08, "\(counted) for \(own)")
  }

  @Test("a grandchild in a session of its own, whose parent is gone, counts once and in full")
  func detached() throws {
    let (_, json) = try place.meter(
      "mkfifo gate; (setsid sh -c '\(busyLoop); times > used; echo > gate' &) ; cat gate; cat used")
    let own = seconds(inTimes: try place.text(of: "used"))
    #expect(own > 0.05)
    let counted = try cpuSeconds(json)
    #expect(counted > 0.9 * own - 0.04 && counted < 1.3 * own + 0.08, "\(counted) for \(own)")
  }

  @Test(
    "children of a parent that does not wait for them count up to the last look",
    .enabled(if: access("/usr/bin/perl", X_OK) == 0))
  func ignored() throws {
    // A shell would set its own handler; perl leaves the ends of its children to the kernel.
    // Two children, one after the other: what the first used must not be forgotten while the second works.
    try place.write(
      """
      $SIG{CHLD} = "IGNORE";
      for $file ("one", "two") {
        if (!fork) { exec "sh", "-c", "$ARGV[0]; times > $file; touch $file.done; sleep 0.5" }
        until (-e "$file.done") { select undef, undef, undef, 0.1 }
        select undef, undef, undef, 0.8;
      }
      """, to: "parent.pl")
    let (_, json) = try place.meter("exec perl parent.pl '\(busyLoop)'")
    let own = try ["one", "two"].reduce(0) { try $0 + seconds(inTimes: place.text(of: $1)) }
    #expect(own > 0.1)
    let counted = try cpuSeconds(json)
    #expect(counted > 0.8 * own - 0.04 && counted < 1.3 * own + 0.1, "\(counted) for \(own)")
  }

  @Test("what a command leaves running counts until it ends, and is named")
  func leftBehind() throws {
    let (ended, json) = try place.meter("(setsid sleep 4 &); sleep 0.2; exit 6")
    #expect(ended.status == 6)
    let run = try #require(json.objects("runs").first)
    #expect(run.number("processes_left_behind") == 1)
    #expect(try #require(run.number("wall_seconds")) < 4)
    #expect(ended.errors.contains("1 process outlived the command"), "\(ended.errors)")
    #expect(ended.errors.contains("--wait-all"))
  }

  @Test("--wait-all waits for what a command leaves running, and keeps the command's exit code")
  func waitAll() throws {
    let (ended, json) = try place.meter(
      "(setsid sh -c '\(busyLoop); times > used' &); exit 6", "--wait-all")
    #expect(ended.status == 6)
    let own = seconds(inTimes: try place.text(of: "used"))
    let counted = try cpuSeconds(json)
    #expect(own > 0.05 && counted > 0.9 * own - 0.04, "\(counted) for \(own)")
    #expect(json.objects("runs").first?.number("processes_left_behind") == 0)
    #expect(!ended.errors.contains("outlived"))
  }

  @Test("what an earlier run left behind does not count for the next")
  func earlierRun() throws {
    // The first run leaves a busy process behind, the second only waits a while.
    let (_, json) = try place.meter(
      """
      if [ ! -e first ]; then
        touch first; (setsid sh -c 'n=0; while [ -e first ] && [ $n -lt 9000000 ]; do n=$((n+1)); done' > /dev/null 2>&1 &)
      else
        sleep 0.5; rm first
      fi
      """, "--repeat", "2")
    let seconds = json.objects("runs").compactMap { $0.number("cpu_seconds") }
    #expect(seconds.count == 2)
    #expect(try #require(seconds.last) < 0.2, "\(seconds)")
  }
}
