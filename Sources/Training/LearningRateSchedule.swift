#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

extension TrainingHyperparameters {
  /// How the step size changes over the steps of a training.
  public enum LearningRateSchedule: Codable, Hashable, Sendable {
    /// The same step size throughout.
    case constant
    /// Multiplied by the factor whenever so many more epochs are done.
    case step(every: Int = 10, factor: Double = 0.1)
    /// Half a cosine from the start value down to 0 (Loshchilov and Hutter 2017, without restarts).
    case cosine
    /// Half a cosine from a 25th of the learning rate up to it, over this share of the steps, then half a cosine down to
    /// a 250,000th of it (Smith and Topin 2018, "Super-convergence"; the numbers and the form are PyTorch's).
    case oneCycle(peak: Double = 0.3)

    /// The step size of a step, without warm-up.
    ///
    /// - Parameters:
    ///   - step: how many steps have been taken, 0 ... total; at `total` a cosine has come down to 0.
    ///   - total: how many steps there are in all, at least 1.
    ///   - stepsAnEpoch: how many steps an epoch has, at least 1; only `step` looks at it.
    ///   - start: the learning rate.
    public func learningRate(step: Int, of total: Int, stepsAnEpoch: Int = 1, start: Double) -> Double {
      switch self {
      case .constant: return start
      case .step(let every, let factor):
        return start * pow(factor, Double(step / stepsAnEpoch / every))
      case .cosine: return Self.cosine(from: start, to: 0, at: Double(step) / Double(total))
      case .oneCycle(let peak):
        // The last step of the training has the last value, the one at `peak` the highest.
        let position = Double(step)
        let top = peak * Double(total) - 1
        let last = Double(total) - 1
        if position <= top {
          return Self.cosine(from: start / 25, to: start, at: top > 0 ? position / top : 1)
        }
        let end = start / 25 / 1e4
        return Self.cosine(from: start, to: end, at: last > top ? min(1, (position - top) / (last - top)) : 1)
      }
    }

    private static func cosine(from first: Double, to last: Double, at share: Double) -> Double {
      last + (first - last) * 0.5 * (1 + cos(.pi * share))
    }
  }

  /// The step size of a step, warm-up included.
  ///
  /// Warm-up takes the first W steps, in which the size rises in equal steps towards the schedule's first value:
  /// (step + 1) / (W + 1) of it. The schedule then runs over the rest as if that were all.
  ///
  /// - Parameters:
  ///   - step: how many steps have been taken, 0 ..< epochs · stepsAnEpoch.
  ///   - stepsAnEpoch: how many steps an epoch has.
  public func learningRate(step: Int, stepsAnEpoch: Int) -> Double {
    let total = epochs * stepsAnEpoch
    let warmUp = warmUpSteps(stepsAnEpoch: stepsAnEpoch)
    if step < warmUp {
      let first = schedule.learningRate(
        step: 0, of: max(1, total - warmUp), stepsAnEpoch: stepsAnEpoch, start: learningRate)
      return first * Double(step + 1) / Double(warmUp + 1)
    }
    return schedule.learningRate(
      step: step - warmUp, of: max(1, total - warmUp), stepsAnEpoch: stepsAnEpoch, start: learningRate)
  }

  /// The steps of the warm-up: below 1, `warmUp` is a share of all steps, from 1 on a number of epochs.
  func warmUpSteps(stepsAnEpoch: Int) -> Int {
    let total = epochs * stepsAnEpoch
    let steps = warmUp * Double(warmUp < 1 ? total : stepsAnEpoch)
    return Int(min(steps.rounded(), Double(total)))
  }
}
