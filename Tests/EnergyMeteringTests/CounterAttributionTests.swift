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

/// A package whose true draw is known: idle power, and power for each busy core, with cores that heat each other up.
@Suite("Concurrent trials on a simulated package")
struct ConcurrentAttributionTests {
  @Test("of equal loads get what they drew within 5 %, and the books close", arguments: 2...16)
  func equalLoads(trials: Int) throws {
    let machine = try FakeMachine(cpus: 16)
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let source = try machine.powercap(cpus: 16)
    source.idleWatts = 20
    let meter = try machine.meter(source)
    var generator = Sequence64(state: UInt64(trials))
    var trueJoules = [Double](repeating: 0, count: trials)
    var cpuSeconds = trueJoules
    var counted = 0.0
    var booked = EnergyReading.zero(source.provenance)
    var shares = [Double](repeating: 0, count: trials)
    for _ in 0..<50 {
      let seconds = Double.random(in: 0.05...0.3, using: &generator)
      machine.pass(seconds)
      counted += 20 * seconds
      for trial in 0..<trials {
        // Equal loads on cores that are not: each draws 4 W, up to 3 % more or less from one moment to the next.
        let watts = 4 * Double.random(in: 0.97...1.03, using: &generator)
        cpuSeconds[trial] += seconds
        trueJoules[trial] += watts * seconds
        counted += watts * seconds
      }
      try machine.set("intel-rapl:0", UInt64(counted * 1e6))
      machine.setBusy(ticks: Int(cpuSeconds.reduce(0, +) * 100))
      let interval = meter.advance(cpuSeconds.enumerated().map { ConsumerActivity("trial-\($0)", $1) })
      booked = booked + interval.idle
      for trial in 0..<trials {
        let reading = try #require(interval["trial-\(trial)"])
        booked = booked + reading
        shares[trial] += reading.energy.joules
      }
    }
    let total = meter.total.energy.joules
    #expect(abs(booked.energy.joules - total) <= 1e-9 * total)
    #expect(abs(total - counted) < 1e-4)
    for trial in 0..<trials {
      #expect(abs(shares[trial] / trueJoules[trial] - 1) < 0.05, "trial \(trial): \(shares[trial]) J")
    }
  }
}
