/// What metering itself takes, in CPU time.
///
/// A window is a look at its beginning and one at its end: the clocks and the memory of all processes are read, then
/// the source, and the energy is shared out.
public struct MeterCost: Codable, Hashable, Sendable {
  /// CPU microseconds of a window: the median of many.
  public var windowMicroseconds: Double
  /// The part of one core that ten looks a second take.
  public var shareAtTenHertz: Double

  /// The median of some figures for a look.
  init(lookSeconds: [Double]) {
    let sorted = lookSeconds.sorted()
    let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    windowMicroseconds = 2e6 * median
    shareAtTenHertz = 10 * median
  }
}

extension EnergyMeter {
  /// Measures what a look takes, as a study with some workers looks: several hundred looks, some milliseconds in all.
  ///
  /// - Parameter processes: the study's process and its workers, for each of which this process stands.
  public func cost(processes: Int = 3) throws -> MeterCost {
    let clock = ProcessClock()
    func look() -> Double {
      let start = (try? clock.cpuSeconds()) ?? 0
      _ = advance(
        (0..<processes).map { number in
          ConsumerActivity(
            id: "process-\(number)", cpuSeconds: (try? clock.cpuSeconds()) ?? 0,
            residentBytes: (try? clock.residentBytes()) ?? 0)
        })
      return ((try? clock.cpuSeconds()) ?? 0) - start
    }
    try begin([])
    // The first looks pay for what is done once.
    for _ in 0..<20 { _ = look() }
    return MeterCost(lookSeconds: (0..<400).map { _ in look() })
  }
}
