/// Something that can be repeated while its energy is metered.
public protocol CalibrationWorkload {
  /// Its name.
  var name: String { get }
  /// What its process has used up to now.
  func activity() -> ConsumerActivity
  /// Repeats it for a number of seconds, and says what it computed.
  func run(seconds: Double) throws -> OperationCount
}

/// Meters workloads one after the other.
public enum Calibration {
  /// Seconds of each workload: 250 times a counter's edge error of 2 ms, so that this stays below half a per cent.
  public static let seconds = 0.5

  /// Meters a workload that is ready to run.
  ///
  /// The joules are its process's share of the counter's energy, without idle power and other programs' part.
  ///
  /// - Parameters:
  ///   - seconds: how long it is repeated.
  ///   - meter: a meter of a counter, which is begun anew.
  ///   - own: what this process itself has used up to now; its part is not the workload's.
  /// - Throws: `CalibrationError.unreadable` for a gap, and what the workload and the source throw.
  public static func sample(
    _ workload: some CalibrationWorkload, seconds: Double = seconds, meter: EnergyMeter,
    own: () -> ConsumerActivity? = { nil }
  ) throws -> CalibrationSample {
    let before = workload.activity()
    try meter.begin([before] + [own()].compactMap(\.self))
    let operations = try workload.run(seconds: seconds)
    let after = workload.activity()
    let interval = meter.advance([after] + [own()].compactMap(\.self))
    guard !interval.isGap, let reading = interval[after.id] else {
      throw CalibrationError.unreadable(interval.warnings.joined(separator: "; "))
    }
    return CalibrationSample(
      workload: workload.name, cpuSeconds: after.cpuSeconds - before.cpuSeconds, operations: operations,
      joules: reading.energy.joules)
  }
}
