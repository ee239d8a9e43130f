/// The processor's own energy counters (RAPL), through the kernel's powercap files.
///
/// The sum of all packages and their dram, in microjoules, for the whole machine. It includes idle cores and
/// other programs; a process's part is a share by CPU time.
///
/// The counter is updated about every millisecond, so that an interval's edges are uncertain by 2 ms together:
/// each reading is bounded by 2 ms of the interval's mean power.
public final class PowercapSource: EnergySource {
  /// `powercap`.
  public let name = "powercap"
  /// Other programs' part is not the study's, so that the whole machine is looked at.
  public let needsMachineBusyTime = true
  /// The counters that are summed, such as `package-0` and `dram-0`.
  public let domains: [String]
  /// Where totals come from.
  public let provenance: EnergyProvenance
  /// Watts that the machine draws when it has nothing to do, measured by the self-test; 0 until then.
  public var idleWatts = 0.0

  private let shareProvenance: EnergyProvenance
  private let idleProvenance: EnergyProvenance
  private let logicalCPUs: Int
  private var counters: [PowercapCounter]
  private var closedMicrojoules: UInt64 = 0
  private var openWarnings: [String] = []

  /// Finds the machine's counters and opens them.
  ///
  /// - Parameters:
  ///   - root: Where `/sys` is; empty for the machine itself.
  ///   - logicalCPUs: How many logical CPUs share the idle power.
  /// - Throws: `EnergySourceUnusable` with the reason: no counters, or no permission to read them.
  public init(root: String = "", files: any FileOpener = SystemFiles(), logicalCPUs: Int)
    throws(EnergySourceUnusable)
  {
    let folder = root + "/sys/class/powercap"
    do {
      let chosen = PowercapZone.summable(among: try PowercapZone.all(in: folder, files: files))
      if chosen.isEmpty {
        throw EnergySourceUnusable(
          source: "powercap", reason: "\(folder) has no RAPL package and no psys: the driver found no counter"
        )
      }
      counters = []
      for (zone, domain) in chosen {
        let counter = try PowercapCounter(zone: zone, domain: domain, files: files)
        _ = try counter.read()
        counters.append(counter)
      }
    } catch let error as EnergySourceUnusable {
      throw error
    } catch let error as FileAccessError {
      throw EnergySourceUnusable(source: "powercap", reason: Self.reason(error, folder: folder))
    } catch {
      throw EnergySourceUnusable(source: "powercap", reason: "\(error)")
    }
    self.logicalCPUs = max(1, logicalCPUs)
    domains = counters.map(\.domain)
    provenance = EnergyProvenance(
      source: name, domains: domains, tier: .measured, detail: "RAPL " + domains.joined(separator: ", "))
    shareProvenance = EnergyProvenance(
      source: name, domains: domains, tier: .attributed, detail: "share of RAPL by CPU time")
    idleProvenance = EnergyProvenance(
      source: name, domains: domains, tier: .attributed, detail: "idle power and other programs")
  }

  private static func reason(_ error: FileAccessError, folder: String) -> String {
    switch error {
    case .missing(let path) where path == folder:
      "there is no \(folder): a virtual machine or container hides the counters, or the kernel lacks intel_rapl"
    case .denied(let path):
      "\(path) may not be read; since Linux 5.10 only root may (CVE-2020-8694): run as root, or let an "
        + "administrator grant reading"
    default: "\(error)"
    }
  }

  /// Starts anew at the counters' present values.
  public func begin() throws {
    let values = try counters.map { try $0.read() }
    for index in counters.indices { counters[index].begin(at: values[index]) }
    closedMicrojoules = 0
    openWarnings = []
  }

  /// Reads all counters since the last interval that was closed and shares the energy by CPU time.
  ///
  /// If one counter cannot be read, the others are followed all the same, so that none of their wraps is
  /// missed; but nothing is shared, and the interval stays open until all can be read.
  public func close(_ activity: IntervalActivity) -> IntervalOutcome {
    var failure: FileAccessError?
    for index in counters.indices {
      do {
        let value = try counters[index].read()
        if counters[index].advance(to: value) > counters[index].range / 2 {
          openWarnings.append(
            "powercap: \(counters[index].domain) used over half of its range between two readings; a wrap may "
              + "have been missed, read it more often")
        }
      } catch { failure = error }
    }
    if let failure {
      return .gap(warning: "powercap: \(failure); the interval stays open until the counter can be read")
    }
    let counted = counters.reduce(UInt64(0)) { $0 + $1.total }
    let warnings = openWarnings
    let joules = Double(counted - closedMicrojoules) * 1e-6
    closedMicrojoules = counted
    openWarnings = []
    return CounterAttribution(
      joules: joules, activity: activity, idleWatts: idleWatts, logicalCPUs: logicalCPUs,
      total: provenance, share: shareProvenance, idle: idleProvenance, warnings: warnings
    ).outcome
  }

  /// All the energy since the beginning, over a time in seconds: the counters' values at the last interval
  /// that was closed less those at the start, through wraps.
  public func total(duration: Double) -> EnergyReading {
    let joules = Double(closedMicrojoules) * 1e-6
    let edge = CounterAttribution.edgeJoules(joules: joules, duration: duration)
    return EnergyReading(
      energy: Energy(joules: joules), low: Energy(joules: joules - edge), high: Energy(joules: joules + edge),
      provenance: provenance)
  }

  /// Joules between two moments, for the self-test.
  func joules(during body: () -> Void) throws -> Double {
    var copies = counters
    for index in copies.indices { copies[index].begin(at: try copies[index].read()) }
    body()
    for index in copies.indices { copies[index].advance(to: try copies[index].read()) }
    let microjoules = copies.reduce(UInt64(0)) { $0 + $1.total }
    return Double(microjoules) * 1e-6
  }
}
