internal import CKernels

/// The calling thread's treatment of denormal numbers, which are many times slower than others.
public enum FloatingPointMode {
  /// Runs `body` with denormal numbers taken for 0 on this thread, and restores the mode before.
  ///
  /// ```swift
  /// let loss = FloatingPointMode.flushingDenormals { network.computeGradients() }
  /// ```
  public static func flushingDenormals<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let previous = wattle_flush_denormals()
    defer { wattle_restore_floating_point_mode(previous) }
    return try body()
  }
}
