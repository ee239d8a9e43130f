import EnergyMetering
import Testing

@Suite("The powercap source")
struct PowercapTests {
  /// Joules between two states of a machine's counters.
  private func joules(_ machine: FakeMachine, change: () throws -> Void) throws -> Double {
    let meter = try machine.meter(machine.powercap())
    machine.pass(1)
    try change()
    let interval = meter.advance([])
    #expect(interval.total.energy == meter.total.energy)
    return interval.total.energy.joules
  }

  @Test("reads one package")
  func onePackage() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 5_000_000)
    let joules = try joules(machine) { try machine.set("intel-rapl:0", 17_500_000) }
    #expect(joules == 12.5)
  }

  @Test("sums two packages with the dram beneath each, and not the core and uncore inside them")
  func twoPackages() throws {
    let machine = try FakeMachine()
    for socket in 0...1 {
      try machine.zone("intel-rapl:\(socket)", name: "package-\(socket)", microjoules: 0)
      try machine.zone("intel-rapl:\(socket)/intel-rapl:\(socket):0", name: "core", microjoules: 0)
      try machine.zone("intel-rapl:\(socket)/intel-rapl:\(socket):1", name: "uncore", microjoules: 0)
      try machine.zone("intel-rapl:\(socket)/intel-rapl:\(socket):2", name: "dram", microjoules: 0)
    }
    #expect(try machine.powercap().domains == ["package-0", "dram-0", "package-1", "dram-1"])
    let joules = try joules(machine) {
      try machine.set("intel-rapl:0", 10_000_000)
      try machine.set("intel-rapl:0/intel-rapl:0:0", 7_000_000)
      try machine.set("intel-rapl:0/intel-rapl:0:2", 2_000_000)
      try machine.set("intel-rapl:1", 30_000_000)
      try machine.set("intel-rapl:1/intel-rapl:1:2", 3_000_000)
    }
    #expect(joules == 45)
  }

  @Test("counts a zone once that the kernel shows both nested and beside its parent")
  func flatLayout() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    for path in ["intel-rapl:0:1", "intel-rapl:0/intel-rapl:0:1"] {
      try machine.zone(path, name: "dram", microjoules: 0)
    }
    let joules = try joules(machine) {
      try machine.set("intel-rapl:0", 4_000_000)
      try machine.set("intel-rapl:0:1", 1_000_000)
      try machine.set("intel-rapl:0/intel-rapl:0:1", 1_000_000)
    }
    #expect(joules == 5)
  }

  @Test("reads dram that stands only beside its package")
  func onlyFlat() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    try machine.zone("intel-rapl:0:0", name: "dram", microjoules: 0)
    #expect(try machine.powercap().domains == ["package-0", "dram-0"])
  }

  @Test("reads an AMD processor, which has no dram counter, with a range of 65,536 J")
  func amd() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 65_532_000_000, range: 65_532_610_987)
    try machine.zone("intel-rapl:0/intel-rapl:0:0", name: "core", microjoules: 0, range: 65_532_610_987)
    let joules = try joules(machine) { try machine.set("intel-rapl:0", 389_013) }
    #expect(joules == 1)
  }

  @Test("leaves psys out where there is a package, and takes it where there is none")
  func psys() throws {
    let both = try FakeMachine()
    try both.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    try both.zone("intel-rapl:1", name: "psys", microjoules: 0)
    #expect(try both.powercap().domains == ["package-0"])
    let alone = try FakeMachine()
    try alone.zone("intel-rapl:0", name: "psys", microjoules: 0)
    #expect(try alone.powercap().domains == ["psys"])
  }

  @Test("skips intel-rapl-mmio, which counts the package again")
  func memoryMapped() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    try machine.zone("intel-rapl-mmio:0", name: "package-0", microjoules: 0)
    try machine.write("sys/class/powercap/intel-rapl/enabled", "1\n")
    let joules = try joules(machine) {
      try machine.set("intel-rapl:0", 3_000_000)
      try machine.set("intel-rapl-mmio:0", 3_000_000)
    }
    #expect(joules == 3)
  }

  @Test("finds the zone after 9, which is a")
  func hexadecimal() throws {
    let machine = try FakeMachine()
    for (index, digit) in "0123456789ab".enumerated() {
      try machine.zone("intel-rapl:\(digit)", name: "package-\(index)", microjoules: 0)
    }
    try machine.zone("intel-rapl:a/intel-rapl:a:0", name: "dram", microjoules: 0)
    #expect(try machine.powercap().domains.count == 13)
    let joules = try joules(machine) {
      try machine.set("intel-rapl:a", 2_000_000)
      try machine.set("intel-rapl:a/intel-rapl:a:0", 500_000)
    }
    #expect(joules == 2.5)
  }

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

  @Test("refuses a counter whose range cannot be read, since its wraps could not be told")
  func rangeUnreadable() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 900)
    try machine.write("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "\n")
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.powercap() }
    #expect(error?.reason.contains("wrap") == true)
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

