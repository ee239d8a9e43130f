#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension TrainingHyperparameters {
  /// A learning-rate schedule over all steps of a training.
  public enum LearningRateSchedule: String, Codable, Hashable, CaseIterable, Sendable {
    /// The same step size throughout.
    case constant
    /// Half a cosine from the start value down to 0 (Loshchilov and Hutter 2017, without restarts).
    case cosine

    /// The step size of a step.
    ///
    /// - Parameters:
    ///   - step: how many steps have been taken, 0 ... total; at `total` a cosine has come down to 0.
    ///   - total: how many steps there are in all, at least 1.
    ///   - start: the step size at step 0.
    public func learningRate(step: Int, of total: Int, start: Double) -> Double {
      switch self {
      case .constant: start
      case .cosine: start * 0.5 * (1 + cos(.pi * Double(step) / Double(total)))
      }
    }
  }
}
