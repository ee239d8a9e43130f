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

  @Test("finds the zones beneath intel-rapl where the kernel's folder has nothing else")
  func nestedOnly() throws {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl/intel-rapl:0", name: "package-0", microjoules: 0)
    try machine.zone("intel-rapl/intel-rapl:0/intel-rapl:0:0", name: "dram", microjoules: 0)
    #expect(try machine.powercap().domains == ["package-0", "dram-0"])
    let joules = try joules(machine) {
      try machine.set("intel-rapl/intel-rapl:0", 6_000_000)
      try machine.set("intel-rapl/intel-rapl:0/intel-rapl:0:0", 1_500_000)
    }
    #expect(joules == 7.5)
  }

  @Test("counts the dies of a package where they stand for it, and not beside it")
  func dies() throws {
    let dies = try FakeMachine()
    try dies.zone("intel-rapl:0", name: "package-0-die-0", microjoules: 0)
    try dies.zone("intel-rapl:1", name: "package-0-die-1", microjoules: 0)
    #expect(try dies.powercap().domains == ["package-0-die-0", "package-0-die-1"])
    try dies.zone("intel-rapl:2", name: "package-0", microjoules: 0)
    #expect(try dies.powercap().domains == ["package-0"])
  }
}
