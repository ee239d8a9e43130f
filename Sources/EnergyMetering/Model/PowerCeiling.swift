import Foundation

/// The most power that a processor package's counter can show without being wrong: twice the thermal design power.
///
/// Processors go beyond their thermal design power for seconds, but not to its double for as long as a test lasts.
struct PowerCeiling: Hashable, Sendable, CustomStringConvertible {
  /// Watts of one package.
  let watts: Double
  /// What it is twice of, such as `the 270 W of constraint_0_max_power_uw`.
  let basis: String

  /// For people, such as `540 W, twice the 270 W of constraint_0_max_power_uw`.
  var description: String { String(format: "%.4g W, twice ", watts) + basis }

  /// The ceiling of a powercap zone, from the greatest power of its constraints; nil if it names none.
  init?(zoneFolder: String, files: any FileOpener) {
    var greatest: (microwatts: UInt64, name: String) = (0, "")
    // Zones have up to three constraints: long-term, short-term and peak power.
    for index in 0..<3 {
      let name = "constraint_\(index)_max_power_uw"
      let text = (try? files.contents(of: "\(zoneFolder)/\(name)")) ?? ""
      if let value = UInt64(text.filter { !$0.isWhitespace }), value > greatest.microwatts {
        greatest = (value, name)
      }
    }
    guard greatest.microwatts > 0 else { return nil }
    let design = Double(greatest.microwatts) * 1e-6
    watts = 2 * design
    basis = String(format: "the %.4g W of ", design) + greatest.name
  }

  /// The ceiling of a package by the processor's family: the hungriest part's watts by core, times the cores of a
  /// package.
  init(host: HostDescription, cpuinfo: String) {
    let recognition = ProcessorRecognition(host.processor)
    let wattsPerCore = recognition.families.map(\.highest.wattsPerCore).max() ?? 0
    let packages = Set(cpuinfo.split(separator: "\n").filter { $0.hasPrefix("physical id") }).count
    let cores = max(1, host.physicalCores / max(1, packages))
    watts = 2 * wattsPerCore * Double(cores)
    let each = cores == 1 ? "one core" : "each of \(cores) cores"
    basis = "the \(String(format: "%.3g", wattsPerCore)) W of \(each) (at most, \(recognition.name))"
  }

  /// The ceiling of this machine's packages: the greatest that powercap names, otherwise by family.
  static func ofPackages(root: String, files: any FileOpener, host: HostDescription) -> PowerCeiling {
    let zones = (try? PowercapZone.all(in: root + PowercapZone.path, files: files)) ?? []
    let named = PowercapZone.summable(among: zones).filter { $0.part == .package }.compactMap {
      PowerCeiling(zoneFolder: $0.zone.folder, files: files)
    }
    if let greatest = named.max(by: { $0.watts < $1.watts }) { return greatest }
    return PowerCeiling(host: host, cpuinfo: (try? files.contents(of: root + "/proc/cpuinfo")) ?? "")
  }
}
