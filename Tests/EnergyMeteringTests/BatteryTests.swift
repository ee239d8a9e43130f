import EnergyMetering
import Testing

@Suite("The battery source")
struct BatteryTests {
  private static let folder = "sys/class/power_supply/"

  private func set(_ machine: FakeMachine, _ files: [String: String], of battery: String = "BAT0") throws {
    for (name, text) in files { try machine.write(Self.folder + "\(battery)/\(name)", text + "\n") }
  }

  /// 30 Wh in steps of 10 mWh = 36 J, at 10 W.
  private func discharging() throws -> FakeMachine {
    let machine = try FakeMachine()
    try set(machine, ["type": "Battery", "status": "Discharging", "energy_full": "49990000"])
    try set(machine, ["energy_now": "30000000", "power_now": "10000000"])
    return machine
  }

  @Test("gives work shorter than a step the energy of the shown power, in an interval that begins at 0")
  func short() throws {
    let machine = try discharging()
    let meter = try machine.meter(machine.battery())
    #expect(meter.source.provenance.detail == "whole machine on BAT0, steps of 36.0 J")
    machine.pass(0.5)
    let reading = meter.advance([]).total
    // 10 W for 0.5 s; above it a step, and 30 s at 10 W until the figures are renewed.
    #expect(reading.energy.joules.isNear(5))
    #expect(reading.low == .zero)
    #expect(reading.high.joules.isNear(5 + 36 + 300))
    #expect(reading.provenance.tier == .measured)
  }

  @Test("follows the level over a long time, with an uncertainty that stays the same")
  func long() throws {
    let machine = try discharging()
    let meter = try machine.meter(machine.battery())
    var parts = 0.0
    // An hour at 10 W shown, during which the level falls by 12 Wh = 43,200 J.
    for minute in 1...60 {
      machine.pass(60)
      try set(machine, ["energy_now": "\(30_000_000 - minute * 200_000)"])
      let interval = meter.advance([])
      #expect(interval.total.energy.joules > 0)
      parts += interval.total.energy.joules
    }
    // The shown power gives 36,000 J, which is behind the level: it is brought up to 336 J less than the level's.
    #expect(parts.isNear(43_200 - 336))
    #expect(meter.total.energy.joules.isNear(parts))
    #expect(meter.total.low.joules.isNear(43_200 - 336 - 336))
    #expect(meter.total.high.joules.isNear(43_200 + 336))
  }

  @Test("slows down, and never gives 0, where the shown power runs ahead of the level")
  func ahead() throws {
    let machine = try discharging()
    let meter = try machine.meter(machine.battery())
    // 600 s at 10 W while the level does not fall at all: 340 J at most are believed at full speed, then half of it.
    machine.pass(30)
    #expect(meter.advance([]).total.energy.joules.isNear(300))
    machine.pass(4)
    // 340 J would be beyond 36 + 300 J: half of 40 J.
    #expect(meter.advance([]).total.energy.joules.isNear(20))
    machine.pass(1)
    #expect(meter.advance([]).total.energy.joules.isNear(10))
    machine.pass(2)
    #expect(meter.advance([]).total.energy.joules.isNear(10))
  }

  @Test("takes the mean of a power that changes")
  func changingPower() throws {
    let machine = try discharging()
    let meter = try machine.meter(machine.battery())
    machine.pass(2)
    try set(machine, ["power_now": "30000000"])
    // 10 to 30 W over 2 s; the greatest power widens the interval.
    let reading = meter.advance([]).total
    #expect(reading.energy.joules.isNear(40))
    #expect(reading.high.joules.isNear(40 + 36 + 900))
  }

  @Test("reads a battery that shows charge, current and voltage")
  func charge() throws {
    let machine = try FakeMachine()
    // 1 mAh at 12 V are 3.6 C · 12 V = 43.2 J.
    try set(machine, ["status": "Discharging", "charge_full": "3001000", "charge_now": "2000000"])
    try set(machine, ["voltage_now": "12000000", "current_now": "-500000"])
    let meter = try machine.meter(machine.battery())
    #expect(meter.source.provenance.detail.contains("steps of 43.2 J"))
    machine.pass(1)
    // 0.5 A at 12 V are 6 W.
    #expect(meter.advance([]).total.energy.joules.isNear(6))
  }

