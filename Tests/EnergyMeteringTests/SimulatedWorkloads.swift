import EnergyMetering
import Numerics

/// What a simulated machine draws.
struct TrueCosts {
  var busyWatts = 9.0
  var joulesPerFlop = 6e-11
  var joulesPerByte = 3e-10
  var idleWatts = 20.0

  func joules(cpuSeconds: Double, operations: OperationCount) -> Double {
    busyWatts * cpuSeconds + joulesPerFlop * operations.flops + joulesPerByte * operations.bytes
  }
}

/// A workload that advances a fake machine's clock and counter by known costs.
final class SimulatedWorkload: CalibrationWorkload {
  let name: String
  let rate: OperationCount
  private let machine: FakeMachine
  private let costs: TrueCosts
  private let disturbance: Double
  private var cpuSeconds = 0.0

  /// - Parameters:
  ///   - rate: what is computed in a second.
  ///   - disturbance: by which part it draws more than the costs say.
  init(
    _ name: String, rate: OperationCount, on machine: FakeMachine, costs: TrueCosts, disturbance: Double = 0
  ) {
    self.name = name
    self.rate = rate
    self.machine = machine
    self.costs = costs
    self.disturbance = disturbance
  }

  func activity() -> ConsumerActivity { ConsumerActivity(name, cpuSeconds) }

  func run(seconds: Double) throws -> OperationCount {
    let computed = rate * seconds
    let joules =
      costs.joules(cpuSeconds: seconds, operations: computed) * (1 + disturbance) + costs.idleWatts * seconds
    machine.pass(seconds)
    cpuSeconds += seconds
    machine.microjoules += UInt64((joules * 1e6).rounded())
    try machine.set("intel-rapl:0", machine.microjoules)
    return computed
  }

  /// Fourteen workloads from 2 to 120 GFLOP/s and from 0.2 to 20 GB/s, disturbed at random.
  static func all(
    on machine: FakeMachine, costs: TrueCosts = TrueCosts(), noise: Double = 0, seed: UInt64 = 1
  ) -> [SimulatedWorkload] {
    var stream = RandomStream(seed: seed, purpose: "simulated workloads")
    return (0..<14).map { index in
      let rate = OperationCount(
        flops: stream.uniform(in: 2e9..<120e9), bytes: stream.uniform(in: 0.2e9..<20e9))
      return SimulatedWorkload(
        "w\(index)", rate: rate, on: machine, costs: costs,
        disturbance: noise > 0 ? stream.uniform(in: -noise..<noise) : 0)
    }
  }
}

extension FakeMachine {
  /// A machine with one counter that draws its idle power.
  static func withCounter(idleWatts: Double) throws -> (machine: FakeMachine, meter: EnergyMeter) {
    let machine = try FakeMachine()
    try machine.zone("intel-rapl:0", name: "package-0", microjoules: 0, range: 1 << 50)
    let source = try machine.powercap()
    source.idleWatts = idleWatts
    return (machine, try machine.meter(source))
  }

  /// A profile fitted on a simulated machine.
  static func fittedProfile(
    noise: Double = 0, seed: UInt64 = 1, costs: TrueCosts = TrueCosts(),
    date: String = "2026-01-31T12:00:00Z",
    cpuinfo: String = FakeMachine.sapphireRapids
  ) throws -> EnergyProfile {
    let (machine, meter) = try withCounter(idleWatts: costs.idleWatts)
    let samples = try SimulatedWorkload.all(on: machine, costs: costs, noise: noise, seed: seed).map {
      try Calibration.sample($0, meter: meter)
    }
    var host = HostDescription(root: machine.root, files: machine)
    host.processor = ProcessorIdentity(cpuinfo: cpuinfo)
    return try EnergyProfile(
      samples: samples, host: host, source: meter.source.provenance, blasCore: "SkylakeX", date: date,
      programVersion: "0.1.0")
  }
}
