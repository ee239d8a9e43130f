/// The processor's own energy counters (RAPL), through the kernel's powercap files.
///
/// The sum of all packages and their dram, in microjoules, for the whole machine. Where a zone does not say at which
/// value it starts again from zero, a fall of its value is a gap.
public final class PowercapSource: CounterSource {
  /// Finds the machine's counters and opens them.
  ///
  /// - Parameters:
  ///   - root: Where `/sys` is; empty for the machine itself.
  ///   - logicalCPUs: How many logical CPUs share the idle power.
  /// - Throws: `EnergySourceUnusable` with the reason: no counters, or no permission to read them.
  public convenience init(
    root: String = "", files: any FileOpener = SystemFiles(), clock: any MeterClock = SystemClock(),
    logicalCPUs: Int
  ) throws(EnergySourceUnusable) {
    try self.init(root: root, files: files, clock: clock, logicalCPUs: logicalCPUs, ceiling: nil)
  }

  /// - Parameter ceiling: The most power of a package whose zone does not name it.
  init(
    root: String, files: any FileOpener, clock: any MeterClock, logicalCPUs: Int, ceiling: PowerCeiling?
  ) throws(EnergySourceUnusable) {
    let folder = root + PowercapZone.path
    let counters: [EnergyCounter]
    do {
      counters = try Self.counters(in: folder, files: files, ceiling: ceiling)
    } catch {
      throw Self.unusable(error, folder: folder)
    }
    if counters.isEmpty {
      throw EnergySourceUnusable(
        source: "powercap", state: .absent,
        reason: "\(folder) has no RAPL package and no psys: the driver found no counter")
    }
    super.init(
      name: "powercap", kind: "RAPL", counters: counters, clock: clock, logicalCPUs: logicalCPUs)
  }

  private static func counters(
    in folder: String, files: any FileOpener, ceiling: PowerCeiling?
  ) throws(FileAccessError) -> [EnergyCounter] {
    var counters: [EnergyCounter] = []
    var packageCeiling = ceiling
    for summand in PowercapZone.summable(among: try PowercapZone.all(in: folder, files: files)) {
      let zone = summand.zone.folder
      let own = PowerCeiling(zoneFolder: zone, files: files)
      if summand.part == .package { packageCeiling = own ?? ceiling }
      let range = (try? files.contents(of: "\(zone)/max_energy_range_uj")) ?? ""
      let counter = EnergyCounter(
        domain: summand.domain, part: summand.part, place: "\(zone)/energy_uj",
        register: try FileRegister("\(zone)/energy_uj", files: files), joulesPerCount: 1e-6,
        range: UInt64(range.filter { !$0.isWhitespace }).flatMap { $0 > 0 ? $0 : nil },
        // Memory takes less than its package.
        ceiling: own ?? packageCeiling)
      _ = try counter.read()
      counters.append(counter)
    }
    return counters
  }

  private static func unusable(_ error: FileAccessError, folder: String) -> EnergySourceUnusable {
    switch error {
    case .missing(let path) where path == folder:
      EnergySourceUnusable(
        source: "powercap", state: .absent,
        reason:
          "there is no \(folder): a virtual machine or container hides the counters, or the kernel lacks "
          + "intel_rapl")
    case .denied(let path):
      EnergySourceUnusable(
        source: "powercap", state: .denied,
        reason:
          "\(path) may not be read; since Linux 5.10 only root may (CVE-2020-8694), unless an administrator "
          + "lets others: `wattle doctor` says how")
    default: EnergySourceUnusable(source: "powercap", state: .refused, reason: "\(error)")
    }
  }
}
