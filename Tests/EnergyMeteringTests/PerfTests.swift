import EnergyMetering
import Testing

@Suite("The perf source")
struct PerfTests {
  private static let unit = "sys/bus/event_source/devices/power/"
  /// 2⁻³² J, as the kernel writes it.
  private static let scale = "2.3283064365386962890625e-10"
  private static let package: UInt64 = 2
  private static let memory: UInt64 = 3
  /// Counts of a joule.
  private static let joule: UInt64 = 1 << 32

  private func machine(
    cpumask: String, cpus: [Int], hasMemory: Bool, start: UInt64 = 0
  ) throws -> FakeMachine {
    let machine = try FakeMachine()
    try machine.write(Self.unit + "type", "9\n")
    try machine.write(Self.unit + "cpumask", cpumask + "\n")
    // The kernel's other events: cores (1), graphics (4) and the platform (5).
    let events = [("cores", 1), ("pkg", Self.package), ("gpu", 4), ("psys", 5)]
    for (name, number) in events + (hasMemory ? [("ram", Self.memory)] : []) {
      try event(machine, name, number: number)
    }
    for cpu in cpus {
      machine.perfEvents[Self.package, cpu] = start
      if hasMemory { machine.perfEvents[Self.memory, cpu] = start }
    }
    return machine
  }

  private func event(
    _ machine: FakeMachine, _ name: String, number: UInt64, unit: String = "Joules", scale: String = scale
  ) throws {
    let path = Self.unit + "events/energy-" + name
    try machine.write(path, "event=0x0\(number)\n")
    try machine.write(path + ".unit", unit + "\n")
    try machine.write(path + ".scale", scale + "\n")
  }

