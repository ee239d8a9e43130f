import EnergyMetering
import Testing

@Suite("A meter and a machine that is suspended")
struct SuspensionTests {
  private func meter(_ machine: FakeMachine) throws -> EnergyMeter {
    try EnergyMeter(
      source: PowerModel(
        processor: ProcessorIdentity(cpuinfo: "model name\t: Some processor\n"), reservedCPUs: 1),
      clock: machine)
  }

  private func activity(_ seconds: Double) -> [ConsumerActivity] {
    [ConsumerActivity(id: "worker", cpuSeconds: seconds, residentBytes: 0)]
  }

  @Test("says so in the window in which it was, and in no other")
  func window() throws {
    let machine = try FakeMachine(cpus: 1)
    // Before the meter begins it is of no interest.
    machine.suspended = 1000
    let meter = try meter(machine)
    machine.sleep(seconds: 2)
    let before = meter.advance(activity(1))
    #expect(before.warnings.isEmpty)
    machine.sleep(seconds: 2)
    machine.suspended += 7200.4
    let across = meter.advance(activity(2))
    #expect(
      across.warnings == [
        "the machine was suspended for 7200 s; what it drew in that time is in no account"
      ])
    let reading = try #require(across["worker"])
    #expect(reading.provenance.detail.hasSuffix("; machine suspended meanwhile"))
    // No time passed on the clock that the model goes by.
    #expect(reading.energy == before["worker"]?.energy)
    machine.sleep(seconds: 2)
    let after = meter.advance(activity(3))
    #expect(after.warnings.isEmpty && after["worker"]?.provenance == before["worker"]?.provenance)
  }

  @Test("does not take the time between reading two clocks for one")
  func jitter() throws {
    let machine = try FakeMachine(cpus: 1)
    let meter = try meter(machine)
    for _ in 0..<100 {
      machine.sleep(seconds: 0.1)
      machine.suspended += 0.01
      #expect(meter.advance(activity(0)).warnings.isEmpty)
    }
  }
}
