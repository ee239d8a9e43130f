import EnergyMetering
import Testing

/// Numbers that look random and are the same each time.
struct Sequence64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("The books of the meter")
struct BooksTests {
  @Test("close to 1e-9 with counters that wrap and fail while processes come and go", arguments: 1...6)
  func countersClose(seed: UInt64) throws {
    let machine = try FakeMachine(cpus: 4)
    let range: UInt64 = 1_000_000_000
    for zone in ["intel-rapl:0", "intel-rapl:1"] {
      try machine.zone(zone, name: "package-" + zone.suffix(1), microjoules: 999_000_000, range: range)
    }
    let source = try machine.powercap(cpus: 4)
    source.idleWatts = 8
    var values: [String: UInt64] = ["intel-rapl:0": 999_000_000, "intel-rapl:1": 999_000_000]
    var counted: UInt64 = 0
    var gaps = 0
    try run(machine, source, seed: seed) { generator in
      for (zone, value) in values {
        let step = UInt64.random(in: 0...90_000_000, using: &generator)
        counted += step
        values[zone] = (value + step) % range
        try machine.set(zone, values[zone] ?? 0)
      }
      // Never as long as a wrap of the counter that fails; the other wraps meanwhile and is followed.
      gaps = Bool.random(using: &generator) && gaps < 8 ? gaps + 1 : 0
      machine.failing = gaps > 0 ? ["intel-rapl:1/energy_uj"] : []
    } finish: {
      machine.failing = []
    } check: { total in
      #expect(total.energy.joules.isNear(Double(counted) * 1e-6))
    }
  }

  @Test("close to 1e-9 with a counter that is reset, and bound what it counted unseen", arguments: 1...6)
  func resetsClose(seed: UInt64) throws {
    let machine = try FakeMachine(cpus: 4)
    let zone = "intel-rapl:0"
    try machine.zone(zone, name: "package-0", microjoules: 1, range: 1_000_000_000_000)
    // 50 W named, so that 100 W are possible.
    try machine.write("sys/class/powercap/\(zone)/constraint_0_max_power_uw", "50000000\n")
    var value: UInt64 = 1
    var used: UInt64 = 0
    var lastTime = machine.time
    var resets = 0
    try run(machine, try machine.powercap(cpus: 4), seed: seed) { generator in
      let watts = Double.random(in: 5...90, using: &generator)
      let step = UInt64(watts * (machine.time - lastTime) * 1e6)
      lastTime = machine.time
      used += step
      let isReset = Int.random(in: 0..<10, using: &generator) == 0
      resets += isReset ? 1 : 0
      // Reset at some time in the step.
      value = isReset ? UInt64.random(in: 0...min(step, value - 1), using: &generator) : value + step
      if value == 0 { value = 1 }
      try machine.set(zone, value)
    } finish: {
    } check: { total in
      let joules = Double(used) * 1e-6
      #expect(resets > 0 && total.energy.joules < joules)
      #expect(total.low.joules < joules && joules < total.high.joules, "\(total) against \(joules)")
    }
  }

  @Test("close to 1e-9 with a battery that goes on and off mains, and bound what it gave", arguments: 1...6)
  func batteryCloses(seed: UInt64) throws {
    let machine = try FakeMachine(cpus: 4)
    let folder = "sys/class/power_supply/BAT0/"
    try machine.write(folder + "status", "Discharging\n")
    try machine.write(folder + "energy_full", "49990000\n")
    try machine.write(folder + "energy_now", "30000000\n")
    try machine.write(folder + "power_now", "10000000\n")
    var microwattHours = 30_000_000.0
    var given = 0.0
    var lastTime = machine.time
    var isOnMains = false
    try run(machine, try machine.battery(cpus: 4), seed: seed) { generator in
      // The shown power is up to 10 % wrong; the level is shown in steps of 10 mWh.
      let joules = 10 * Double.random(in: 0.9...1.1, using: &generator) * (machine.time - lastTime)
      lastTime = machine.time
      given += joules
      if !isOnMains { microwattHours -= joules / 0.0036 }
      isOnMains = Int.random(in: 0..<3, using: &generator) == 0
      try machine.write(folder + "status", isOnMains ? "Charging\n" : "Discharging\n")
      try machine.write(folder + "energy_now", "\(Int(microwattHours / 10_000) * 10_000)\n")
    } finish: {
    } check: { total in
      // What the machine took from mains is in the upper bound, as far as an interval was closed.
      #expect(total.low.joules < given && given < total.high.joules, "\(total) against \(given)")
    }
  }

  @Test("close to 1e-9 with the model while processes come and go", arguments: 1...6)
  func modelCloses(seed: UInt64) throws {
    let machine = try FakeMachine(cpus: 4)
    let model = PowerModel(
      processor: ProcessorIdentity(cpuinfo: FakeMachine.sapphireRapids), reservedCPUs: 3)
    try run(machine, model, seed: seed) { _ in
    } finish: {
    } check: {
      #expect($0.low < $0.energy && $0.energy < $0.high)
    }
  }

  /// Lets processes come, work and go, and holds the sum of all parts against the meter's own total.
  private func run(
    _ machine: FakeMachine, _ source: any EnergySource, seed: UInt64,
    step: (inout Sequence64) throws -> Void, finish: () -> Void, check: (EnergyReading) -> Void
  ) throws {
    var generator = Sequence64(state: seed)
    let meter = try machine.meter(source)
    var processes = [ConsumerActivity("parent", 3, bytes: 50_000_000)]
    try meter.begin(processes)
    var born = 0
    var busy = 0.0
    var parts = 0.0
    var totals = 0.0
    for round in 0..<200 {
      let seconds = Double.random(in: 0.001...2, using: &generator)
      machine.pass(seconds)
      for index in processes.indices {
        let used = Double.random(in: 0...seconds, using: &generator)
        processes[index].cpuSeconds += used
        processes[index].residentBytes = Int.random(in: 0...2_000_000_000, using: &generator)
        busy += used
      }
      busy += Double.random(in: 0...seconds, using: &generator)
      machine.setBusy(ticks: Int(busy * 100))
      try step(&generator)
      if round == 199 { finish() }
      let interval = meter.advance(processes)
      #expect(interval.consumers.allSatisfy { $0.reading.low <= $0.reading.energy })
      parts += interval.consumers.reduce(interval.idle.energy.joules) { $0 + $1.reading.energy.joules }
      totals += interval.total.energy.joules
      if processes.count > 1 && Bool.random(using: &generator) {
        processes.remove(at: Int.random(in: 1..<processes.count, using: &generator))
      }
      if processes.count < 6 && Bool.random(using: &generator) {
        born += 1
        processes.append(ConsumerActivity("worker-\(born)", 0))
      }
    }
    #expect(parts.isNear(meter.total.energy.joules), "\(parts) against \(meter.total.energy.joules)")
    #expect(totals.isNear(meter.total.energy.joules))
    check(meter.total)
  }

  @Test("begin anew when the meter does")
  func beginAnew() throws {
    let machine = try FakeMachine()
    let meter = try machine.meter(
      PowerModel(processor: ProcessorIdentity(cpuinfo: FakeMachine.sapphireRapids), reservedCPUs: 0))
    machine.pass(1)
    _ = meter.advance([ConsumerActivity("worker", 1)])
    #expect(meter.total.energy > .zero)
    try meter.begin([ConsumerActivity("worker", 1)])
    #expect(meter.total.energy == .zero)
    machine.pass(1)
    #expect(meter.advance([ConsumerActivity("worker", 1)])["worker"]?.energy == .zero)
  }
}
