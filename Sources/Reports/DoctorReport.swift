import EnergyMetering
import Foundation
import SearchSpaces
import Studies

/// What `wattle doctor` finds.
public struct DoctorReport: Codable, Sendable {
  var programVersion: String
  var host: HostDescription
  var energy: EnergySourceReport
  var workers: Int
  var engine: EngineProbe
  var advice: [String]

  /// Looks at the machine: about a second.
  public static func make(programVersion: String) throws -> DoctorReport {
    let host = HostDescription()
    let plan = WorkerPlan(workers: .auto, blasCore: nil, host: host)
    var environment = MeterEnvironment()
    environment.reservedCPUs = plan.count
    let energy = EnergySourceReport.survey(environment)
    let engine = try EngineProbe.measure(blasCore: plan.blasCore)
    return DoctorReport(
      programVersion: programVersion, host: host, energy: energy, workers: plan.count, engine: engine,
      advice: BLASCore.advice(for: host, coreInUse: engine.blasCore))
  }

  /// The findings in words.
  public var text: String {
    var lines = [
      "wattle \(programVersion)",
      "",
      "Machine",
      "  processor    \(host.processor.modelName), \(host.recognition)",
      "  CPUs         \(host.availableProcessors) of \(host.logicalProcessors) usable, "
        + "\(counted(host.physicalCores, "core")); \(counted(workers, "worker")) by default",
      "  memory       \(NumberText.fixed(Double(host.memoryBytes) / 1e9, decimals: 1)) GB",
      "  kernel       \(host.kernelRelease)",
      "",
      "Energy: \(energy.chosen)",
    ]
    for source in energy.sources {
      lines.append(
        "  \(source.name.padding(toLength: 12, withPad: " ", startingAt: 0)) "
          + "\(source.isUsable ? "usable: " : "not usable: ")\(source.detail)")
    }
    lines += [
      "",
      "BLAS",
      "  core         \(engine.blasCore)",
      "  library      \(engine.blasConfiguration)",
      "  speed        \(NumberText.significant(engine.gigaflops)) GFLOP/s on one thread (sgemm, 1024 × 1024)",
    ]
    if !advice.isEmpty { lines += [""] + advice.map { "Advice: \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}
