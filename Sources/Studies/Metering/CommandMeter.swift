internal import CSystem
import EnergyMetering
import Foundation

/// Runs commands and meters each with all its descendants, however they detach themselves.
///
/// ```swift
/// let (energyMeter, _) = try EnergyMeter.choose(source: .auto)
/// let meter = try CommandMeter(energyMeter)
/// let run = try meter.run(MeteredCommand(["make", "-j4"]))
/// print(run.energy?.formatted ?? "not resolved", run.cpuSeconds)
/// ```
///
/// Orphans become children of this process, which waits for them, so that CPU time is complete; see `ProcessTree`.
/// The process must have no other children: the meter collects all of them.
public final class CommandMeter {
  /// Whether a run lasts until the last descendant has ended, rather than until the command has.
  public let waitsForAll: Bool

  private let meter: EnergyMeter
  private let clock: any MeterClock
  private let relay: SignalRelay

  /// The time between two looks at the processes: a millisecond at first, so that short commands are seen at all,
  /// then twice as long each time up to this.
  private static let longestPause = 0.1
  /// A look may take this part of the time.
  private static let lookingShare = 0.01
  /// Time between two readings of a counter. Each has uncertain edges of 2 ms, which add up.
  private static let counterPause = 1.0

  /// A meter of commands. From now on this process adopts orphans, and signals that ask it to end do not end it.
  ///
  /// - Throws: ``SystemCallError`` if the system does not let orphans be adopted.
  public init(_ meter: EnergyMeter, clock: any MeterClock = SystemClock(), waitsForAll: Bool = false)
    throws(SystemCallError)
  {
    self.meter = meter
    self.clock = clock
    self.waitsForAll = waitsForAll
    guard wattle_adopt_orphans() == 0 else { throw SystemCallError(call: "prctl") }
    relay = try SignalRelay()
  }

  /// The signal by which somebody asked for the end, such as that of Ctrl-C; nil if nobody did.
  public var endingSignal: Int32? {
    relay.wait(seconds: 0, command: nil)
    return relay.endingSignal
  }

  /// Runs a command to its end.
  ///
  /// - Throws: ``CommandNotStarted``, or the error of the energy source if it cannot be read at the start.
  public func run(_ command: MeteredCommand) throws -> CommandRun {
    try meter.begin([])
    let tree = ProcessTree()
    let startTime = clock.now()
    let process = try command.start()
    // Until it became the program, the new process held this one's memory, and the kernel counts that for its peak.
    let inheritedPeak = (try? ProcessClock().peakResidentBytes()) ?? 0
    var run = RunUnderWay(process: process, tree: tree, startTime: startTime)

    var pause = 0.001
    var nextLook = startTime
    while true {
      // Whoever asks for the end does not want to wait for what the command left behind.
      let isOver = run.collect(waitsForAll: waitsForAll && relay.endingSignal == nil, witness: relay.witness)
      let now = clock.now()
      if isOver { break }
      if now >= nextLook {
        look(&run, at: now)
        let cost = clock.now() - now
        nextLook = now + max(pause, cost / Self.lookingShare)
        pause = min(2 * pause, Self.longestPause)
      }
      relay.wait(seconds: nextLook - clock.now(), command: run.ending == nil ? process : nil)
    }
    let endTime = clock.now()
    look(&run, at: endTime, isLast: true)
    return run.result(
      endTime: endTime, inheritedPeak: inheritedPeak,
      machineEnergy: meter.source.provenance.tier == .modelled ? nil : meter.total)
  }

