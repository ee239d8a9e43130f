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
/// Idle: reserved CPUs that have nothing to do take what a server at idle takes by hardware thread in the
/// SPECpower results collected by Cloud Carbon Footprint, from the least family's mean to the greatest's. These
/// are watts of whole servers, and means, so that the estimate is rough.
public final class PowerModel: EnergySource {
  /// Watts for each gigabyte (10⁹ bytes) of memory held.
  public static let memoryWattsPerGigabyte = 0.3725

  /// `power-model`.
  public let name = "power-model"
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

  private let idleProvenance: EnergyProvenance
  private var cpuSeconds = 0.0
  private var byteSeconds = 0.0
  private var idleSeconds = 0.0

  /// The model of a processor.
  ///
  /// - Parameter reservedCPUs: Logical CPUs whose idle time is idle energy.
  public init(processor: ProcessorIdentity, reservedCPUs: Int) {
    recognition = ProcessorRecognition(processor)
    self.reservedCPUs = max(0, reservedCPUs)
    let countsCores = !processor.isVirtual && !processor.hasSiblings
    let lows = recognition.families.map {
      countsCores ? $0.lowest.wattsPerCore : $0.lowest.wattsPerThread
    }
    let highs = recognition.families.map(\.highest.wattsPerCore)
    busyPower = PowerBand(low: lows.min() ?? 0, high: highs.max() ?? 0)
    idlePower = Self.idlePower(of: recognition.families)
    let band = String(format: "%.1f–%.1f W/core", busyPower.low, busyPower.high)
    provenance = EnergyProvenance(
      source: name, domains: ["core", "dram"], tier: .modelled, detail: "\(band), \(recognition.name)")
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
    cpuSeconds = 0
    byteSeconds = 0
    idleSeconds = 0
  }

  /// Computes each process's energy from what it used.
  public func close(_ activity: IntervalActivity) -> IntervalOutcome {
    var cpu = 0.0
    var bytes = 0.0
    var readings: [EnergyReading] = []
    readings.reserveCapacity(activity.consumers.count)
    for consumer in activity.consumers {
      cpu += consumer.cpuSeconds
      bytes += consumer.byteSeconds
      readings.append(reading(cpuSeconds: consumer.cpuSeconds, byteSeconds: consumer.byteSeconds))
    }
    let idle = max(0, Double(reservedCPUs) * activity.duration - cpu)
    cpuSeconds += cpu
    byteSeconds += bytes
    idleSeconds += idle
    return .attributed(
      consumers: readings, idle: idlePower.reading(seconds: idle, provenance: idleProvenance),
      total: reading(cpuSeconds: cpu, byteSeconds: bytes, idleSeconds: idle), warnings: [])
  }

  /// All the energy since the beginning, from the sums of CPU time, memory and idle time.
  public func total(duration: Double) -> EnergyReading {
    reading(cpuSeconds: cpuSeconds, byteSeconds: byteSeconds, idleSeconds: idleSeconds)
  }

  private func reading(cpuSeconds: Double, byteSeconds: Double, idleSeconds: Double = 0) -> EnergyReading {
    let memory = Self.memoryWattsPerGigabyte * byteSeconds * 1e-9
    return EnergyReading(
      energy: Energy(joules: busyPower.central * cpuSeconds + memory + idlePower.central * idleSeconds),
      low: Energy(joules: busyPower.low * cpuSeconds + memory + idlePower.low * idleSeconds),
      high: Energy(joules: busyPower.high * cpuSeconds + memory + idlePower.high * idleSeconds),
      provenance: provenance)
  }
}
