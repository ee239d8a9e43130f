import EnergyMetering
import Testing

@Suite("The source of hardware monitoring")
struct HardwareMonitorTests {
  private static let folder = "sys/class/hwmon/"

  private func device(
    _ machine: FakeMachine, _ number: Int, driver: String, sensors: [(label: String?, microjoules: UInt64)]
  ) throws {
    let place = Self.folder + "hwmon\(number)/"
    try machine.write(place + "name", driver + "\n")
    for (index, sensor) in sensors.enumerated() {
      if let label = sensor.label { try machine.write(place + "energy\(index + 1)_label", label + "\n") }
      try machine.write(place + "energy\(index + 1)_input", "\(sensor.microjoules)\n")
    }
  }

  private func set(_ machine: FakeMachine, _ device: Int, _ sensor: Int, _ microjoules: UInt64) throws {
    try machine.write(Self.folder + "hwmon\(device)/energy\(sensor)_input", "\(microjoules)\n")
  }

  /// AMD's driver on two sockets of two cores.
  private func amd() throws -> FakeMachine {
    let machine = try FakeMachine()
    try machine.write(Self.folder + "hwmon0/name", "nvme\n")
    try machine.write(Self.folder + "hwmon0/temp1_input", "40000\n")
    try device(
      machine, 2, driver: "amd_energy",
      sensors: [
        ("Ecore000", 1_000_000), ("Ecore001", 1_000_000), ("Esocket0", 50_000_000), ("Esocket1", 60_000_000),
      ])
    return machine
  }

  @Test("sums AMD's sockets, and not the cores inside them")
  func sockets() throws {
    let machine = try amd()
    let meter = try machine.meter(machine.hwmon())
    #expect(meter.source.name == "hwmon")
    #expect(meter.source.provenance.domains == ["package-0", "package-1"])
    #expect(meter.source.provenance.detail == "amd_energy package-0, package-1")
    machine.pass(1)
    try set(machine, 2, 1, 9_000_000)
    try set(machine, 2, 3, 62_500_000)
    try set(machine, 2, 4, 61_000_000)
    #expect(meter.advance([]).total.energy.joules == 13.5)
  }

  @Test("goes by the labels of other drivers")
  func labels() throws {
    let machine = try FakeMachine()
    try device(
      machine, 0, driver: "board",
      sensors: [("Package 0", 0), ("Core 0", 0), ("DRAM 0", 0), ("Fan", 0), ("Package fan", 0)])
    let meter = try machine.meter(machine.hwmon())
    #expect(meter.source.provenance.domains == ["package-0", "dram-0"])
    machine.pass(1)
    for (sensor, joules) in [(1, 5), (2, 3), (3, 1), (4, 70), (5, 70)] as [(Int, UInt64)] {
      try set(machine, 0, sensor, joules * 1_000_000)
    }
    #expect(meter.advance([]).total.energy.joules == 6)
  }

  @Test("counts a socket once that two drivers show, though they number them differently")
  func twoDrivers() throws {
    let machine = try amd()
    try device(machine, 10, driver: "zenergy", sensors: [("Socket 1", 50_000_000), ("Socket 2", 60_000_000)])
    #expect(try machine.hwmon().domains == ["package-0", "package-1"])
  }

  @Test("does not take a graphics card's package for a processor's, and names what it found")
  func graphics() throws {
    let machine = try FakeMachine()
    try device(machine, 0, driver: "xe", sensors: [("pkg", 0)])
    try device(machine, 1, driver: "ina228", sensors: [(nil, 0)])
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.hwmon() }
    #expect(error?.state == .refused)
    #expect(error?.reason.contains("xe pkg, ina228 energy1_input") == true)
  }

  @Test("says that there is no sensor, or that it may not be read")
  func unusable() throws {
    let none = #expect(throws: EnergySourceUnusable.self) { try FakeMachine().hwmon() }
    #expect(none?.state == .absent)
    let machine = try amd()
    machine.denied = ["energy3_input"]
    let denied = #expect(throws: EnergySourceUnusable.self) { try machine.hwmon() }
    #expect(denied?.state == .denied && denied?.reason.contains("hwmon2/energy3_input") == true)
  }

  @Test("takes a fall as a gap that names the file, and a lost permission too")
  func gaps() throws {
    let machine = try amd()
    let meter = try machine.meter(machine.hwmon())
    machine.pass(1)
    try set(machine, 2, 3, 20_000_000)
    let fall = meter.advance([])
    #expect(fall.isGap)
    #expect(fall.warnings.first?.contains("hwmon2/energy3_input fell from 50000000 to 20000000") == true)
    machine.pass(1)
    machine.denied = ["energy4_input"]
    let denied = meter.advance([])
    #expect(denied.isGap)
    #expect(denied.warnings.first?.contains("hwmon2/energy4_input: permission denied") == true)
    machine.denied = []
    machine.pass(1)
    try set(machine, 2, 3, 24_000_000)
    try set(machine, 2, 4, 61_000_000)
    // 4 J since the reset of the one, 1 J of the other.
    #expect(meter.advance([]).total.energy.joules == 5)
  }

  @Test("comes after powercap and perf, and is tested like them")
  func choice() throws {
    let machine = try amd()
    var joules: [UInt64] = [50, 60]
    func use(_ more: [UInt64]) {
      for (index, more) in more.enumerated() {
        joules[index] += more
        try? set(machine, 2, index + 3, joules[index] * 1_000_000)
      }
    }
    machine.whileSleeping = { _ in use([1, 2]) }
    machine.whileLoaded = { _ in use([4, 6]) }
    let report = EnergySourceReport.survey(machine.environment)
    #expect(report.chosen == "hwmon")
    #expect(report.sources.map(\.state) == [.absent, .absent, .usable, .absent, .usable])
    machine.whileLoaded = { _ in use([0, 6]) }
    let flat = EnergySourceReport.survey(machine.environment)
    #expect(flat.chosen == "power-model")
    #expect(flat.sources[2].detail.contains("hwmon2/energy3_input) stays flat"))
  }
}
