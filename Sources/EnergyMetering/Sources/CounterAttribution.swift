/// Shares a counter's energy among processes by their CPU time.
///
/// The machine's idle power times the duration, at most all, is nobody's and goes to idle. The rest is shared
/// by CPU time among the study's processes and whatever else was busy, whose part goes to idle as well.
///
/// A process's share is what its work added. Its lower bound is that share less the edge error. Its upper bound
/// adds the edge error and the idle power of the cores it occupied, which it would have to bear if the machine
/// ran only for it. What consumers may have had on top, idle may have had less, and the other way round.
struct CounterAttribution {
  let outcome: IntervalOutcome

  /// Seconds by which an interval's edges are uncertain: two updates of the counter of 1 ms each.
  static let edgeSeconds = 0.002

  /// The energy of the uncertain edges at the interval's mean power, at most all of it.
  static func edgeJoules(joules: Double, duration: Double) -> Double {
    duration > edgeSeconds ? joules * edgeSeconds / duration : joules
  }

  init(
    joules: Double, activity: IntervalActivity, idleWatts: Double, logicalCPUs: Int,
    total: EnergyProvenance, share: EnergyProvenance, idle: EnergyProvenance, warnings: [String]
  ) {
    let duration = activity.duration
    let idlePower = min(idleWatts * duration, joules)
    let active = joules - idlePower
    let edge = Self.edgeJoules(joules: joules, duration: duration)
    let studyBusy = activity.consumers.reduce(0) { $0 + $1.cpuSeconds }
    let allBusy = max(studyBusy, activity.machineBusySeconds ?? 0)
    let capacity = duration * Double(logicalCPUs)

    var readings: [EnergyReading] = []
    readings.reserveCapacity(activity.consumers.count)
    var mayBeMore = 0.0
    var mayBeLess = 0.0
    for consumer in activity.consumers {
      let fraction = allBusy > 0 ? consumer.cpuSeconds / allBusy : 0
      let occupied = capacity > 0 ? min(1, consumer.cpuSeconds / capacity) : 0
      let energy = active * fraction
      let low = max(0, energy - edge * fraction)
      let high = energy + edge * fraction + idlePower * occupied
      mayBeMore += high - energy
      mayBeLess += energy - low
      readings.append(
        EnergyReading(
          energy: Energy(joules: energy), low: Energy(joules: low), high: Energy(joules: high),
          provenance: share))
    }
    let othersFraction = allBusy > 0 ? (allBusy - studyBusy) / allBusy : 1
    let idleEnergy = idlePower + active * othersFraction
    outcome = .attributed(
      consumers: readings,
      idle: EnergyReading(
        energy: Energy(joules: idleEnergy), low: Energy(joules: max(0, idleEnergy - mayBeMore - edge)),
        high: Energy(joules: idleEnergy + mayBeLess + edge), provenance: idle),
      total: EnergyReading(
        energy: Energy(joules: joules), low: Energy(joules: joules - edge),
        high: Energy(joules: joules + edge),
        provenance: total),
      warnings: warnings)
  }
}
