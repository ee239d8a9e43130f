import EnergyMetering
import Testing

@Suite("The self-test of counters")
struct CounterSelfTestTests {
  /// A machine whose zones take so many joules in the half without work, and in the half with.
  private func machine(
    _ zones: [(path: String, name: String, start: UInt64, idle: Double, load: Double)], cpuinfo: String? = nil
  ) throws -> FakeMachine {
    let machine = try cpuinfo.map { try FakeMachine(cpuinfo: $0) } ?? FakeMachine()
    for zone in zones { try machine.zone(zone.path, name: zone.name, microjoules: zone.start) }
    var values = zones.map(\.start)
    func advance(_ joules: [Double]) {
      for index in zones.indices {
        values[index] += UInt64(joules[index] * 1e6)
        try? machine.set(zones[index].path, values[index])
      }
    }
    machine.whileSleeping = { _ in advance(zones.map(\.idle)) }
    machine.whileLoaded = { _ in advance(zones.map(\.load)) }
    return machine
  }

  private func powercap(_ machine: FakeMachine) -> EnergySourceReport.Source? {
    EnergySourceReport.survey(machine.environment).sources.first { $0.name == "powercap" }
  }

  @Test("counts a die that mirrors another once, and says so")
  func mirroredDies() throws {
    let machine = try machine([
      ("intel-rapl:0", "package-0-die-0", 700_000_000, 2, 8),
      ("intel-rapl:1", "package-0-die-1", 700_010_000, 2, 8),
    ])
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "powercap")
    #expect(meter.source.provenance.domains == ["package-0-die-0"])
    let source = try #require(report.sources.first)
    #expect(source.detail.contains("package-0-die-1"))
    #expect(source.detail.contains("intel-rapl:1/energy_uj) mirrors package-0-die-0"))
    // One die's 2 J in 0.2 s, not both dies' 4 J.
    #expect(source.selfTest?.idleWatts.isNear(10, relative: 1e-6) == true)
    machine.pass(1)
    try machine.set("intel-rapl:0", 760_000_000)
    try machine.set("intel-rapl:1", 760_010_000)
    // The meter began at 710 J.
    #expect(meter.advance([]).total.energy.joules == 50)
  }

  @Test("keeps two packages that take the same power and stand at different joules")
  func equalPackages() throws {
    let machine = try machine([
      ("intel-rapl:0", "package-0", 700_000_000, 2, 8), ("intel-rapl:1", "package-1", 701_000_000, 2, 8),
    ])
    #expect(
      try EnergyMeter.choose(source: .powercap, environment: machine.environment)
        .meter.source.provenance.domains == ["package-0", "package-1"])
  }

  @Test("refuses the source if one of its packages is flat, and names it")
  func flatPackage() throws {
    let machine = try machine([
      ("intel-rapl:0", "package-0", 5_000_000, 2, 8), ("intel-rapl:1", "package-1", 5_000_000, 0, 0),
    ])
    let source = try #require(powercap(machine))
    #expect(source.state == .refused)
    #expect(source.detail.hasPrefix("package-1 (") && source.detail.contains("flat under load"))
    let error = #expect(throws: EnergySourceUnusable.self) {
      try EnergyMeter.choose(source: .powercap, environment: machine.environment)
    }
    #expect(error?.source == "powercap" && error?.reason == source.detail)
  }

  @Test("leaves out memory that does not count")
  func flatMemory() throws {
    let machine = try machine([
      ("intel-rapl:0", "package-0", 5_000_000, 2, 8), ("intel-rapl:0:0", "dram", 0, 0, 0),
    ])
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(meter.source.provenance.domains == ["package-0"])
    #expect(meter.source.provenance.detail == "RAPL package-0")
    #expect(report.sources.first?.detail.contains("dram-0") == true)
  }

  @Test("refuses a counter at more than twice the power that its zone names")
  func implausibleByConstraint() throws {
    // 50 W named, so 100 W possible: 20 J in 0.2 s, not 20.1 J.
    for (joules, state) in [(19.9, EnergySourceState.usable), (20.1, .refused)] {
      let machine = try machine([("intel-rapl:0", "package-0", 5_000_000, 2, joules)])
      try machine.write(
        "sys/class/powercap/intel-rapl:0/constraint_0_max_power_uw", "50000000\n")
      let source = try #require(powercap(machine))
      #expect(source.state == state)
      if state == .refused {
        #expect(source.detail.contains("package-0"))
        #expect(
          source.detail.contains(
            "shows 100 W, more than the possible 100 W, twice the 50 W of constraint_0_max_power_uw")
            || source.detail.contains("shows 101 W"), "\(source.detail)")
      }
    }
  }

  @Test("refuses a counter at more than twice the family's greatest power, and falls to the model")
  func implausibleByFamily() throws {
    // Sapphire Rapids takes at most 195 W / 8 = 24.375 W a core; two cores may show 97.5 W: 19.5 J in 0.2 s.
    for (joules, chosen) in [(19.4, "powercap"), (19.6, "power-model")] {
      let machine = try machine([("intel-rapl:0", "package-0", 5_000_000, 2, joules)])
      let report = EnergySourceReport.survey(machine.environment)
      #expect(report.chosen == chosen)
      if chosen == "power-model" {
        #expect(report.sources.first?.detail.contains("24.4 W of each of 2 cores") == true)
        #expect(report.sources.first?.detail.contains("Sapphire Rapids") == true)
      }
    }
  }

  @Test("shares a machine's cores among its packages when it looks for the greatest power")
  func ceilingPerPackage() throws {
    let first = FakeMachine.sapphireRapids + "physical id\t: 0\ncore id\t\t: 0\n"
    let machine = try machine([("intel-rapl:0", "package-0", 5_000_000, 2, 9.9)], cpuinfo: first)
    // Two packages of a core each, 48.75 W at most: 9.75 J in 0.2 s.
    let second = FakeMachine.sapphireRapids + "physical id\t: 1\ncore id\t\t: 0\n"
    try machine.write("proc/cpuinfo", "processor\t: 0\n\(first)\nprocessor\t: 1\n\(second)\n")
    let source = try #require(powercap(machine))
    #expect(source.state == .refused)
    #expect(source.detail.contains("24.4 W of one core"))
  }

  @Test("refuses a counter that is reset meanwhile")
  func reset() throws {
    let machine = try machine([("intel-rapl:0", "package-0", 90_000_000, 2, 8)])
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 1_000) }
    let source = try #require(powercap(machine))
    #expect(source.state == .refused)
    #expect(source.detail.contains("energy_uj fell from 92000000 to 1000"))
  }

  @Test("says which file failed")
  func failing() throws {
    let machine = try machine([("intel-rapl:0", "package-0", 90_000_000, 2, 8)])
    machine.whileLoaded = { _ in machine.failing = ["intel-rapl:0/energy_uj"] }
    let source = try #require(powercap(machine))
    #expect(source.state == .refused)
    #expect(source.detail.contains("intel-rapl:0/energy_uj: I/O error"))
  }
}
