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
