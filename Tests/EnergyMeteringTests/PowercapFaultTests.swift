import EnergyMetering
import Testing

@Suite("The powercap source in trouble")
struct PowercapFaultTests {
  @Test("follows a counter through its wraps")
  func wraps() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 90_000_000, range: 100_000_000)
    let meter = try machine.meter(machine.powercap())
    // 90 → 5 is 15 J, 5 → 40 is 35 J, 40 → 0 is 60 J: 110 J through two wraps.
    var parts = 0.0
    for (value, expected) in [(5, 15.0), (40, 35), (0, 60)] {
      machine.pass(1)
      try machine.set("intel-rapl:0", UInt64(value) * 1_000_000)
      let interval = meter.advance([])
      #expect(interval.total.energy.joules == expected)
      #expect(interval.warnings.isEmpty == (expected < 50))
      parts += expected
    }
    #expect(meter.total.energy.joules == parts)
  }

  @Test("takes a failed read as a gap: no zero, no wrap, and the energy comes with the next reading")
  func gap() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 50_000_000)
    try machine.zone("intel-rapl:1", name: "package-1", microjoules: 50_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try machine.set("intel-rapl:0", 60_000_000)
    machine.failing = ["intel-rapl:1/energy_uj"]
    let gap = meter.advance([ConsumerActivity("ended", 0.5)])
    #expect(gap.isGap)
    #expect(gap.consumers.isEmpty)
    #expect(gap.warnings.count == 1)
    #expect(meter.total.energy == .zero)

    machine.failing = []
    machine.pass(1)
    try machine.set("intel-rapl:0", 70_000_000)
    try machine.set("intel-rapl:1", 54_000_000)
    machine.setBusy(ticks: 100)
    let next = meter.advance([ConsumerActivity("other", 0.5)])
    #expect(!next.isGap)
    #expect(next.duration == 2)
    #expect(next.total.energy.joules == 24)
    #expect(next["ended"]?.energy.joules == 12)
    #expect(next["other"]?.energy.joules == 12)
    #expect(meter.total.energy.joules == 24)
  }

  @Test("survives a counter that stood above the range it names")
  func aboveRange() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 900, range: 100)
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try machine.set("intel-rapl:0", 30)
    #expect(meter.advance([]).total.energy.joules.isNear(30e-6))
  }

  @Test("takes a fall as a gap where the range cannot be read, for neither wrap nor reset can be told")
  func rangeUnreadable() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 90_000_000)
    try machine.write("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "\n")
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try machine.set("intel-rapl:0", 94_000_000)
    #expect(meter.advance([]).total.energy.joules == 4)

    machine.pass(1)
    try machine.set("intel-rapl:0", 5_000_000)
    let gap = meter.advance([])
    #expect(gap.isGap)
    let warning = try #require(gap.warnings.first)
    for part in ["intel-rapl:0/energy_uj", "from 94000000 to 5000000", "range is unknown"] {
      #expect(warning.contains(part), "\(warning)")
    }
    // What it counts from then on is known again: 12 − 5 J.
    machine.pass(1)
    try machine.set("intel-rapl:0", 12_000_000)
    #expect(meter.advance([]).total.energy.joules == 7)
    #expect(meter.total.energy.joules == 11)
  }

  /// A package whose zone names 50 W, so that it can show 100 W.
  private func limited(microjoules: UInt64, range: UInt64) throws -> FakeMachine {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: microjoules, range: range)
    let zone = "sys/class/powercap/intel-rapl:0/"
    try machine.write(zone + "constraint_0_max_power_uw", "50000000\n")
    // Many machines leave the short-term maximum at nought.
    try machine.write(zone + "constraint_1_max_power_uw", "0\n")
    return machine
  }

  @Test("tells a reset from a wrap by the power that a wrap would mean")
  func reset() throws {
    let machine = try limited(microjoules: 900_000_000, range: 1_000_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try machine.set("intel-rapl:0", 920_000_000)
    #expect(meter.advance([]).total.energy.joules == 20)

    // A wrap from 920 to 21 J would be 101 J; in 1 s and the 2 ms of the edges 100.2 J are possible.
    machine.pass(1)
    try machine.set("intel-rapl:0", 21_000_000)
    let gap = meter.advance([])
    #expect(gap.isGap)
    let warning = try #require(gap.warnings.first)
    for part in ["intel-rapl:0/energy_uj", "reset", "100 W, twice the 50 W of constraint_0_max_power_uw"] {
      #expect(warning.contains(part), "\(warning)")
    }
    #expect(meter.total.energy.joules == 20)

    machine.pass(3)
    try machine.set("intel-rapl:0", 81_000_000)
    let next = meter.advance([]).total
    // 60 J are known of the 4 s; 2 ms of their 15 W are 0.03 J; unseen there were at most 100.2 J more.
    #expect(next.energy.joules == 60)
    #expect(next.low.joules.isNear(59.97) && next.high.joules.isNear(60.03 + 100.2))
    #expect(meter.total.energy.joules == 80)
    #expect(meter.total.high.joules.isNear(80 + 80 * 0.002 / 5 + 100.2))
  }

  @Test("takes a fall for a wrap if so much energy was possible")
  func possibleWrap() throws {
    let machine = try limited(microjoules: 920_000_000, range: 1_000_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try machine.set("intel-rapl:0", 20_000_000)
    let interval = meter.advance([])
    #expect(!interval.isGap && interval.warnings.isEmpty)
    #expect(interval.total.energy.joules == 100)
  }

  @Test("warns of a missed wrap after a time in which the counter could have gone through its whole range")
  func missedWrap() throws {
    let machine = try limited(microjoules: 0, range: 1_000_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.pass(9)
    try machine.set("intel-rapl:0", 90_000_000)
    #expect(meter.advance([]).warnings.isEmpty)
    machine.pass(10)
    try machine.set("intel-rapl:0", 190_000_000)
    let interval = meter.advance([])
    #expect(interval.total.energy.joules == 100)
    #expect(interval.warnings.first?.contains("intel-rapl:0/energy_uj") == true)
  }

  @Test("goes on with gaps while the file is gone, and with the counter when it is back")
  func vanishes() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 10_000_000)
    try machine.zone("intel-rapl:1", name: "package-1", microjoules: 10_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try machine.set("intel-rapl:0", 12_000_000)
    try machine.remove("sys/class/powercap/intel-rapl:1/energy_uj")
    for _ in 0..<3 {
      machine.pass(1)
      let gap = meter.advance([])
      #expect(gap.isGap && gap.total.energy == .zero)
      #expect(gap.warnings.first?.contains("intel-rapl:1/energy_uj: no such file") == true)
    }
    #expect(meter.total.energy == .zero)
    machine.pass(1)
    try machine.set("intel-rapl:1", 15_000_000)
    #expect(meter.advance([]).total.energy.joules == 7)
    #expect(meter.total.energy.joules == 7)
  }

  @Test("follows the other counters through their wraps while one cannot be read")
  func wrapsDuringGap() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0, range: 100_000_000)
    try machine.zone("intel-rapl:1", name: "package-1", microjoules: 0, range: 100_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.failing = ["intel-rapl:1/energy_uj"]
    // 40, 80, then 20 and 60 after a wrap: 160 J, of which a single look at the end would see 60.
    for value: UInt64 in [40, 80, 20, 60] {
      machine.pass(1)
      try machine.set("intel-rapl:0", value * 1_000_000)
      #expect(meter.advance([]).isGap)
    }
    machine.failing = []
    #expect(meter.advance([]).total.energy.joules == 160)
    #expect(meter.total.energy.joules == 160)
  }

  @Test("goes on with gaps and a reason when the permission is lost")
  func permissionLost() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    let meter = try machine.meter(machine.powercap())
    machine.denied = ["energy_uj"]
    for _ in 0..<3 {
      machine.pass(1)
      let interval = meter.advance([])
      #expect(interval.isGap && interval.warnings.first?.contains("permission denied") == true)
    }
  }

  @Test("says what to do where only root may read")
  func denied() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.denied = ["energy_uj"]
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.powercap() }
    #expect(error?.reason.contains("root") == true && error?.reason.contains("CVE-2020-8694") == true)
  }

  @Test("says that a machine has no counters")
  func missing() throws {
    let machine = try FakeMachine()
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.powercap() }
    #expect(error?.reason.contains("virtual machine") == true)
  }

  @Test("bounds a reading by 2 ms of its power")
  func edge() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let meter = try machine.meter(machine.powercap())
    machine.pass(0.5)
    try machine.set("intel-rapl:0", 25_000_000)
    // 25 J in 0.5 s are 50 W; 2 ms of it are 0.1 J.
    let total = meter.advance([]).total
    #expect(total.low.joules.isNear(24.9) && total.high.joules.isNear(25.1))
    #expect(total.provenance.tier == .measured)
  }
}
