import EnergyMetering
import Foundation
import Testing

@Suite("A stored profile")
struct EnergyProfileTests {
  private func store(
    _ profile: EnergyProfile, on machine: FakeMachine, as name: String = "a.json"
  ) throws -> String {
    try machine.write("profiles/" + name, profile.json())
    return machine.root + "/profiles/" + name
  }

  @Test("is read back as it was written")
  func roundTrip() throws {
    let profile = try FakeMachine.fittedProfile(noise: 0.03)
    #expect(try EnergyProfile(json: profile.json(), path: "a.json") == profile)
  }

  @Test("serves the power model of a machine of the same family that has no counter, and says so")
  func serves() throws {
    let profile = try FakeMachine.fittedProfile(noise: 0.03)
    let other = FakeMachine.sapphireRapids.replacing("8480+", with: "8481C")
    let machine = try FakeMachine(cpuinfo: other)
    _ = try store(profile, on: machine)
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "power-model")
    let provenance = meter.source.provenance
    #expect(provenance.tier == .modelled && provenance.source == "fitted-model")
    #expect(
      provenance.detail.hasPrefix(
        "fitted on Intel(R) Xeon(R) Platinum 8480+ by powercap, hold-out error "))
    #expect(report.sources.last?.detail == provenance.detail)
  }

  private static let strangers: [(name: String, cpuinfo: String)] = [
    (
      "another family of the same maker",
      FakeMachine.sapphireRapids.replacing(": 143", with: ": 207").replacing(
        " amx_tile avx512_fp16", with: "")
    ),
    (
      "another maker",
      "vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7713\n"
    ),
    ("a masked model number", FakeMachine.sapphireRapids.replacing(": 143", with: ": 167")),
    ("no vectors", FakeMachine.sapphireRapids.replacing(" avx2", with: "")),
    ("a processor that says nothing", "model name\t: ?\n"),
  ]

  @Test("does not serve other processors", arguments: EnergyProfileTests.strangers)
  func doesNotServe(stranger: (name: String, cpuinfo: String)) throws {
    let machine = try FakeMachine(cpuinfo: stranger.cpuinfo)
    _ = try store(try FakeMachine.fittedProfile(), on: machine)
    let (meter, _) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(meter.source.provenance.source == "power-model", "\(stranger.name)")
    #expect(meter.source.provenance.detail.contains("W/core"))
  }

  @Test("that is damaged hinders no processor that none could serve, and is told of")
  func damagedForStranger() throws {
    let machine = try FakeMachine(cpuinfo: FakeMachine.sapphireRapids.replacing(": 143", with: ": 167"))
    try machine.write("profiles/a.json", "{")
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(meter.source.provenance.source == "power-model")
    #expect(report.profileNotes?.count == 1)
  }

  @Test("of another machine is not advised where none can serve")
  func advice() throws {
    let known = NoCounterError(sources: [], access: [], canUseProfiles: true)
    let masked = NoCounterError(sources: [], access: [], canUseProfiles: false)
    #expect(known.description.contains("copy its profile here"))
    #expect(masked.description.contains("no profile of another machine can serve here"))
    #expect(!masked.description.contains("copy"))
  }

  @Test("serves a family that the table does not know by its numbers")
  func unknownFamily() throws {
    let alderLake = FakeMachine.sapphireRapids.replacing(": 143", with: ": 151")
      .replacing(" amx_tile avx512_fp16", with: "")
    let profile = try FakeMachine.fittedProfile(cpuinfo: alderLake)
    #expect(profile.serves(ProcessorIdentity(cpuinfo: alderLake)))
    #expect(!profile.serves(ProcessorIdentity(cpuinfo: alderLake.replacing(": 151", with: ": 154"))))
  }

  @Test("comes from the same processor where there is one, then from the last calibration")
  func choice() throws {
    let machine = try FakeMachine()
    let other = FakeMachine.sapphireRapids.replacing("8480+", with: "8481C")
    let own = ProcessorIdentity(cpuinfo: FakeMachine.sapphireRapids)
    let folder = EnergyProfileFolder(path: machine.root + "/profiles")
    #expect(folder.contents(for: own).profile == nil)
    let newest = try FakeMachine.fittedProfile(date: "2026-03-01T00:00:00Z", cpuinfo: other)
    let path = try store(newest, on: machine, as: "c.json")
    let older = try FakeMachine.fittedProfile(date: "2026-02-01T00:00:00Z", cpuinfo: other)
    _ = try store(older, on: machine, as: "d.json")
    #expect(folder.contents(for: own).profile?.path == path)
    let ownPath = try store(try FakeMachine.fittedProfile(date: "2025-01-01T00:00:00Z"), on: machine)
    #expect(folder.contents(for: own).profile?.path == ownPath)
  }

  private static let damages: [(old: String, new: String, says: String)] = [
    ("{", "", "no valid JSON"),
    (#""format" : 1"#, #""format" : 2"#, "format: expected 1, found 2"),
    (
      #""busy_watts" : "#, #""busy_watts" : -"#,
      "model.busy_watts: expected a number from 0.0 to 10000.0, found -"
    ),
    (#""busy_watts" : "#, #""busy_watts" : 9e9, "was" : "#, "from 0.0 to 10000.0, found 9000000000.0"),
    (#""busy_watts" : "#, #""busy_watts" : 1e300, "was" : "#, "from 0.0 to 10000.0, found 1e+300"),
    (#""busy_watts" : "#, #""busy_watts" : 1e999, "was" : "#, "no valid JSON"),
    (
      #""joules_per_flop" : "#, #""joules_per_flop" : 0.1, "was" : "#,
      "model.joules_per_flop: expected a number"
    ),
    (#""joules_per_byte" : "#, #""joules_per_byte" : 1, "was" : "#, "from 0.0 to 0.001, found 1.0"),
    (#""residual" : "#, #""residual" : 2, "was" : "#, "quality.residual: expected a number from 0.0 to 1.0"),
    (
      #""central" : "#, #""central" : 1e5, "was" : "#,
      "uncounted_power.central: expected a number from 0.0 to 10000.0, found 100000.0"
    ),
    (#""busy_watts""#, #""watts""#, "busyWatts' is missing"),
    (
      #""largest_hold_out_error" : "#, #""largest_hold_out_error" : 7"#,
      "expected a number from 0.0 to 1.0, found 7"
    ),
    (
      #""model_name" : ""#, #""model_name" : "\u001b[31m"#,
      "processor.model_name: expected a text without control"
    ),
    (#""date" : ""#, #""date" : "\n"#, "date: expected a text without control characters"),
    (#""blas_core" : "SkylakeX""#, #""blas_core" : 3"#, "blasCore: expected a text"),
  ]

  @Test(
    "is refused in one line with its path, the fault and the remedy if it is damaged",
    arguments: EnergyProfileTests.damages)
  func damaged(old: String, new: String, says: String) throws {
    let machine = try FakeMachine()
    let text = try FakeMachine.fittedProfile(noise: 0.03).json()
    let range = try #require(text.range(of: old))
    try machine.write("profiles/a.json", text.replacingCharacters(in: range, with: new))
    let error = #expect(throws: EnergyProfileError.self) {
      try EnergyMeter.choose(source: .auto, environment: machine.environment)
    }
    let description = try #require(error?.description)
    #expect(description.hasPrefix(machine.root + "/profiles/a.json: damaged energy profile: "))
    #expect(description.contains(says), "\(description)")
    #expect(description.contains("`wattle calibrate`") && !description.contains("\n"))
    // The doctor goes on, and shows it.
    let model = EnergySourceReport.survey(machine.environment).sources.last
    #expect(model?.state == .refused && model?.detail == description)
  }

  @Test("without a coefficient above zero is refused")
  func allZero() throws {
    var profile = try FakeMachine.fittedProfile()
    profile.model = FittedModel(busyWatts: 0, joulesPerFlop: 0, joulesPerByte: 0)
    let error = #expect(throws: EnergyProfileError.self) {
      try EnergyProfile(json: profile.json(), path: "a.json")
    }
    #expect(error?.description.contains("model: expected a coefficient above zero, found none") == true)
    profile.model.joulesPerByte = 1e-10
    #expect(try EnergyProfile(json: profile.json(), path: "a.json") == profile)
  }

  @Test("is looked for in the configuration folder of the XDG specification")
  func folder() throws {
    func path(_ environment: [String: String]) -> String? {
      EnergyProfileFolder(environment: environment).path
    }
    #expect(path(["XDG_CONFIG_HOME": "/etc/x", "HOME": "/home/a"]) == "/etc/x/wattle/profiles")
    #expect(path(["HOME": "/home/a"]) == "/home/a/.config/wattle/profiles")
    #expect(path(["XDG_CONFIG_HOME": "relative", "HOME": "/home/a"]) == "/home/a/.config/wattle/profiles")
    #expect(path(["XDG_CONFIG_HOME": ""]) == nil)
    let profile = try FakeMachine.fittedProfile()
    #expect(
      EnergyProfileFolder(path: "/p").path(of: profile)
        == "/p/sapphire-rapids-intel-r-xeon-r-platinum-8480.json")
  }
}