@Suite("A counter's energy")
struct CounterAttributionTests {
  @Test("is shared by CPU time, with idle power and other programs apart")
  func shares() throws {
    let machine = try FakeMachine(cpus: 4)
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let source = try machine.powercap(cpus: 4)
    source.idleWatts = 10
    let meter = try machine.meter(source)
    try meter.begin([ConsumerActivity("parent", 100)])
    machine.pass(10)
    try machine.set("intel-rapl:0", 500_000_000)
    machine.setBusy(ticks: 2_000)
    // 500 J in 10 s, of which 100 J idle power. 20 s of CPU: parent 1 s, worker 15 s, other programs 4 s.
    let interval = meter.advance([ConsumerActivity("parent", 101), ConsumerActivity("worker", 15)])
    let worker = try #require(interval["worker"])
    #expect(worker.energy.joules.isNear(300))
    #expect(interval["parent"]?.energy.joules.isNear(20) == true)
    #expect(interval.idle.energy.joules.isNear(180))
    // The edges are 2 ms of 50 W = 0.1 J, of which 15/20; and 15 of 40 core seconds of 100 J idle.
    #expect(worker.low.joules.isNear(300 - 0.075))
    #expect(worker.high.joules.isNear(300 + 0.075 + 37.5))
    #expect(worker.provenance.tier == .attributed)
  }

  @Test("is all idle when nothing runs, even beyond the idle power")
  func allIdle() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let source = try machine.powercap()
    source.idleWatts = 2
    let meter = try machine.meter(source)
    machine.pass(1)
    try machine.set("intel-rapl:0", 5_000_000)
    #expect(meter.advance([]).idle.energy.joules.isNear(5))
  }

  @Test("is no more than was counted, when the idle power was measured too high")
  func idleBounded() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let source = try machine.powercap()
    source.idleWatts = 100
    let meter = try machine.meter(source)
    machine.pass(1)
    try machine.set("intel-rapl:0", 5_000_000)
    let interval = meter.advance([ConsumerActivity("worker", 1)])
    #expect(interval.idle.energy.joules == 5)
    #expect(interval["worker"]?.energy == .zero)
  }
}

@Suite("The choice of a source")
struct EnergyMeterChoiceTests {
  @Test("takes counters that count, and keeps the idle power they showed")
  func takesPowercap() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileSleeping = { _ in try? machine.set("intel-rapl:0", 3_000_000) }
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "powercap" && meter.source.name == "powercap")
    // 2 J in 0.2 s without work, 10 J in 0.2 s with.
    let test = try #require(report.sources.first?.selfTest)
    #expect(test.idleWatts.isNear(10, relative: 1e-6) && test.loadWatts.isNear(50, relative: 1e-6))
    #expect(meter.total.energy == .zero)
  }

  @Test("refuses a counter that stays flat under load, and falls back to the model")
  func refusesFlat() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "power-model" && meter.source.name == "power-model")
    #expect(report.sources.first?.isUsable == false)
    #expect(report.sources.first?.detail.contains("flat") == true)
    #expect(throws: EnergySourceUnusable.self) {
      try EnergyMeter.choose(source: .powercap, environment: machine.environment)
    }
  }

  @Test("falls back to the model with the reason where there are no counters")
  func fallsBack() throws {
    let machine = try FakeMachine()
    let (_, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "power-model")
    #expect(report.sources.map(\.name) == ["powercap", "power-model"])
    #expect(report.sources.first?.detail.contains("there is no") == true)
  }

  @Test("takes the model when asked, even where counters count")
  func takesModel() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    #expect(
      try EnergyMeter.choose(source: .powerModel, environment: machine.environment).report.chosen
        == "power-model")
  }
}
