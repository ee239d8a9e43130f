/// Energy sensors of hardware monitoring drivers, such as AMD's `amd_energy`, in microjoules.
///
/// A driver's labels tell what its sensors are: sockets or packages and their memory are summed; cores are inside
/// sockets, and graphics cards and whatever else has a sensor are not counted. No driver says where its sensors start
/// again from zero, so that a fall is a gap.
public final class HardwareMonitorSource: CounterSource {
  /// Finds the machine's sensors and opens them.
  ///
  /// - Parameters:
  ///   - root: Where `/sys` is; empty for the machine itself.
  ///   - logicalCPUs: How many logical CPUs share the idle power.
  /// - Throws: `EnergySourceUnusable` with the reason: no sensor of a processor, or no permission to read it.
  public convenience init(
    root: String = "", files: any FileOpener = SystemFiles(), clock: any MeterClock = SystemClock(),
    logicalCPUs: Int
  ) throws(EnergySourceUnusable) {
    try self.init(root: root, files: files, clock: clock, logicalCPUs: logicalCPUs, ceiling: nil)
  }

  /// - Parameter ceiling: The most power of a package.
  init(
    root: String, files: any FileOpener, clock: any MeterClock, logicalCPUs: Int, ceiling: PowerCeiling?
  ) throws(EnergySourceUnusable) {
    let folder = root + "/sys/class/hwmon"
    let sensors = EnergySensor.all(in: folder, files: files)
    var counters: [EnergyCounter] = []
    do {
      // Two drivers that read the same registers: the first one that has sockets counts.
      let driver = sensors.first { $0.part == .package }?.device
      var seen: Set<String> = []
      for sensor in sensors where sensor.device == driver {
        guard let part = sensor.part, seen.insert(sensor.domain).inserted else { continue }
        let counter = EnergyCounter(
          domain: sensor.domain, part: part, place: sensor.path,
          register: try FileRegister(sensor.path, files: files), joulesPerCount: 1e-6, range: nil,
          ceiling: ceiling)
        _ = try counter.read()
        counters.append(counter)
      }
    } catch { throw Self.unusable(error) }
    if counters.isEmpty { throw Self.nothing(folder: folder, sensors: sensors) }
    super.init(
      name: "hwmon", kind: sensors.first { $0.part == .package }?.driver ?? "hwmon", counters: counters,
      clock: clock, logicalCPUs: logicalCPUs)
  }

  private static func unusable(_ error: FileAccessError) -> EnergySourceUnusable {
    if case .denied(let path) = error {
      return EnergySourceUnusable(
        source: "hwmon", state: .denied,
        reason:
          "\(path) may not be read: only root may, unless an administrator lets others: `wattle doctor` says "
          + "how")
    }
    return EnergySourceUnusable(source: "hwmon", state: .refused, reason: "\(error)")
  }

  private static func nothing(folder: String, sensors: [EnergySensor]) -> EnergySourceUnusable {
    if sensors.isEmpty {
      return EnergySourceUnusable(
        source: "hwmon", state: .absent,
        reason: "no energy*_input beneath \(folder): no driver has energy sensors")
    }
    let names = sensors.map { "\($0.driver) \($0.label)" }
    return EnergySourceUnusable(
      source: "hwmon", state: .refused,
      reason: "no energy sensor beneath \(folder) is a processor's: "
        + (names.prefix(4) + (names.count > 4 ? ["…"] : [])).joined(separator: ", "))
  }
}
