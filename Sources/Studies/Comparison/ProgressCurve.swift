import ParetoAnalysis

/// How far a search had come for what it had spent: a step function that never falls.
///
/// ```swift
/// var curve = ProgressCurve(start: 0)
/// curve.append(cost: 2, value: 0.5)
/// curve.value(at: 1.9)             // 0
/// curve.value(at: 2)               // 0.5
/// ```
public struct ProgressCurve: Sendable {
  /// A moment at which the search came further.
  public struct Step: Hashable, Sendable {
    /// What had been spent, the trial that did it included.
    public var cost: Double
    /// How far the search was from then on.
    public var value: Double
    /// How many trials had ended.
    public var trials: Int
  }

  /// The value before the first step.
  public let start: Double
  /// The steps, in ascending order of cost and value.
  public private(set) var steps: [Step] = []

  /// A curve without steps.
  public init(start: Double) { self.start = start }

  /// Adds the value after some cost; one that is not above the last changes nothing.
  public mutating func append(cost: Double, value: Double, trials: Int = 0) {
    guard value > steps.last?.value ?? start else { return }
    steps.append(Step(cost: cost, value: value, trials: trials))
  }

  /// The value at some cost.
  ///
  /// - Complexity: O(log *steps*).
  public func value(at cost: Double) -> Double {
    var low = 0
    var high = steps.count
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].cost <= cost { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? steps[low - 1].value : start
  }

  /// The first step at which a value is reached; nil if it never is.
  public func step(reaching value: Double) -> Step? { steps.first { $0.value >= value } }
}

extension ComparedSearch {
  /// The best goodness so far against the cost; minus infinity before the first.
  var qualityCurve: ProgressCurve {
    var curve = ProgressCurve(start: -.infinity)
    var cost = 0.0
    for (index, step) in steps.enumerated() {
      cost += step.cost
      if let goodness = step.goodness { curve.append(cost: cost, value: goodness, trials: index + 1) }
    }
    return curve
  }

  /// The hypervolume against the cost.
  func hypervolumeCurve(reference: [Double]) -> ProgressCurve {
    var curve = ProgressCurve(start: 0)
    guard !reference.isEmpty else { return curve }
    var front = GrowingFront(reference: reference)
    var cost = 0.0
    for (index, step) in steps.enumerated() {
      cost += step.cost
      if let losses = step.losses {
        curve.append(cost: cost, value: front.insert(losses), trials: index + 1)
      }
    }
    return curve
  }
}
