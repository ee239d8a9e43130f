import EnergyMetering
import Numerics
import Testing

@Suite("The power model with a profile")
struct FittedPowerModelTests {
  /// 10 W, 100 pJ a FLOP, 1 nJ a byte; wrong by a quarter at most; other work 8–20 W, 12 W at best.
  private func profile(domains: [String] = ["package-0", "dram-0"]) throws -> EnergyProfile {
    var profile = try FakeMachine.fittedProfile()
    profile.model = FittedModel(busyWatts: 10, joulesPerFlop: 1e-10, joulesPerByte: 1e-9)
    profile.quality = FitQuality(residual: 0.1, medianHoldOutError: 0.1, largestHoldOutError: 0.25)
    profile.uncountedPower = PowerBand(low: 8, central: 12, high: 20)
    profile.domains = domains
    return profile
  }

  private func meter(_ machine: FakeMachine, _ profile: EnergyProfile) throws -> EnergyMeter {
    try machine.meter(
      PowerModel(
        processor: ProcessorIdentity(cpuinfo: FakeMachine.sapphireRapids), reservedCPUs: 0, profile: profile))
  }

  private func activity(
    _ id: String, _ seconds: Double, _ operations: OperationCount?, bytes: Int = 0
  ) -> ConsumerActivity {
    ConsumerActivity(id: id, cpuSeconds: seconds, residentBytes: bytes, operations: operations)
  }

  @Test("gives the joules of a worked example")
  func workedExample() throws {
    let machine = try FakeMachine()
    let meter = try meter(machine, try profile())
    try meter.begin([activity("study", 3, nil), activity("worker", 1, OperationCount(flops: 5e9, bytes: 0))])
    machine.pass(2)
    let interval = meter.advance([
      activity("study", 3.5, nil, bytes: 4_000_000_000),
      activity("worker", 3, OperationCount(flops: 205e9, bytes: 5e9)),
    ])
    // The worker: 2 s · 10 W + 200 GFLOP · 100 pJ + 5 GB · 1 nJ = 45 J; from 45 / 1.25 to 45 / 0.75.
    let worker = try #require(interval["worker"])
    #expect(worker.energy.joules.isNear(45))
    #expect(worker.low.joules.isNear(36) && worker.high.joules.isNear(60))
    // The study: half a second of work that nobody counts. Its memory is in the profile's counter.
    let study = try #require(interval["study"])
    #expect(study.energy.joules.isNear(6))
    #expect(study.low.joules.isNear(4) && study.high.joules.isNear(10))
    #expect(interval.total.energy.joules.isNear(51) && meter.total.energy.joules.isNear(51))
    #expect(meter.total.low.joules.isNear(40) && meter.total.high.joules.isNear(70))
  }

  @Test("adds memory where the profile's counter did not cover it")
  func memory() throws {
    let machine = try FakeMachine()
    let meter = try meter(machine, try profile(domains: ["package-0"]))
    try meter.begin([activity("study", 0, nil, bytes: 2_000_000_000)])
    machine.pass(10)
    // 2 GB for 10 s at 0.3725 W/GB.
    #expect(
      meter.advance([activity("study", 0, nil, bytes: 2_000_000_000)])["study"]?.energy.joules.isNear(7.45)
        == true)
  }

  @Test("counts operations that come late, and tells them from the time before they were counted")
  func late() throws {
    let machine = try FakeMachine()
    let meter = try meter(machine, try profile())
    try meter.begin([])
    var joules = 0.0
    for (seconds, operations) in [
      (1.0, nil), (2, OperationCount.zero), (3, OperationCount(flops: 1e11, bytes: 0)), (4, nil),
    ] {
      machine.pass(1)
      joules += meter.advance([activity("worker", seconds, operations)])["worker"]?.energy.joules ?? 0
    }
    // 12 W, then 10 W, then 10 W and 10 J, then 12 W.
    #expect(joules.isNear(54))
    #expect(meter.total.energy.joules.isNear(54))
  }

  @Test("closes its books to 1e-9, and no sum is narrower than its terms or negative", arguments: 1...10)
  func intervals(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "intervals")
    let machine = try FakeMachine()
    let fitted = try FakeMachine.fittedProfile(noise: 0.2, seed: seed)
    let meter = try meter(machine, fitted)
    var sum = EnergyReading.zero(meter.source.provenance)
    var used: [Double] = [0, 0, 0]
    var computed = OperationCount.zero
    try meter.begin([])
    for _ in 0..<100 {
      machine.pass(1)
      for index in used.indices { used[index] += stream.uniform() }
      computed += OperationCount(flops: 1e11 * stream.uniform(), bytes: 1e10 * stream.uniform())
      let interval = meter.advance([
        activity("study", used[0], nil), activity("one", used[1], computed),
        activity("two", used[2], stream.uniform() < 0.5 ? nil : .zero),
      ])
      for reading in interval.consumers.map(\.reading) + [interval.idle] {
        #expect(reading.low >= .zero && reading.low <= reading.energy && reading.energy <= reading.high)
        let factor = stream.uniform(in: 1..<2)
        let before = width(sum)
        sum += reading
        #expect(width(sum) >= max(before, width(reading)) * (1 - 1e-12))
        // A factor of one or more with bounds of its own widens as well.
        let scaled = reading * UncertainValue(factor, low: 1, high: 2)
        #expect(width(scaled) >= width(reading) && scaled.low >= .zero)
      }
    }
    #expect(sum.energy.joules.isNear(meter.total.energy.joules))
    #expect(sum.low.joules.isNear(meter.total.low.joules) && sum.high.joules.isNear(meter.total.high.joules))
  }

  private func width(_ reading: EnergyReading) -> Double { (reading.high - reading.low).joules }

  @Test("holds the truth of a simulated machine in its intervals", arguments: 1...10)
  func holdsTruth(seed: UInt64) throws {
    let fitted = try FakeMachine.fittedProfile(noise: 0.05, seed: seed)
    let machine = try FakeMachine()
    for workload in SimulatedWorkload.all(on: machine, seed: seed + 50) {
      let meter = try meter(machine, fitted)
      try meter.begin([])
      machine.pass(3)
      let reading = meter.advance([activity("worker", 3, workload.rate * 3)])["worker"]
      let truth = TrueCosts().joules(cpuSeconds: 3, operations: workload.rate * 3)
      let interval = try #require(reading)
      #expect(interval.low.joules <= truth && truth <= interval.high.joules)
    }
  }

  @Test("does not err alike about different workloads, as watts of a table do")
  func errors() throws {
    let machine = try FakeMachine()
    let fitted = try meter(machine, try profile()).total.provenance
    #expect(!fitted.errsAlike(fitted))
    let table = PowerModel(
      processor: ProcessorIdentity(cpuinfo: FakeMachine.sapphireRapids), reservedCPUs: 1
    ).provenance
    #expect(table.errsAlike(table))
  }
}
