import Foundation

/// Energy from CPU time, memory and a table of watts, where no counter can be read.
///
/// CPU: each CPU second takes the thermal design power by core of the processor's family. The band reaches from
/// the family's lowest part by hardware thread to its highest by core. CPU time counts logical CPUs: where both
/// threads of a core are busy, each second takes half of a core's power, where one is alone, all of it; and a
/// virtual machine does not say whether its CPU is a core or a thread. Only a real machine without sibling
/// threads is sure to count cores, and its band begins at the lowest part by core.
///
/// Memory: 0.3725 W/GB (Lannelongue, Grealey, Inouye 2021, "Green Algorithms: Quantifying the Carbon Footprint of
/// Computation", Advanced Science 8) of what a process holds; no band is known.
///
/// With a profile (``EnergyProfile``), work whose operations are counted takes what the fitted model predicts, and
/// other CPU time what the calibration's workloads took by CPU second; memory is added only where the profile's counter
/// did not cover it.
///
/// Idle: reserved CPUs that have nothing to do take what a server at idle takes by hardware thread in the
/// SPECpower results collected by Cloud Carbon Footprint, from the least family's mean to the greatest's. These
/// are watts of whole servers, and means, so that the estimate is rough.
public final class PowerModel: EnergySource {
  /// Watts for each gigabyte (10⁹ bytes) of memory held.
  public static let memoryWattsPerGigabyte = 0.3725

  /// `power-model`.
  public let name = "power-model"
  /// What its figures have as their source where they come from a profile. Unlike watts of a table, which are the same
  /// unknown number for all, a fitted model errs by a different part about each workload.
  public static let fittedName = "fitted-model"
  /// A process's energy follows from its own use alone.
  public let needsMachineBusyTime = false
  /// Where its figures come from.
  public let provenance: EnergyProvenance
  /// How the processor was recognised.
  public let recognition: ProcessorRecognition
  /// Watts of a busy logical CPU.
  public let busyPower: PowerBand
  /// Watts of an idle logical CPU.
  public let idlePower: PowerBand
  /// Logical CPUs that the study keeps for itself.
  public let reservedCPUs: Int
  /// The fitted model that takes the table's place; nil if there is none.
  public let profile: EnergyProfile?

  private let idleProvenance: EnergyProvenance
  private var use = ConsumerUse.zero
  private var idleSeconds = 0.0

  /// The model of a processor.
  ///
  /// - Parameters:
  ///   - reservedCPUs: Logical CPUs whose idle time is idle energy.
  ///   - profile: a fitted model that serves the processor.
  public init(processor: ProcessorIdentity, reservedCPUs: Int, profile: EnergyProfile? = nil) {
    recognition = ProcessorRecognition(processor)
    self.reservedCPUs = max(0, reservedCPUs)
    self.profile = profile
    let countsCores = !processor.isVirtual && !processor.hasSiblings
    let lows = recognition.families.map {
      countsCores ? $0.lowest.wattsPerCore : $0.lowest.wattsPerThread
    }
    let highs = recognition.families.map(\.highest.wattsPerCore)
    busyPower = profile?.uncountedPower ?? PowerBand(low: lows.min() ?? 0, high: highs.max() ?? 0)
    idlePower = Self.idlePower(of: recognition.families)
    let band = String(format: "%.1f–%.1f W/core", busyPower.low, busyPower.high)
    provenance = EnergyProvenance(
      source: profile == nil ? name : Self.fittedName, domains: ["core", "dram"], tier: .modelled,
      detail: profile?.detail ?? "\(band), \(recognition.name)")
    idleProvenance = EnergyProvenance(
      source: name, domains: ["idle"], tier: .modelled,
      detail: String(format: "%.2f–%.2f W/idle CPU (SPECpower)", idlePower.low, idlePower.high))
  }

  private static func idlePower(of families: [ProcessorFamily]) -> PowerBand {
    let all = ProcessorFamilies.all.compactMap(\.idleWatts)
    let band = PowerBand(low: all.min() ?? 0, high: all.max() ?? 0)
    let own = families.compactMap(\.idleWatts)
    if own.isEmpty { return band }
    let logarithms = own.reduce(0) { $0 + log($1) }
    return PowerBand(low: band.low, central: exp(logarithms / Double(own.count)), high: band.high)
  }

  /// Starts anew.
  public func begin() {
    use = .zero
    idleSeconds = 0
  }

  /// Computes each process's energy from what it used.
  public func close(_ activity: IntervalActivity) -> IntervalOutcome {
    let together = activity.consumers.reduce(into: ConsumerUse.zero) { $0 += $1 }
    let idle = max(0, Double(reservedCPUs) * activity.duration - together.cpuSeconds)
    use += together
    idleSeconds += idle
    return .attributed(
      consumers: activity.consumers.map { reading(of: $0) },
      idle: idlePower.reading(seconds: idle, provenance: idleProvenance),
      total: reading(of: together, idleSeconds: idle), warnings: [])
  }

  /// All the energy since the beginning, from the sums of CPU time, operations, memory and idle time.
  public func total(duration: Double) -> EnergyReading { reading(of: use, idleSeconds: idleSeconds) }

  private func reading(of use: ConsumerUse, idleSeconds: Double = 0) -> EnergyReading {
    var counted = BoundedJoules(0, low: 0, high: 0)
    var uncountedSeconds = use.cpuSeconds
    if let profile {
      counted = profile.energy(cpuSeconds: use.countedSeconds, operations: use.operations)
      uncountedSeconds = max(0, use.cpuSeconds - use.countedSeconds)
    }
    let memory =
      profile?.coversMemory == true ? 0 : Self.memoryWattsPerGigabyte * use.byteSeconds * 1e-9
    func sum(_ counted: Double, _ busyWatts: Double, _ idleWatts: Double) -> Energy {
      Energy(joules: counted + busyWatts * uncountedSeconds + memory + idleWatts * idleSeconds)
    }
    return EnergyReading(
      energy: sum(counted.joules, busyPower.central, idlePower.central),
      low: sum(counted.low, busyPower.low, idlePower.low),
      high: sum(counted.high, busyPower.high, idlePower.high), provenance: provenance)
  }
}
