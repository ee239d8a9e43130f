/// Shares a source's energy among processes by their CPU time, or by what a fitted model says of their work.
///
/// The machine's idle power times the duration, at most all, is nobody's and goes to idle. The rest is shared by the
/// key (``SharingKey``) among the study's processes and whatever else was busy, whose part goes to idle as well.
///
/// A process's share is what its work added. Its lower bound is the least share that the key allows, less its part of the
/// energy's uncertainty. Its upper bound is the greatest, with its part of the uncertainty and the idle power of the cores
/// it occupied, which it would have to bear if the machine ran only for it. What consumers may have had on top, idle may
/// have had less, and the other way round.
struct CounterAttribution {
  let outcome: IntervalOutcome

  /// Seconds by which an interval's edges are uncertain: two updates of the counter of 1 ms each.
  static let edgeSeconds = 0.002

  /// The energy of the uncertain edges: at the interval's own mean power, or at the usual one where that is more. In an
  /// interval so short that the counter did not move, only the usual power says what may have been missed.
  static func edgeJoules(joules: Double, duration: Double, usualWatts: Double) -> Double {
    max(duration > edgeSeconds ? joules * edgeSeconds / duration : joules, usualWatts * edgeSeconds)
  }

  init(
    _ energy: BoundedJoules, activity: IntervalActivity, by key: SharingKey = .cpuTime, idleWatts: Double,
    logicalCPUs: Int, total: EnergyProvenance, share provenance: EnergyProvenance, idle: EnergyProvenance,
    warnings: [String]
  ) {
    let duration = activity.duration
    let idlePower = min(idleWatts * duration, energy.joules)
    let active = energy.joules - idlePower
    let below = energy.joules - energy.low
    let above = energy.high - energy.joules
    let studyBusy = activity.consumers.reduce(0) { $0 + $1.cpuSeconds }
    let allBusy = max(studyBusy, activity.machineBusySeconds ?? 0)
    let capacity = duration * Double(logicalCPUs)
    let weights = activity.consumers.map(key.weight)
    let othersWeight = key.weight(ofUncountedSeconds: allBusy - studyBusy)
    let allWeights = weights.reduce(othersWeight, +)

    var readings: [EnergyReading] = []
    readings.reserveCapacity(activity.consumers.count)
    var mayBeMore = 0.0
    var mayBeLess = 0.0
    for (consumer, weight) in zip(activity.consumers, weights) {
      let share = key.bounds(of: weight, among: allWeights - weight)
      let occupied = capacity > 0 ? min(1, consumer.cpuSeconds / capacity) : 0
      let joules = active * share.part
      let low = max(0, active * share.low - below * share.part)
      let high = active * share.high + above * share.part + idlePower * occupied
      mayBeMore += high - joules
      mayBeLess += joules - low
      readings.append(BoundedJoules(joules, low: low, high: high).reading(provenance))
    }
    let othersFraction = allWeights > 0 ? othersWeight / allWeights : 1
    let idleJoules = idlePower + active * othersFraction
    let idleEnergy = BoundedJoules(
      idleJoules, low: max(0, idleJoules - mayBeMore - below), high: idleJoules + mayBeLess + above)
    outcome = .attributed(
      consumers: readings, idle: idleEnergy.reading(idle), total: energy.reading(total), warnings: warnings)
  }
}
