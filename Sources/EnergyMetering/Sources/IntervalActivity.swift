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
  /// The CPU seconds of work whose operations are counted, at most all.
  public var countedSeconds: Double
  /// What was computed in them.
  public var operations: OperationCount

  /// What one process used.
  public init(
    cpuSeconds: Double, byteSeconds: Double, countedSeconds: Double = 0, operations: OperationCount = .zero
  ) {
    self.cpuSeconds = cpuSeconds
    self.byteSeconds = byteSeconds
    self.countedSeconds = countedSeconds
    self.operations = operations
  }

  /// Nothing.
  static let zero = ConsumerUse(cpuSeconds: 0, byteSeconds: 0)

  /// Adds what another process, or the same one later, used.
  static func += (total: inout ConsumerUse, use: ConsumerUse) {
    total.cpuSeconds += use.cpuSeconds
    total.byteSeconds += use.byteSeconds
    total.countedSeconds += use.countedSeconds
    total.operations += use.operations
  }
}

/// What became of an interval.
public enum IntervalOutcome: Sendable {
  /// The energy was read and shared: one reading for each consumer, in their order.
  case attributed(consumers: [EnergyReading], idle: EnergyReading, total: EnergyReading, warnings: [String])
  /// The counter could not be read; its energy comes with the next reading.
  case gap(warning: String)
}
