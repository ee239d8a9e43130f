import EnergyMetering
import Numerics
import Testing

@Suite("A calibration")
struct CalibrationTests {
  @Test("finds the coefficients of a simulated machine, whose idle power it leaves out")
  func recovers() throws {
    let profile = try FakeMachine.fittedProfile()
    // The counter's microjoules are the only error.
    #expect(profile.model.busyWatts.isNear(9, relative: 1e-5))
    #expect(profile.model.joulesPerFlop.isNear(6e-11, relative: 1e-5))
    #expect(profile.model.joulesPerByte.isNear(3e-10, relative: 1e-5))
    #expect(profile.quality.residual < 1e-6 && profile.quality.largestHoldOutError < 1e-5)
    #expect(profile.source == "powercap" && profile.domains == ["package-0"])
    #expect(profile.family == "Sapphire Rapids" && profile.logicalProcessors == 2)
  }

  @Test("predicts workloads of a noisy simulated machine that it has not seen within 10 %", arguments: 1...20)
  func holdOut(seed: UInt64) throws {
    let profile = try FakeMachine.fittedProfile(noise: 0.04, seed: seed)
    #expect(profile.quality.largestHoldOutError < 0.1, "\(profile.quality)")
    #expect(profile.quality.medianHoldOutError > 0)
    let machine = try FakeMachine()
    for workload in SimulatedWorkload.all(on: machine, seed: seed + 100) {
      let truth = TrueCosts().joules(cpuSeconds: 1, operations: workload.rate)
      let joules = profile.model.joules(cpuSeconds: 1, operations: workload.rate)
      #expect(abs(joules - truth) / truth < 0.1)
    }
  }

  @Test("never has a negative coefficient, however the energy falls with the work", arguments: 1...50)
  func nonNegative(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "odd machines")
    let samples = (0..<8).map { index in
      CalibrationSample(
        workload: "w\(index)", cpuSeconds: stream.uniform(in: 0.4..<0.6),
        operations: OperationCount(
          flops: stream.uniform(in: 0..<5e10), bytes: stream.uniform(in: 0..<1e10)),
        joules: stream.uniform(in: 1..<20))
    }
    let model = FittedModel(fittedTo: samples)
    #expect(model.busyWatts >= 0 && model.joulesPerFlop >= 0 && model.joulesPerByte >= 0)
  }

  /// CPU seconds alone: 10 W three times, and once 12.5 W.
  private func plain(_ last: Double) -> [CalibrationSample] {
    [10, 10, 10, last].enumerated().map {
      CalibrationSample(workload: "w\($0)", cpuSeconds: 1, operations: .zero, joules: $1)
    }
  }

  private func profile(_ samples: [CalibrationSample]) throws -> EnergyProfile {
    let machine = try FakeMachine()
    return try EnergyProfile(
      samples: samples, host: HostDescription(root: machine.root, files: machine),
      source: EnergyProvenance(source: "perf", domains: ["package-0"], tier: .measured, detail: ""),
      blasCore: "Zen", date: "2026-01-31T12:00:00Z", programVersion: "0.1.0")
  }

  @Test("leaves out each workload in turn to find the hold-out error of a worked example")
  func leaveOneOut() throws {
    let found = try profile(plain(12.5))
    // Without the last: 10 W, which is 2.5 J of 12.5 J too low. Without another: Σ(1/E) / Σ(1/E²) = 0.28 / 0.0264 W
    // = 10.606 W, which is 6.06 % too high for 10 J.
    #expect(found.quality.largestHoldOutError.isNear(0.2))
    #expect(found.quality.medianHoldOutError.isNear(0.28 / 0.264 - 1))
    // With all: 0.38 / 0.0364 W = 10.4396 W, wrong by 0.43956 J three times and by 2.0604 J.
    let (a0, errors) = (0.38 / 0.0364, [0.04395604, 0.04395604, 0.04395604, 0.16483516])
    #expect(found.model.busyWatts.isNear(a0))
    let meanSquare = errors.reduce(0) { $0 + $1 * $1 } / 4
    #expect(found.quality.residual.isNear(meanSquare.squareRoot(), relative: 1e-6))
    // Uncounted work: from 10 W / 1.2 to 12.5 W / 0.8.
    #expect(found.uncountedPower.low.isNear(10 / 1.2) && found.uncountedPower.high.isNear(15.625))
    #expect(found.uncountedPower.central.isNear(10.625))
  }

  @Test("says what is wrong with workloads that cannot be fitted")
  func refuses() throws {
    // 20 J where the others have 10 W: left out, it is predicted wrong by half.
    let poor = #expect(throws: CalibrationError.self) { try profile(plain(20.001)) }
    #expect(poor?.description.contains("expected a hold-out error below 50 %, found 50.0 %") == true)
    #expect(throws: CalibrationError.tooFewSamples(3)) { try profile(Array(plain(10).prefix(3))) }
    let error = #expect(throws: CalibrationError.self) { try profile(plain(0)) }
    #expect(error?.description.contains("perf shows no energy of the workload 'w3'") == true)
  }

  @Test("fails when the counter cannot be read")
  func gap() throws {
    let (machine, meter) = try FakeMachine.withCounter(idleWatts: 0)
    let workload = FailingWorkload(machine: machine)
    let error = #expect(throws: CalibrationError.self) { try Calibration.sample(workload, meter: meter) }
    #expect(error?.description.contains("intel-rapl:0/energy_uj: I/O error") == true)
  }

  private struct FailingWorkload: CalibrationWorkload {
    let name = "failing"
    let machine: FakeMachine
    func activity() -> ConsumerActivity { ConsumerActivity(name, 0) }
    func run(seconds: Double) throws -> OperationCount {
      machine.failing = ["energy_uj"]
      return .zero
    }
  }

  @Test("takes the best counter that works, or says in one line why there is none")
  func counters() throws {
    let machine = try FakeMachine()
    let error = #expect(throws: NoCounterError.self) {
      try EnergyMeter.chooseCounter(environment: machine.environment)
    }
    let text = try #require(error?.description)
    for part in ["powercap not found (", "perf not found (", "hwmon not found (", "battery"] {
      #expect(text.contains(part), "\(text)")
    }
    #expect(!text.contains("\n"))
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 1_000_000)
    machine.whileLoaded = { _ in try? machine.set("intel-rapl:0", 13_000_000) }
    #expect(
      try EnergyMeter.chooseCounter(environment: machine.environment).meter.source.name == "powercap")
  }
}
