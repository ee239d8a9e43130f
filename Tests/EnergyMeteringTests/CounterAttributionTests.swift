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

@Suite("A counter's energy with a fitted model")
struct ModelledAttributionTests {
  /// 10 W, 100 pJ a FLOP, 1 nJ a byte; wrong by a quarter at most; other work 12 W.
  private func profile(largestError: Double = 0.25) throws -> EnergyProfile {
    var profile = try FakeMachine.fittedProfile()
    profile.model = FittedModel(busyWatts: 10, joulesPerFlop: 1e-10, joulesPerByte: 1e-9)
    profile.quality = FitQuality(
      residual: 0.1, medianHoldOutError: 0.1, largestHoldOutError: largestError)
    profile.uncountedPower = PowerBand(low: 8, central: 12, high: 20)
    return profile
  }

  private func activity(_ id: String, _ seconds: Double, _ operations: OperationCount?) -> ConsumerActivity {
    ConsumerActivity(id: id, cpuSeconds: seconds, residentBytes: 0, operations: operations)
  }

  @Test("is shared by what the model says of each process's work")
  func shares() throws {
    let machine = try FakeMachine(cpus: 4)
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let source = try machine.powercap(cpus: 4)
    source.profile = try profile()
    let meter = try machine.meter(source)
    try meter.begin([activity("busy", 1, OperationCount(flops: 5e9, bytes: 0))])
    machine.pass(2)
    try machine.set("intel-rapl:0", 96_000_000)
    machine.setBusy(ticks: 600)
    // The model says: busy 2 s · 10 W + 200 GFLOP · 100 pJ = 40 J, waiting 2 s · 10 W = 20 J, and 2 s of another
    // program, of whose work nothing is known, 2 s · 12 W = 24 J. Of 96 J the parts are 40, 20 and 24 of 84.
    let interval = meter.advance([
      activity("busy", 3, OperationCount(flops: 205e9, bytes: 0)), activity("waiting", 2, .zero),
    ])
    let busy = try #require(interval["busy"])
    #expect(busy.energy.joules.isNear(96 * 40 / 84))
    #expect(interval["waiting"]?.energy.joules.isNear(96 * 20 / 84) == true)
    #expect(interval.idle.energy.joules.isNear(96 * 24 / 84))
    // At least 40 / 1.25 = 32 of 32 + 44 / 0.75, at most 40 / 0.75 of 40 / 0.75 + 44 / 1.25; the edges are 2 ms of 48 W.
    let edge = 0.096 * 40 / 84
    #expect(busy.low.joules.isNear(96 * 32 / (32 + 44 / 0.75) - edge))
    #expect(busy.high.joules.isNear(96 * (40 / 0.75) / (40 / 0.75 + 44 / 1.25) + edge))
    #expect(busy.provenance.detail.hasPrefix("share of RAPL by the fitted model, hold-out error 10.0 %"))
  }

  @Test("is attributed to unequal loads within 5 % of what they drew, and the books close", arguments: 2...16)
  func unequalLoads(trials: Int) throws {
    let machine = try FakeMachine(cpus: 16)
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0)
    let source = try machine.powercap(cpus: 16)
    source.idleWatts = 20
    source.profile = try profile()
    let meter = try machine.meter(source)
    let model = FittedModel(busyWatts: 10, joulesPerFlop: 1e-10, joulesPerByte: 1e-9)
    var generator = Sequence64(state: UInt64(trials))
    var (counted, busySeconds) = (0.0, 0.0)
    var done = [OperationCount](repeating: .zero, count: trials)
    var (drawn, shares) = ([Double](repeating: 0, count: trials), [Double](repeating: 0, count: trials))
    var booked = EnergyReading.zero(source.provenance)
    for _ in 0..<50 {
      let seconds = Double.random(in: 0.05...0.3, using: &generator)
      machine.pass(seconds)
      busySeconds += seconds
      counted += 20 * seconds
      for trial in 0..<trials {
        // From 0 to 150 GFLOP/s, so that by CPU time the shares of the first and the last would be far off.
        let operations = OperationCount(flops: 150e9 * seconds * Double(trial) / Double(trials), bytes: 0)
        done[trial] += operations
        let joules =
          model.joules(cpuSeconds: seconds, operations: operations)
          * Double.random(in: 0.97...1.03, using: &generator)
        drawn[trial] += joules
        counted += joules
      }
      try machine.set("intel-rapl:0", UInt64(counted * 1e6))
      machine.setBusy(ticks: Int(busySeconds * Double(trials) * 100))
      let interval = meter.advance((0..<trials).map { activity("\($0)", busySeconds, done[$0]) })
      booked = booked + interval.idle
      for trial in 0..<trials {
        let reading = try #require(interval["\(trial)"])
        booked = booked + reading
        shares[trial] += reading.energy.joules
      }
    }
    let total = meter.total.energy.joules
    #expect(abs(booked.energy.joules - total) <= 1e-9 * total)
    for trial in 0..<trials { #expect(abs(shares[trial] / drawn[trial] - 1) < 0.05, "trial \(trial)") }
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