  @Test("keeps the interval open until the level falls where no power is shown")
  func levelOnly() throws {
    let machine = try FakeMachine()
    try set(machine, ["status": "Discharging", "charge_full": "3001000", "charge_now": "2000000"])
    try set(machine, ["voltage_now": "12000000"])
    let meter = try machine.meter(machine.battery())
    machine.pass(1)
    let gap = meter.advance([])
    #expect(gap.isGap && gap.warnings.first?.contains("BAT0/charge_now has not fallen") == true)
    machine.pass(60)
    try set(machine, ["charge_now": "1990000", "voltage_now": "11000000"])
    // 10 mAh = 36 C at 11.5 V in the mean.
    let reading = meter.advance([]).total
    #expect(reading.energy.joules.isNear(414))
    #expect(reading.low.joules < 414 - 36 && reading.high.joules > 414 + 36)
  }

  @Test("adds up two batteries, of which one may rest")
  func two() throws {
    let machine = try discharging()
    try set(machine, ["status": "Not charging", "energy_now": "20000000", "power_now": "0"], of: "BAT1")
    let meter = try machine.meter(machine.battery())
    #expect(meter.source.provenance.domains == ["BAT0", "BAT1"])
    machine.pass(1)
    #expect(meter.advance([]).total.energy.joules.isNear(10))
  }

  @Test("leaves out mains and the batteries of other devices")
  func others() throws {
    let machine = try FakeMachine()
    try set(machine, ["type": "Mains", "online": "1"], of: "AC")
    try set(machine, ["type": "Battery", "scope": "Device", "status": "Discharging"], of: "hidpp_battery_0")
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.battery() }
    #expect(error?.state == .absent)
  }

  @Test("is refused while the machine is on mains", arguments: ["Charging", "Full", "Not charging"])
  func mains(status: String) throws {
    let machine = try discharging()
    try set(machine, ["status": status])
    let error = #expect(throws: EnergySourceUnusable.self) { try machine.battery() }
    #expect(error?.state == .refused)
    #expect(error?.reason.contains("BAT0/status says \(status)") == true)
  }

  @Test("counts nothing while the machine is on mains in between, and widens the interval")
  func mainsBetween() throws {
    let machine = try discharging()
    let meter = try machine.meter(machine.battery())
    machine.pass(1)
    try set(machine, ["status": "Charging", "energy_now": "30010000"])
    let charging = meter.advance([])
    #expect(charging.isGap && charging.warnings.first?.contains("BAT0/status says Charging") == true)
    machine.pass(9)
    try set(machine, ["status": "Discharging", "energy_now": "31000000"])
    #expect(meter.advance([]).isGap)
    machine.pass(3)
    let reading = meter.advance([]).total
    // 30 J are known of 3 s; of the 10 s before them at most 100 J at the 10 W seen.
    #expect(reading.energy.joules.isNear(30))
    #expect(reading.high.joules.isNear(30 + 336 + 100))
  }

  @Test("takes a file that fails as a gap that names it, and its energy with the next reading")
  func failing() throws {
    let machine = try discharging()
    let meter = try machine.meter(machine.battery())
    machine.pass(1)
    machine.failing = ["BAT0/energy_now"]
    let gap = meter.advance([])
    #expect(gap.isGap && gap.warnings.first?.contains("BAT0/energy_now: I/O error") == true)
    machine.failing = []
    machine.pass(1)
    #expect(meter.advance([]).total.energy.joules.isNear(20))
  }

  @Test("comes after all counters and before the model")
  func choice() throws {
    let machine = try discharging()
    #expect(EnergySourceReport.survey(machine.environment).chosen == "battery")
    #expect(
      try EnergyMeter.choose(source: .battery, environment: machine.environment).report.chosen == "battery")
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    #expect(EnergySourceReport.survey(machine.environment).chosen == "powercap")
    try set(machine, ["status": "Full"])
    let error = #expect(throws: EnergySourceUnusable.self) {
      try EnergyMeter.choose(source: .battery, environment: machine.environment)
    }
    #expect(error?.source == "battery")
  }
}
