import EnergyMetering
import Foundation
import Testing

@Suite struct CalibrateTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private var hasCounter: Bool { (try? EnergyMeter.chooseCounter()) != nil }

  @Test("calibrate without a counter says in one line what was tried and why it was refused")
  func withoutCounter() throws {
    guard !hasCounter else { return }
    let ended = try place.run("calibrate", "--dry-run")
    #expect(ended.status == 69)
    #expect(ended.output.isEmpty)
    #expect(ended.errorLines.count == 1, "\(ended.errors)")
    for part in ["no energy counter works here", "powercap ", "perf ", "hwmon ", "battery"] {
      #expect(ended.errors.contains(part), "\(ended.errors)")
    }
  }

  @Test("calibrate with a counter prints the profile as JSON, with coefficients of zero or more")
  func withCounter() throws {
    guard hasCounter else { return }
    let ended = try place.run("calibrate", "--dry-run", "--json")
    // A machine that is busy with other tests may fit badly.
    guard ended.status == 0 else {
      #expect(ended.status == 75, "\(ended.errors)")
      return
    }
    let model = try #require(try JSON(parsing: ended.output).object("profile")?.object("model"))
    for name in ["busy_watts", "joules_per_flop", "joules_per_byte"] {
      #expect(try #require(model.number(name)) >= 0)
    }
  }

  @Test("doctor names the profile that would be used, or that there is none")
  func doctor() throws {
    let ended = try place.run("doctor")
    #expect(ended.status == 0)
    #expect(ended.outputLines.contains { $0.hasPrefix("  profile ") }, "\(ended.output)")
  }
}
