/// The machine's batteries while they discharge: the energy of the whole machine, screen and all.
///
/// A battery's figures are coarse: its level falls in steps and is renewed perhaps twice a minute. The interval of each
/// reading is as wide as that; of work that is shorter, the reading is what the shown power makes of it, and its
/// interval begins at 0. Where a battery shows no power, an interval stays open until the level falls.
public final class BatterySource: EnergySource {
  /// `battery`.
  public let name = "battery"
  /// Other programs' part is not the study's, so that the whole machine is looked at.
  public let needsMachineBusyTime = true
  /// Where totals come from.
  public let provenance: EnergyProvenance
  /// Watts that the machine draws when it has nothing to do: what it drew when the source was found.
  public let idleWatts: Double

  private let shareProvenance: EnergyProvenance
  private let idleProvenance: EnergyProvenance
  private let clock: any MeterClock
  private let logicalCPUs: Int
  private let levelPath: String
  private var level: BatteryLevel
  private var closedJoules = 0.0
  private var closedDrop = 0.0
  private var closedUnknown = 0.0

  /// Finds the machine's batteries and opens them.
  ///
  /// - Parameters:
  ///   - root: Where `/sys` is; empty for the machine itself.
  ///   - logicalCPUs: How many logical CPUs share the idle power.
  /// - Throws: `EnergySourceUnusable` with the reason: no battery, not readable, or not discharging.
  public init(
    root: String = "", files: any FileOpener = SystemFiles(), clock: any MeterClock = SystemClock(),
    logicalCPUs: Int
  ) throws(EnergySourceUnusable) {
    let folder = root + "/sys/class/power_supply"
    let batteries: [Battery]
    var level: BatteryLevel
    do {
      batteries = try Battery.all(in: folder, files: files)
      level = BatteryLevel(batteries)
      guard let first = batteries.first else {
        throw EnergySourceUnusable(
          source: "battery", state: .absent, reason: "no battery of the machine beneath \(folder)")
      }
      levelPath = first.levelPath
      try level.begin(at: clock.now())
    } catch let error as EnergySourceUnusable {
      throw error
    } catch {
      var state = EnergySourceState.refused
      if let error = error as? FileAccessError, case .denied = error { state = .denied }
      throw EnergySourceUnusable(source: "battery", state: state, reason: "\(error)")
    }
    self.level = level
    self.clock = clock
    self.logicalCPUs = max(1, logicalCPUs)
    idleWatts = level.watts ?? 0
    let names = batteries.map(\.name)
    let steps = EnergyUnit.threeDigits(level.stepJoules)
    provenance = EnergyProvenance(
      source: "battery", domains: names, tier: .measured,
      detail: "whole machine on \(names.joined(separator: ", ")), steps of \(steps) J")
    shareProvenance = EnergyProvenance(
      source: "battery", domains: names, tier: .attributed, detail: "share of the battery's drain by CPU time"
    )
    idleProvenance = EnergyProvenance(
      source: "battery", domains: names, tier: .attributed, detail: "idle machine and other programs")
  }

  /// Starts anew at the batteries' present levels.
  ///
  /// - Throws: `EnergySourceUnusable` if they do not carry the machine now.
  public func begin() throws {
    try level.begin(at: clock.now())
    closedJoules = 0
    closedDrop = 0
    closedUnknown = 0
  }

  /// Reads the batteries since the last interval that was closed and shares the energy by CPU time.
  ///
  /// While the machine is on mains the interval stays open, and what it takes from there is not counted.
  public func close(_ activity: IntervalActivity) -> IntervalOutcome {
    do {
      if let reason = try level.advance(to: clock.now()) {
        return .gap(
          warning: "battery: \(reason); what the machine took meanwhile is unknown, the interval stays open")
      }
    } catch { return .gap(warning: "battery: \(error); the interval stays open until it can be read") }
    let joules = level.joules - closedJoules
    if joules <= 0 {
      return .gap(
        warning: "battery: \(levelPath) has not fallen by one of its steps yet; the interval stays open")
    }
    let drop = max(0, level.drop - closedDrop)
    let energy = bounded(joules: joules, drop: drop, unknown: level.unknown - closedUnknown)
    closedJoules = level.joules
    closedDrop = level.drop
    closedUnknown = level.unknown
    return CounterAttribution(
      energy, activity: activity, idleWatts: idleWatts, logicalCPUs: logicalCPUs, total: provenance,
      share: shareProvenance, idle: idleProvenance, warnings: []
    ).outcome
  }

  /// All the energy since the beginning, up to the last interval that was closed.
  public func total(duration: Double) -> EnergyReading {
    bounded(joules: closedJoules, drop: max(0, closedDrop), unknown: closedUnknown).reading(provenance)
  }

  /// Bounds that hold both what was booked and what the levels say with their uncertainty.
  private func bounded(joules: Double, drop: Double, unknown: Double) -> BoundedJoules {
    BoundedJoules(
      joules, low: max(0, min(joules, drop) - level.uncertainty),
      high: max(joules, drop) + level.uncertainty + unknown)
  }
}
