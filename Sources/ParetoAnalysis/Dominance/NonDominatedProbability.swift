import Foundation
import Numerics

/// How likely each of several uncertain points is not dominated, by Monte Carlo.
///
/// In every draw each point is sampled once and the front of the samples is taken; the probability is the
/// share of draws in which a point is on it. Its standard error is at most 0.5 / √draws: 0.011 for 2,000
/// draws.
///
/// ```swift
/// var stream = RandomStream(seed: 7, purpose: "front")
/// let probabilities = nonDominatedProbabilities(count: 60, draws: 2_000, stream: &stream) { index, stream in
///   [1 - stream.beta(correct[index] + 1, wrong[index] + 1), energyKWh[index]]
/// }
/// ```
///
/// - Parameters:
///   - count: the number of points.
///   - draws: the number of draws, at least one.
///   - stream: where the sampler draws from; the same key gives the same probabilities.
///   - sample: one sample of the point of the given index, all objectives minimised.
/// - Complexity: O(*draws* · *n* log *n*) for two objectives; see `nonDominatedIndexes(of:)`.
public func nonDominatedProbabilities(
  count: Int, draws: Int, stream: inout RandomStream, sample: (Int, inout RandomStream) -> [Double]
) -> [Double] {
  precondition(draws > 0, "a probability needs at least one draw")
  var hits = [Int](repeating: 0, count: count)
  for _ in 0..<draws {
    let samples = (0..<count).map { sample($0, &stream) }
    for index in nonDominatedIndexes(of: samples) { hits[index] += 1 }
  }
  return hits.map { Double($0) / Double(draws) }
}

/// How likely each point is not dominated, its objectives known as far as an `UncertainObjective` says.
///
/// ```swift
/// let points: [[UncertainObjective]] = [
///   [.errorRate(correct: 340, wrong: 20), .interval(low: 1.0e-6, high: 1.2e-6)],
///   [.errorRate(correct: 345, wrong: 15), .interval(low: 2.0e-6, high: 2.4e-6)],
/// ]
/// var stream = RandomStream(seed: 7, purpose: "front")
/// let probabilities = nonDominatedProbabilities(of: points, draws: 2_000, stream: &stream)
/// ```
///
/// - Precondition: all points have the same number of objectives, at least one.
/// - Complexity: O(*draws* · *n* log *n*) for two objectives; see `nonDominatedIndexes(of:)`.
public func nonDominatedProbabilities(
  of points: [[UncertainObjective]], draws: Int, stream: inout RandomStream
) -> [Double] {
  let dimension = points.first?.count ?? 0
  precondition(points.allSatisfy { $0.count == dimension }, "points must have the same number of objectives")
  // One position a draw and objective for what all points err in alike.
  var positions: [Double] = []
  return nonDominatedProbabilities(count: points.count, draws: draws, stream: &stream) { index, stream in
    if index == 0 { positions = (0..<dimension).map { _ in stream.uniform() } }
    return zip(points[index], positions).map { objective, position in
      objective.sample(sharedPosition: position, from: &stream)
    }
  }
}

/// What is known of one minimised objective of one point.
public enum UncertainObjective: Hashable, Sendable {
  /// A value without uncertainty.
  case exact(Double)
  /// The error rate of a classifier that got so many samples right and so many wrong: a draw from its
  /// posterior under a uniform prior, 1 − Beta(correct + 1, wrong + 1). The means of several trainings on the same
  /// samples need be no whole numbers.
  case errorRate(correct: Double, wrong: Double)
  /// A value anywhere between two bounds, independent of the other points: uniform.
  case interval(low: Double, high: Double)
  /// A value anywhere between two bounds, at the same relative position for all points of a draw: the error
  /// of a scale they share, such as a model's watts a core, which cannot change their order by itself.
  case sharedInterval(low: Double, high: Double)
  /// A value that on top differs from draw to draw by a factor, log-normal with this deviation of its logarithm and
  /// independent of the other points: what measuring the same thing again would change.
  indirect case scattered(UncertainObjective, relativeDeviation: Double)
  /// A value that on top is the mean of a few, whose deviation is known from themselves: it is off by the standard error
  /// times a draw from Student's distribution, independent of the other points.
  indirect case mean(UncertainObjective, standardError: Double, degreesOfFreedom: Double)

  fileprivate func sample(sharedPosition: Double, from stream: inout RandomStream) -> Double {
    switch self {
    case .exact(let value):
      return value
    case .errorRate(let correct, let wrong):
      precondition(correct >= 0 && wrong >= 0, "a classifier's counts are not negative")
      return stream.beta(wrong + 1, correct + 1)
    case .interval(let low, let high):
      return Self.value(at: stream.uniform(), low: low, high: high)
    case .sharedInterval(let low, let high):
      return Self.value(at: sharedPosition, low: low, high: high)
    case .scattered(let objective, let deviation):
      precondition(deviation >= 0, "a deviation is not negative")
      return objective.sample(sharedPosition: sharedPosition, from: &stream)
        * exp(deviation * stream.normal())
    case .mean(let objective, let error, let freedom):
      precondition(error >= 0 && freedom > 0, "a mean has an error of zero or more and degrees of freedom")
      let value = objective.sample(sharedPosition: sharedPosition, from: &stream)
      return value + error * stream.student(degreesOfFreedom: freedom)
    }
  }

  private static func value(at position: Double, low: Double, high: Double) -> Double {
    precondition(
      low <= high && low.isFinite && high.isFinite, "an interval's bounds are finite and ascending")
    return low + (high - low) * position
  }
}