  /// Looks at the processes and, when it is time, at the energy.
  private func look(_ run: inout RunUnderWay, at now: Double, isLast: Bool = false) {
    run.look(at: now, witness: relay.witness)
    // A model has no edges, and follows the memory the better the more often it is asked.
    let isModelled = meter.source.provenance.tier == .modelled
    guard isLast || isModelled || now - run.bookedTime >= Self.counterPause else { return }
    let activity = ConsumerActivity(
      id: "command", cpuSeconds: run.cpuSeconds, residentBytes: run.residentBytes)
    var interval = meter.advance([activity])
    if isLast {
      for _ in 0..<5 where interval.isGap {
        clock.sleep(seconds: 0.02)
        interval = meter.advance([activity])
      }
    }
    run.book(interval, activity: activity.id, at: now, isLast: isLast)
  }
}

/// What is known of a run so far.
private struct RunUnderWay {
  let process: pid_t
  let startTime: Double
  let tree: ProcessTree
  var ending: CommandEnding?
  var cpuSeconds = 0.0
  var residentBytes = 0
  var bookedTime: Double
  private var lookTime: Double
  private var living: [pid_t] = []
  private var userSeconds = 0.0
  private var systemSeconds = 0.0
  private var peakBytes = 0
  private var largestProcessBytes = 0
  private var byteSeconds = 0.0
  private var energy: EnergyReading?
  private var endsInGap = false
  private var warnings: [String] = []

  init(process: pid_t, tree: ProcessTree, startTime: Double) {
    self.process = process
    self.tree = tree
    self.startTime = startTime
    bookedTime = startTime
    lookTime = startTime
  }

  /// Collects the children that have ended.
  ///
  /// - Returns: whether the run is over.
  mutating func collect(waitsForAll: Bool, witness: pid_t?) -> Bool {
    while true {
      var status: Int32 = 0
      var usage = rusage()
      let ended = wait4(-1, &status, WNOHANG, &usage)
      if ended < 0 && errno == EINTR { continue }
      guard ended > 0 else { return ending != nil && (!waitsForAll || tree.isEmpty(without: witness)) }
      guard tree.noteEnd(of: ended) else { continue }
      userSeconds += usage.ru_utime.seconds
      systemSeconds += usage.ru_stime.seconds
      largestProcessBytes = max(largestProcessBytes, usage.ru_maxrss * 1024)
      if ended == process { ending = CommandEnding(waitStatus: status) }
    }
  }

  mutating func look(at now: Double, witness: pid_t?) {
    let use = tree.look(without: witness)
    // A look may miss time that moves from a child to its parent just then.
    cpuSeconds = max(cpuSeconds, userSeconds + systemSeconds + tree.uncollectedSeconds + use.cpuSeconds)
    byteSeconds += Double(residentBytes + use.residentBytes) / 2 * (now - lookTime)
    residentBytes = use.residentBytes
    peakBytes = max(peakBytes, residentBytes)
    living = use.living
    lookTime = now
  }

  mutating func book(_ interval: IntervalAttribution, activity: String, at now: Double, isLast: Bool) {
    warnings += interval.warnings.filter { !warnings.contains($0) }
    if interval.isGap {
      endsInGap = isLast
      return
    }
    bookedTime = now
    guard let reading = interval[activity] else { return }
    energy = energy.map { $0 + reading } ?? reading
  }

  func result(endTime: Double, inheritedPeak: Int, machineEnergy: EnergyReading?) -> CommandRun {
    let peak =
      largestProcessBytes > inheritedPeak + inheritedPeak / 20
      ? max(peakBytes, largestProcessBytes) : peakBytes
    return CommandRun(
      endDate: Date(), wallSeconds: endTime - startTime, cpuSeconds: cpuSeconds, userSeconds: userSeconds,
      systemSeconds: systemSeconds,
      peakMemoryBytes: peak > 0 ? peak : nil,
      memoryByteSeconds: byteSeconds, energy: endsInGap ? nil : energy,
      machineEnergy: endsInGap ? nil : machineEnergy, ending: ending ?? .exited(0),
      processesLeftBehind: living.count, warnings: warnings)
  }
}

extension timeval {
  fileprivate var seconds: Double { Double(tv_sec) + Double(tv_usec) * 1e-6 }
}
