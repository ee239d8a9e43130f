/// Meters a study: what each of its processes and the idle machine used since the last look.
///
/// ```swift
/// let (meter, report) = try EnergyMeter.choose(source: .auto)
/// try meter.begin([parent()])
/// // … trials run …
/// let interval = meter.advance([parent(), worker()])
/// print(interval["worker-1"]?.formatted ?? "", interval.idle.formatted, meter.total.formatted)
/// ```
///
/// The meter must be read from one thread. A worker that appears for the first time is taken to have begun after
/// the last look: all its CPU time counts. One that ends is reported once more with its final CPU time.
///
/// The parts of all intervals add up to `total`, which the source sums on its own.
public final class EnergyMeter {
  /// Where the joules come from.
  public let source: any EnergySource

  private let clock: any MeterClock
  private let machine: MachineBusyTime?
  private var startTime = 0.0
  private var closedTime = 0.0
  private var lastTime = 0.0
  private var lastSuspended = 0.0
  private var openSuspension = 0.0
  private var lastMachineBusy: Double?
  private var openMachineBusy = 0.0
  private var consumers: [ConsumerState] = []
  private var indices: [String: Int] = [:]

  private struct ConsumerState {
    var id: String
    var cpuSeconds: Double
    var residentBytes: Double
    var operations: OperationCount
    var open = ConsumerUse.zero
    var isPresent = true
  }

  /// A meter of a source, begun now with no process known.
  ///
  /// - Parameter root: Where `/proc/stat` is; empty for the machine itself.
  public init(
    source: any EnergySource, clock: any MeterClock = SystemClock(), root: String = "",
    files: any FileOpener = SystemFiles()
  ) throws {
    self.source = source
    self.clock = clock
    machine = source.needsMachineBusyTime ? try? MachineBusyTime(root: root, files: files) : nil
    try begin([])
  }

  /// Starts anew: what the given processes used before does not count, and the total is zero.
  public func begin(_ consumers: [ConsumerActivity]) throws {
    try source.begin()
    startTime = clock.now()
    closedTime = startTime
    lastTime = startTime
    lastSuspended = clock.suspendedSeconds()
    openSuspension = 0
    lastMachineBusy = machine?.seconds()
    openMachineBusy = 0
    self.consumers = []
    indices = [:]
    for consumer in consumers {
      add(consumer, cpuSeconds: consumer.cpuSeconds, operations: consumer.operations ?? .zero)
    }
  }

  /// Closes the interval since the last look and shares its energy.
  ///
  /// If the counter cannot be read now, the result is a gap without energies and a warning; the interval goes
  /// on, and the next good reading shares all of it, also with processes that have ended meanwhile.
  ///
  /// If the machine was suspended meanwhile, a warning and the readings' provenance say so: counters may have lost what they
  /// had counted, and no time passed for a model.
  ///
  /// - Complexity: linear in the number of processes; some microseconds and one read a counter.
  public func advance(_ activities: [ConsumerActivity]) -> IntervalAttribution {
    let now = clock.now()
    let step = max(0, now - lastTime)
    lastTime = now
    let suspended = clock.suspendedSeconds()
    // Less is the time between reading two clocks.
    if suspended - lastSuspended > Self.shortestSuspension { openSuspension += suspended - lastSuspended }
    lastSuspended = suspended
    for index in consumers.indices { consumers[index].isPresent = false }
    for activity in activities { take(activity, step: step) }

    var machineBusy: Double?
    if let machine, let busy = machine.seconds() {
      if let last = lastMachineBusy { openMachineBusy += max(0, busy - last) }
      lastMachineBusy = busy
      machineBusy = openMachineBusy
    }
    let duration = now - closedTime
    let outcome = source.close(
      IntervalActivity(
        duration: duration, consumers: consumers.map(\.open), machineBusySeconds: machineBusy))
    switch outcome {
    case .gap(let warning):
      let nothing = EnergyReading.zero(source.provenance)
      return IntervalAttribution(
        duration: step, consumers: [], idle: nothing, total: nothing, warnings: [warning], isGap: true)
    case .attributed(let attributed, var idle, let total, var warnings):
      var readings = attributed
      if openSuspension > 0 {
        warnings.append(
          "the machine was suspended for \(Int(openSuspension.rounded())) s; what it drew in that time is in no account"
        )
        for index in readings.indices { readings[index].noteSuspension() }
        idle.noteSuspension()
        openSuspension = 0
      }
      var result: [ConsumerReading] = []
      result.reserveCapacity(readings.count)
      for (consumer, reading) in zip(consumers, readings) {
        result.append(ConsumerReading(id: consumer.id, reading: reading))
      }
      closedTime = now
      openMachineBusy = 0
      settle()
      return IntervalAttribution(
        duration: duration, consumers: result, idle: idle, total: total, warnings: warnings, isGap: false)
    }
  }

  /// Suspensions last seconds at least; the time between the reading of two clocks is some microseconds.
  private static let shortestSuspension = 0.5

  /// All the energy since the beginning, up to the last interval that was closed.
  public var total: EnergyReading { source.total(duration: closedTime - startTime) }

  private func add(_ activity: ConsumerActivity, cpuSeconds: Double, operations: OperationCount) {
    indices[activity.id] = consumers.count
    consumers.append(
      ConsumerState(
        id: activity.id, cpuSeconds: cpuSeconds, residentBytes: Double(activity.residentBytes),
        operations: operations))
  }

  private func take(_ activity: ConsumerActivity, step: Double) {
    if indices[activity.id] == nil { add(activity, cpuSeconds: 0, operations: .zero) }
    guard let index = indices[activity.id] else { return }
    let bytes = Double(max(0, activity.residentBytes))
    let seconds = max(0, activity.cpuSeconds - consumers[index].cpuSeconds)
    var use = ConsumerUse(
      cpuSeconds: seconds, byteSeconds: (consumers[index].residentBytes + bytes) / 2 * step)
    if let operations = activity.operations {
      use.countedSeconds = seconds
      use.operations = operations.since(consumers[index].operations)
      consumers[index].operations = operations
    }
    consumers[index].open += use
    consumers[index].cpuSeconds = max(activity.cpuSeconds, consumers[index].cpuSeconds)
    consumers[index].residentBytes = bytes
    consumers[index].isPresent = true
  }

  /// Forgets what has been shared, and the processes that are no longer there.
  private func settle() {
    if consumers.contains(where: { !$0.isPresent }) {
      consumers.removeAll { !$0.isPresent }
      indices = [:]
      for (index, consumer) in consumers.enumerated() { indices[consumer.id] = index }
    }
    for index in consumers.indices { consumers[index].open = .zero }
  }
}

extension EnergyReading {
  fileprivate mutating func noteSuspension() {
    let note = "machine suspended meanwhile"
    provenance.detail += (provenance.detail.isEmpty ? "" : "; ") + note
  }
}
