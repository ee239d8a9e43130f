/// The energy of one process in an interval.
public struct ConsumerReading: Hashable, Sendable {
  /// The process, as the caller named it.
  public var id: String
  /// Its energy.
  public var reading: EnergyReading

  /// The energy of one process.
  public init(id: String, reading: EnergyReading) {
    self.id = id
    self.reading = reading
  }
}

/// The energy of an interval, shared among those who caused it.
///
/// The consumers' energies and the idle energy add up to the total.
public struct IntervalAttribution: Sendable {
  /// Seconds that the interval lasted.
  public var duration: Double
  /// The energy of each process, in the order in which they were first reported.
  ///
  /// After a gap it also names those that ended during it.
  public var consumers: [ConsumerReading]
  /// The energy of idle cores and of other programs.
  public var idle: EnergyReading
  /// All the energy of the interval.
  public var total: EnergyReading
  /// What people should know, such as a counter that could not be read.
  public var warnings: [String]
  /// The counter could not be read: nothing is attributed yet, and the interval goes on.
  public var isGap: Bool

  /// The energy of one process, or nil if it took no part.
  public subscript(id: String) -> EnergyReading? {
    consumers.first { $0.id == id }?.reading
  }
}
