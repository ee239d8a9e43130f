/// The processor's energy counters through the kernel's perf events `power/energy-pkg` and `power/energy-ram`.
///
/// One event for each CPU of the unit's `cpumask`, which names one CPU a package. The kernel counts in 64 bits, so that
/// nothing wraps; a count times the event's scale, 2⁻³² J, is joules. Cores, graphics and psys are inside the package
/// or contain it, and are not counted.
public final class PerfSource: CounterSource {
  /// Finds the machine's events and opens them.
  ///
  /// - Parameters:
  ///   - root: Where `/sys` is; empty for the machine itself.
  ///   - logicalCPUs: How many logical CPUs share the idle power.
  /// - Throws: `EnergySourceUnusable` with the reason: no events, or no permission to count them.
  public convenience init(
    root: String = "", files: any FileOpener = SystemFiles(), clock: any MeterClock = SystemClock(),
    events: any PerfEventOpener = SystemPerfEvents(), logicalCPUs: Int
  ) throws(EnergySourceUnusable) {
    try self.init(
      root: root, files: files, clock: clock, events: events, logicalCPUs: logicalCPUs, ceiling: nil)
  }

  /// - Parameter ceiling: The most power of a package.
  init(
    root: String, files: any FileOpener, clock: any MeterClock, events: any PerfEventOpener,
    logicalCPUs: Int, ceiling: PowerCeiling?
  ) throws(EnergySourceUnusable) {
    let unit = PerfEnergyUnit(folder: root + "/sys/bus/event_source/devices/power", files: files)
    let counters: [EnergyCounter]
    do { counters = try unit.counters(events: events, ceiling: ceiling) } catch {
      throw Self.unusable(error, unit: unit, root: root, files: files)
    }
    super.init(
      name: "perf", kind: "RAPL through perf events", counters: counters, clock: clock,
      logicalCPUs: logicalCPUs)
  }

  private static func unusable(
    _ error: FileAccessError, unit: PerfEnergyUnit, root: String, files: any FileOpener
  ) -> EnergySourceUnusable {
    switch error {
    case .missing(let path) where path == unit.typePath || path == unit.packageEventPath:
      return EnergySourceUnusable(
        source: "perf", state: .absent,
        reason:
          "there is no \(path): a virtual machine or container hides the counters, or the kernel lacks the "
          + "module rapl")
    case .denied(let name):
      let path = root + "/proc/sys/kernel/perf_event_paranoid"
      let level = ((try? files.contents(of: path)) ?? "").filter { !$0.isWhitespace }
      return EnergySourceUnusable(
        source: "perf", state: .denied,
        reason:
          "\(name) may not be counted: kernel.perf_event_paranoid is \(level.isEmpty ? "unknown" : level), it "
          + "takes 0 or less, or CAP_PERFMON: `wattle doctor` says how")
    default: return EnergySourceUnusable(source: "perf", state: .refused, reason: "\(error)")
    }
  }
}

/// The unit of energy events as the kernel describes it in files.
private struct PerfEnergyUnit {
  let folder: String
  let files: any FileOpener

  var typePath: String { "\(folder)/type" }
  var packageEventPath: String { "\(folder)/events/energy-pkg" }

  /// One counter a package, and one for its memory where there is one.
  func counters(
    events: any PerfEventOpener, ceiling: PowerCeiling?
  ) throws(FileAccessError) -> [EnergyCounter] {
    let type = try text("type")
    guard let number = UInt32(type) else { throw unexpected("type", "a number", found: type) }
    let package = try event("energy-pkg")
    var memory: Event?
    do { memory = try event("energy-ram") } catch {
      guard case .missing = error else { throw error }
    }
    let mask = try text("cpumask")
    guard let cpus = Self.cpus(mask) else { throw unexpected("cpumask", "a list of CPUs", found: mask) }

    var counters: [EnergyCounter] = []
    for (index, cpu) in cpus.enumerated() {
      let parts: [(Event, String, EnergyCounter.Part)] =
        [(package, "package-\(index)", .package)] + (memory.map { [($0, "dram-\(index)", .memory)] } ?? [])
      for (event, domain, part) in parts {
        let place = "perf event power/\(event.name) on CPU \(cpu)"
        let register = PerfRegister(
          try events.open(type: number, config: event.config, cpu: cpu, name: place))
        let counter = EnergyCounter(
          domain: domain, part: part, place: place, register: register, joulesPerCount: event.joules,
          range: nil, ceiling: ceiling)
        _ = try counter.read()
        counters.append(counter)
      }
    }
    return counters
  }

  private struct Event {
    let name: String
    let config: UInt64
    let joules: Double
  }

  /// An event's number, such as that of `event=0x02`, and the joules of one count.
  private func event(_ name: String) throws(FileAccessError) -> Event {
    let file = "events/\(name)"
    let term = try text(file)
    let digits = term.hasPrefix("event=0x") ? UInt64(term.dropFirst("event=0x".count), radix: 16) : nil
    guard let config = digits else { throw unexpected(file, "event=0x and a number", found: term) }
    let unit = try text("\(file).unit")
    guard unit == "Joules" else { throw unexpected("\(file).unit", "Joules", found: unit) }
    let scale = try text("\(file).scale")
    guard let joules = Double(scale), joules > 0, joules.isFinite else {
      throw unexpected("\(file).scale", "a number above 0", found: scale)
    }
    return Event(name: name, config: config, joules: joules)
  }

  private func text(_ name: String) throws(FileAccessError) -> String {
    try files.contents(of: "\(folder)/\(name)").filter { !$0.isWhitespace }
  }

  private func unexpected(_ name: String, _ expected: String, found: String) -> FileAccessError {
    .failed("\(folder)/\(name)", reason: "expected \(expected), found `\(found.prefix(40))`")
  }

  /// The CPUs of a list such as `0,28-29`; nil if it is none.
  private static func cpus(_ list: String) -> [Int]? {
    var cpus: [Int] = []
    for item in list.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
      guard let first = ends.first, let last = ends.last, ends.count <= 2, first >= 0, first <= last,
        last < 65_536
      else { return nil }
      cpus += first...last
    }
    return cpus
  }
}

private final class PerfRegister: CountRegister {
  private let event: any PerfEvent
  init(_ event: any PerfEvent) { self.event = event }
  func count() throws(FileAccessError) -> UInt64 { try event.count() }
}