  @Test("reads one package and its memory, and nothing inside or around it")
  func onePackage() throws {
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: true, start: 77)
    let meter = try machine.meter(machine.perf())
    #expect(meter.source.provenance.domains == ["package-0", "dram-0"])
    #expect(machine.perfEvents.types == [9])
    #expect(Set(machine.perfEvents.opened.map(\.config)) == [Self.package, Self.memory])
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = 77 + 12 * Self.joule + Self.joule / 2
    machine.perfEvents[Self.memory, 0] = 77 + Self.joule / 4
    let interval = meter.advance([])
    #expect(interval.total.energy.joules == 12.75)
    #expect(meter.total.energy.joules == 12.75)
    // 2 ms of 12.75 W.
    #expect(interval.total.low.joules.isNear(12.75 - 0.0255))
  }

  @Test("sums one event a package, on the CPU that the mask names", arguments: ["0,28", "0-1"])
  func twoPackages(mask: String) throws {
    let second = mask == "0,28" ? 28 : 1
    let machine = try machine(cpumask: mask, cpus: [0, second], hasMemory: true)
    let meter = try machine.meter(machine.perf())
    #expect(meter.source.provenance.domains == ["package-0", "dram-0", "package-1", "dram-1"])
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = 10 * Self.joule
    machine.perfEvents[Self.memory, 0] = 2 * Self.joule
    machine.perfEvents[Self.package, second] = 30 * Self.joule
    machine.perfEvents[Self.memory, second] = 3 * Self.joule
    #expect(meter.advance([]).total.energy.joules == 45)
  }

  @Test("reads an AMD processor, which has no memory event")
  func amd() throws {
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: false)
    let meter = try machine.meter(machine.perf())
    #expect(meter.source.provenance.domains == ["package-0"])
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = 3 * Self.joule
    #expect(meter.advance([]).total.energy.joules == 3)
  }

  @Test("takes each event times its own scale, at counts beyond 2⁵³")
  func scales() throws {
    let start: UInt64 = 1 << 60
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: true, start: start)
    try event(machine, "ram", number: Self.memory, scale: "0.5")
    let meter = try machine.meter(machine.perf())
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = start + 5 * Self.joule
    machine.perfEvents[Self.memory, 0] = start + 3
    #expect(meter.advance([]).total.energy.joules == 6.5)
  }

  @Test("takes a count that cannot be read as a gap, and its energy with the next reading")
  func gap() throws {
    let machine = try machine(cpumask: "0,28", cpus: [0, 28], hasMemory: false)
    let meter = try machine.meter(machine.perf())
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = 4 * Self.joule
    machine.perfEvents[Self.package, 28] = 6 * Self.joule
    machine.perfEvents.lost = [28]
    let gap = meter.advance([])
    #expect(gap.isGap && gap.warnings.first?.contains("power/energy-pkg on CPU 28") == true)
    #expect(meter.total.energy == .zero)
    machine.perfEvents.lost = []
    machine.pass(1)
    #expect(meter.advance([]).total.energy.joules == 10)
  }

  @Test("takes a count that falls as a gap: 64 bits do not wrap")
  func reset() throws {
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: false, start: 9 * Self.joule)
    let meter = try machine.meter(machine.perf())
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = Self.joule
    let gap = meter.advance([])
    #expect(gap.isGap && gap.warnings.first?.contains("power/energy-pkg on CPU 0 fell") == true)
    machine.pass(1)
    machine.perfEvents[Self.package, 0] = 3 * Self.joule
    #expect(meter.advance([]).total.energy.joules == 2)
  }

  @Test("says that the kernel forbids it, and what would allow it")
  func denied() throws {
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: false)
    machine.perfEvents.isDenied = true
    try machine.write("proc/sys/kernel/perf_event_paranoid", "2\n")
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.perf() }
    #expect(error?.state == .denied)
    for part in ["perf_event_paranoid is 2", "CAP_PERFMON", "energy-pkg on CPU 0"] {
      #expect(error?.reason.contains(part) == true, "\(part)")
    }
  }

  @Test("says that a machine has no energy events")
  func missing() throws {
    let none = #expect(throws: EnergySourceUnusable.self) { try FakeMachine().perf() }
    #expect(none?.state == .absent && none?.reason.contains("devices/power/type") == true)
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: false)
    try machine.remove(Self.unit + "events/energy-pkg")
    let noPackage = #expect(throws: EnergySourceUnusable.self) { try machine.perf() }
    #expect(noPackage?.state == .absent && noPackage?.reason.contains("energy-pkg") == true)
  }

  @Test(
    "refuses files that it does not understand, by name",
    arguments: [
      ("type", "power"), ("cpumask", "0,x"), ("cpumask", "3-1"), ("events/energy-pkg", "umask=1"),
      ("events/energy-pkg.unit", "mJ"), ("events/energy-pkg.scale", "0"),
    ])
  func strange(file: String, text: String) throws {
    let machine = try machine(cpumask: "0", cpus: [0], hasMemory: false)
    try machine.write(Self.unit + file, text)
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.perf() }
    #expect(error?.state == .refused)
    #expect(error?.reason.contains("power/\(file): expected") == true, "\(error?.reason ?? "")")
  }

  @Test("is taken where powercap may not be read, and refused by the self-test like any counter")
  func choice() throws {
    let machine = try machine(cpumask: "0,28", cpus: [0, 28], hasMemory: false)
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.denied = ["energy_uj"]
    func use(_ joules: [Int: Double]) {
      for (cpu, joules) in joules {
        machine.perfEvents[Self.package, cpu] += UInt64(joules * Double(Self.joule))
      }
    }
    machine.whileSleeping = { _ in use([0: 1, 28: 2]) }
    machine.whileLoaded = { _ in use([0: 4, 28: 6]) }
    let (meter, report) = try EnergyMeter.choose(source: .auto, environment: machine.environment)
    #expect(report.chosen == "perf" && report.sources.map(\.state) == [.denied, .usable])
    // 3 J in 0.2 s.
    #expect((meter.source as? PerfSource)?.idleWatts.isNear(15, relative: 1e-6) == true)

    machine.whileLoaded = { _ in use([0: 4]) }
    let flat = EnergySourceReport.survey(machine.environment).sources[1]
    #expect(flat.state == .refused && flat.detail.contains("energy-pkg on CPU 28) stays flat"))
    // Two cores take 97.5 W at most: 19.5 J in 0.2 s.
    machine.whileLoaded = { _ in use([0: 4, 28: 19.6]) }
    let tooMuch = EnergySourceReport.survey(machine.environment).sources[1]
    #expect(tooMuch.state == .refused && tooMuch.detail.contains("package-1"))
    #expect(tooMuch.detail.contains("more than the possible 97.5 W"))
    #expect(throws: EnergySourceUnusable.self) {
      try EnergyMeter.choose(source: .perf, environment: machine.environment)
    }
  }

  @Test("counts a package once that both CPUs of the mask show")
  func mirrored() throws {
    let machine = try machine(cpumask: "0,28", cpus: [0, 28], hasMemory: false)
    func use(_ joules: UInt64) {
      for cpu in [0, 28] { machine.perfEvents[Self.package, cpu] += joules * Self.joule }
    }
    machine.whileSleeping = { _ in use(2) }
    machine.whileLoaded = { _ in use(8) }
    let (meter, report) = try EnergyMeter.choose(source: .perf, environment: machine.environment)
    #expect(meter.source.provenance.domains == ["package-0"])
    #expect(report.sources.first?.detail.contains("package-1") == true)
  }

  @Test("opens the machine's own events as its kernel allows")
  func system() throws {
    // Event 0 of unit 1, the software events, is the CPU clock in nanoseconds; who may not count it is told so.
    do {
      let event = try SystemPerfEvents().open(type: 1, config: 0, cpu: 0, name: "clock")
      let before = try event.count()
      CounterSelfTest.spin(seconds: 0.001)
      #expect(try event.count() > before)
    } catch {
      #expect(error == .denied("clock"))
    }
    let error = #expect(throws: FileAccessError.self) {
      try SystemPerfEvents().open(type: .max, config: 0, cpu: 65_535, name: "nothing")
    }
    #expect(error?.description.hasPrefix("nothing: ") == true)
  }
}
