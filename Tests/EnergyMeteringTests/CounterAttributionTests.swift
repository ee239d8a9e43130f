import EnergyMetering
import Testing

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
