/// Where the meter gets its joules from: a counter of the machine, or a model.
///
/// A source is begun once, then closes one interval after the other. It keeps its own total, from the counter's
/// or the activity's sums and not from the shares that it gave out, so that the two can be held together.
public protocol EnergySource: AnyObject {
  /// The name in files and reports, such as `powercap`.
  var name: String { get }
  /// Where its totals come from.
  var provenance: EnergyProvenance { get }
  /// Whether it shares by how busy the whole machine was, which costs a read of `/proc/stat` each time.
  var needsMachineBusyTime: Bool { get }
  /// Starts anew: what happened before does not count.
  func begin() throws
  /// Reads the energy since the last interval that was closed, and shares it out.
  func close(_ activity: IntervalActivity) -> IntervalOutcome
  /// All the energy since the beginning, over a time in seconds.
  func total(duration: Double) -> EnergyReading
}

/// What happened in an interval.
public struct IntervalActivity: Sendable {
  /// Seconds.
  public var duration: Double
  /// What each process used in the interval.
  public var consumers: [ConsumerUse]
  /// CPU seconds that the whole machine was busy, the processes of the study included; nil where unknown.
  public var machineBusySeconds: Double?

  /// What happened in an interval.
  public init(duration: Double, consumers: [ConsumerUse], machineBusySeconds: Double? = nil) {
    self.duration = duration
    self.consumers = consumers
    self.machineBusySeconds = machineBusySeconds
  }
}

/// What one process used in an interval.
public struct ConsumerUse: Hashable, Sendable {
  /// CPU seconds.
  public var cpuSeconds: Double
  /// Bytes of physical memory times the seconds that they were held.
  public var byteSeconds: Double

  /// What one process used.
  public init(cpuSeconds: Double, byteSeconds: Double) {
    self.cpuSeconds = cpuSeconds
    self.byteSeconds = byteSeconds
  }
}

/// What became of an interval.
public enum IntervalOutcome: Sendable {
  /// The energy was read and shared: one reading for each consumer, in their order.
  case attributed(consumers: [EnergyReading], idle: EnergyReading, total: EnergyReading, warnings: [String])
  /// The counter could not be read; its energy comes with the next reading.
  case gap(warning: String)
}

/// A source cannot be used here, and why.
public struct EnergySourceUnusable: Error, Equatable, CustomStringConvertible {
  /// The source's name.
  public var source: String
  /// Why, and what can be done.
  public var reason: String

  /// A source that cannot be used.
  public init(source: String, reason: String) {
    self.source = source
    self.reason = reason
  }

  /// The message for people.
  public var description: String { "energy source `\(source)` cannot be used: \(reason)" }
}
