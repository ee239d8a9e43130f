/// The share of subjects that an event has not reached yet, where some were watched for a while only.
///
/// The product-limit estimate of Kaplan and Meier 1958, "Nonparametric estimation from incomplete observations", JASA
/// 53(282). Whoever is watched up to some moment without the event is *censored* there: until then it counts among those
/// at risk, later it says nothing.
///
/// ```swift
/// let curve = SurvivalCurve([.event(at: 1), .censored(at: 2), .event(at: 3)])
/// curve.steps   // after 1: 2/3; after 3: 2/3 · (1 − 1/1) = 0
/// curve.median  // 3
/// ```
public struct SurvivalCurve: Hashable, Sendable {
  /// How long one subject was watched.
  public enum Observation: Hashable, Sendable {
    /// The event came at this moment.
    case event(at: Double)
    /// The event had not come by this moment.
    case censored(at: Double)

    fileprivate var time: Double {
      switch self {
      case .event(let time), .censored(let time): time
      }
    }

    fileprivate var isEvent: Bool { if case .event = self { true } else { false } }
  }

  /// A moment with an event, and the share that is left after it.
  public struct Step: Hashable, Sendable {
    /// The moment.
    public var time: Double
    /// The share of subjects without the event after it, in 0 ... 1.
    public var survival: Double
  }

  /// The moments with an event, ascending.
  public let steps: [Step]

  /// The curve of some subjects. Who is censored at the moment of an event is at risk of it.
  ///
  /// - Precondition: all times are finite.
  /// - Complexity: O(*n* log *n*).
  public init(_ observations: [Observation]) {
    precondition(observations.allSatisfy { $0.time.isFinite }, "a survival curve needs finite times")
    let sorted = observations.sorted { $0.time < $1.time }
    var steps: [Step] = []
    var survival = 1.0
    var start = 0
    while start < sorted.count {
      var end = start
      var events = 0
      while end < sorted.count, sorted[end].time == sorted[start].time {
        events += sorted[end].isEvent ? 1 : 0
        end += 1
      }
      if events > 0 {
        survival *= 1 - Double(events) / Double(sorted.count - start)
        steps.append(Step(time: sorted[start].time, survival: survival))
      }
      start = end
    }
    self.steps = steps
  }

  /// The moment by which half of the subjects had the event; nil where the curve does not come down to one half.
  ///
  /// Where it stays at one half for a while, the middle of that while, so that without censoring this is the usual
  /// median; nil where no event ends the while.
  public var median: Double? {
    // A product of fractions may miss one half by rounding.
    let slack = 1e-12
    guard let index = steps.firstIndex(where: { $0.survival <= 0.5 + slack }) else { return nil }
    guard steps[index].survival >= 0.5 - slack else { return steps[index].time }
    return index + 1 < steps.count ? (steps[index].time + steps[index + 1].time) / 2 : nil
  }
}
