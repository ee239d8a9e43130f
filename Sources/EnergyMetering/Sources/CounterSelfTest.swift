/// Whether a counter counts: 200 ms without work, then 200 ms with.
///
/// A virtual machine may show a counter that never moves; it is refused. The watts without work are kept as
/// the machine's idle power.
public struct CounterSelfTest: Codable, Hashable, Sendable {
  /// Watts while the program slept.
  public var idleWatts: Double
  /// Watts while the program kept the CPU busy.
  public var loadWatts: Double
  /// Why the counter is refused; nil if it is good.
  public var refusal: String?

  /// Seconds of each of the two halves: a hundred times the counter's edge error, so that it stays below 1 %.
  public static let seconds = 0.2

  /// Tests a source.
  ///
  /// - Parameter load: Keeps the CPU busy for a number of seconds.
  public init(_ source: PowercapSource, clock: any MeterClock, load: (Double) -> Void) throws {
    let idle = try Self.watts(source, clock: clock) { clock.sleep(seconds: Self.seconds) }
    let busy = try Self.watts(source, clock: clock) { load(Self.seconds) }
    idleWatts = idle
    loadWatts = busy
    refusal = Self.judge(idleWatts: idle, loadWatts: busy)
  }

  private static func watts(
    _ source: PowercapSource, clock: any MeterClock, during body: () -> Void
  ) throws -> Double {
    let start = clock.now()
    let joules = try source.joules(during: body)
    let duration = clock.now() - start
    return duration > 0 ? joules / duration : 0
  }

  /// The first objection to the figures, or nil.
  private static func judge(idleWatts: Double, loadWatts: Double) -> String? {
    if loadWatts <= 0 {
      return "the counter stays flat under load: it is a dummy, as virtual machines show one"
    }
    return nil
  }

  /// Keeps one CPU busy for a number of seconds.
  public static func spin(seconds: Double) {
    let clock = SystemClock()
    let end = clock.now() + seconds
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    while clock.now() < end {
      for _ in 0..<10_000 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
      }
    }
    withExtendedLifetime(state) {}
  }
}
