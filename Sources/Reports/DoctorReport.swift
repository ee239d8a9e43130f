import EnergyMetering
import Foundation
import SearchSpaces
import Studies

/// What `wattle doctor` finds.
public struct DoctorReport: Codable, Sendable {
  var programVersion: String
  var host: HostDescription
  var energy: EnergySourceReport
  /// What looking at the chosen source takes.
  var meterCost: MeterCost
  /// How to get at sources that the kernel keeps from this program.
  var energyAccess: [EnergyAccess]
  /// The calibration's profile that the power model would use.
  var profile: StoredProfile
  var workers: Int
  var engine: EngineProbe
  var advice: [String]

  /// Looks at the machine: one to two seconds.
  public static func make(programVersion: String) throws -> DoctorReport {
    let host = HostDescription()
    let plan = WorkerPlan(workers: .auto, blasCore: nil, host: host)
    var environment = MeterEnvironment()
    environment.reservedCPUs = plan.count
    let energy = EnergySourceReport.survey(environment)
    // A damaged profile keeps a search from beginning; the doctor tells of it and measures without.
    let profiles = environment.profiles
    environment.profiles = EnergyProfileFolder(path: nil)
    let (meter, _) = try EnergyMeter.choose(source: .auto, environment: environment)
    environment.profiles = profiles
    let engine = try EngineProbe.measure(blasCore: plan.blasCore)
    return DoctorReport(
      programVersion: programVersion, host: host, energy: energy,
      meterCost: try meter.cost(processes: plan.count + 1),
      energyAccess: EnergyAccess.advice(for: energy, host: host, environment: environment),
      profile: StoredProfile(for: host.processor, in: environment.profiles),
      workers: plan.count, engine: engine,
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
    lines += Self.lines(of: energy, profile: profile, access: energyAccess)
    lines += [
      "  \(Self.padded("cost")) \(NumberText.significant(meterCost.windowMicroseconds)) µs of CPU a window; "
        + "\(NumberText.significant(100 * meterCost.shareAtTenHertz)) % of one core at ten looks a second"
    ]
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

  /// How each source stands, which profile there is, and how to get at sources that the kernel keeps from this program.
  public static func lines(
    of energy: EnergySourceReport, profile: StoredProfile? = nil, access: [EnergyAccess]
  ) -> [String] {
    var lines: [String] = []
    for source in energy.sources {
      lines.append("  \(padded(source.name)) \(source.state.words): \(source.detail)")
      if let test = source.selfTest {
        lines += test.counters.map {
          "  \(padded(""))   \($0.domain): \(NumberText.significant($0.idleWatts)) W without work, "
            + "\(NumberText.significant($0.loadWatts)) W with one CPU busy"
        }
      }
    }
    if let profile {
      lines.append("  \(padded("profile")) \(profile.detail)")
      lines += (profile.problems ?? []).map { "  \(padded(""))   \($0)" }
    }
    if !access.isEmpty {
      lines += ["", "Access without being root, for an administrator (one of these is enough)"]
      for way in access {
        lines.append("  \(padded(way.source)) \(way.text)")
        lines += way.commands.map { "  \(padded(""))   \($0)" }
      }
    }
    return lines
  }

  private static func padded(_ name: String) -> String {
    name.padding(toLength: 12, withPad: " ", startingAt: 0)
  }
}
