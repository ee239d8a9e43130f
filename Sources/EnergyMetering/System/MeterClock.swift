import Glibc

/// The time that the meter goes by; tests put a fake in its place.
public protocol MeterClock {
  /// Seconds since some fixed moment; never goes back.
  func now() -> Double
  /// Does nothing for a while.
  func sleep(seconds: Double)
  /// The seconds that the machine was suspended since some fixed moment, which ``now()`` leaves out; never goes back.
  func suspendedSeconds() -> Double
}

extension MeterClock {
  /// None.
  public func suspendedSeconds() -> Double { 0 }
}

/// The machine's monotonic clock.
public struct SystemClock: MeterClock, Sendable {
  /// The machine's monotonic clock.
  public init() {}

  /// Seconds since the machine started.
  public func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The clock that counts suspensions before the one that does not.
  public func suspendedSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 - now()
  }

  /// Sleeps.
  public func sleep(seconds: Double) {
    let whole = seconds.rounded(.down)
    var time = timespec(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
    var remaining = timespec()
    while nanosleep(&time, &remaining) != 0 && errno == EINTR { time = remaining }
  }
}
