import EnergyMetering
import Logging

/// The energy of the study's own process, where its trainings run elsewhere.
struct ParentAccounts {
  private(set) var overhead: EnergyReading
  private(set) var strategy: EnergyReading
  private(set) var idle: EnergyReading
  private let meter: EnergyMeter
  private var share: StrategyShare
  private var warned: Set<String> = []

  /// Accounts that begin now.
  init(_ meter: EnergyMeter) throws {
    self.meter = meter
    let zero = EnergyReading.zero(meter.source.provenance)
    (overhead, strategy, idle) = (zero, zero, zero)
    let own = LocalExecutor.ownConsumption()
    share = StrategyShare(since: own.cpuSeconds)
    try meter.begin([own])
  }

  /// What the meter says in total. A counter sees all that others do on a machine that the study has not to itself: of it only
  /// this process's share counts.
  var metered: EnergyReading { seesOthers ? overhead + strategy : meter.total }

  private var seesOthers: Bool { meter.source.needsMachineBusyTime }

  /// Charges processor seconds to the strategy.
  mutating func charge(strategySeconds: Double) { share.add(strategySeconds) }

  /// Books the energy since the last reading.
  mutating func book(log: Logger) {
    let own = LocalExecutor.ownConsumption()
    let interval = meter.advance([own])
    for warning in interval.warnings where warned.insert(warning).inserted { log.warning("\(warning)") }
    guard !interval.isGap else { return }
    if !seesOthers { idle += interval.idle }
    let part = share.take(upTo: own.cpuSeconds)
    for consumer in interval.consumers {
      strategy += consumer.reading * part
      overhead += consumer.reading * (1 - part)
    }
  }
}
