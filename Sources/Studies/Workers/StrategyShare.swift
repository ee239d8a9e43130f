/// What part of the study's own processor time its strategy took, from one booking to the next.
///
/// ```swift
/// var share = StrategyShare(since: 1.0)
/// share.add(0.25)
/// share.take(upTo: 2.0)            // 0.25: of the second since then a quarter
/// ```
struct StrategyShare {
  /// Processor seconds of the study's process at the last booking.
  private var bookedSeconds: Double
  /// Processor seconds of the strategy since then.
  private var strategySeconds = 0.0

  /// - Parameter seconds: what the process has used so far.
  init(since seconds: Double) { bookedSeconds = seconds }

  /// Counts processor seconds of the strategy.
  mutating func add(_ seconds: Double) { strategySeconds += max(0, seconds) }

  /// The strategy's part, 0 to 1, of what the process has used since the last booking, and begins anew.
  ///
  /// - Parameter seconds: what the process has used so far.
  mutating func take(upTo seconds: Double) -> Double {
    defer {
      bookedSeconds = seconds
      strategySeconds = 0
    }
    let own = seconds - bookedSeconds
    return own > 0 ? min(1, strategySeconds / own) : 0
  }
}
