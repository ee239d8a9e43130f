import Foundation
import Numerics
import SearchSpaces

/// How often the values of one parameter occur among some trials, smoothed: a Parzen estimator (Bergstra, Bardenet, Bengio
/// and Kégl 2011, "Algorithms for hyper-parameter optimization", NeurIPS 24).
///
/// Trials that do not have the parameter are left out. With the others counts a prior: one more trial that says
/// nothing.
enum ParzenDensity: Sendable {
  case counts(SmoothedCounts)
  case kernels(KernelMixture)

  /// The density of the places at which trials lie.
  ///
  /// - Parameters:
  ///   - places: fractions in the scale of an ordered domain, indexes of options otherwise; NaN where a trial does not
  ///     have the parameter.
  ///   - weights: one a place.
  init(_ domain: ParameterDomain, places: [Double], weights: [Double]) {
    var (places, weights) = (places, weights)
    if places.contains(where: \.isNaN) {
      let present = places.indices.filter { !places[$0].isNaN }
      (places, weights) = (present.map { places[$0] }, present.map { weights[$0] })
    }
    switch domain {
    case .options(let labels):
      self = .counts(SmoothedCounts(count: labels.count, places: places, weights: weights))
    case .integers(let range):
      self = .kernels(
        KernelMixture(places: places, weights: weights, narrowest: 0.5 / Double(range.count)))
    case .reals: self = .kernels(KernelMixture(places: places, weights: weights, narrowest: 0))
    }
  }

  /// A place at random.
  func sample(using stream: inout RandomStream) -> Double {
    switch self {
    case .counts(let counts): counts.sample(using: &stream)
    case .kernels(let mixture): mixture.sample(using: &stream)
    }
  }

  /// The density at a place; the probability of an option.
  func callAsFunction(_ place: Double) -> Double {
    switch self {
    case .counts(let counts): counts.probabilities[Int(place)]
    case .kernels(let mixture): mixture(place)
    }
  }
}

/// The shares of options, the prior spread evenly over all.
struct SmoothedCounts: Sendable {
  let probabilities: [Double]

  init(count: Int, places: [Double], weights: [Double]) {
    var sums = [Double](repeating: 1 / Double(count), count: count)
    for (place, weight) in zip(places, weights) { sums[Int(place)] += weight }
    let total = sums.reduce(0, +)
    probabilities = sums.map { $0 / total }
  }

  func sample(using stream: inout RandomStream) -> Double {
    Double(weightedIndex(of: probabilities, total: 1, using: &stream))
  }
}

/// Normal distributions cut off at 0 and 1: one a place, and a prior as wide as the range.
///
/// A kernel is as wide as the distance to the farther of its neighbours, but no narrower than 1 / (number of places + 2)
/// or 1 / 100, and no wider than the range.
struct KernelMixture: Sendable {
  private let means: [Double]
  private let deviations: [Double]
  private let weights: [Double]
  private let totalWeight: Double
  /// Each weight over the area of its kernel between 0 and 1, and −1 / (2 · variance).
  private let heights: [Double]
  private let exponents: [Double]

  init(places: [Double], weights placeWeights: [Double], narrowest: Double) {
    let prior = (mean: 0.5, weight: 1.0, isPrior: true)
    let sorted = (zip(places, placeWeights).map { (mean: $0, weight: $1, isPrior: false) } + [prior])
      .sorted { ($0.mean, $0.weight) < ($1.mean, $1.weight) }
    let least = max(narrowest, 1 / Double(min(100, sorted.count + 1)))
    let deviations = sorted.indices.map { index in
      if sorted[index].isPrior { return 1.0 }
      let below = index > 0 ? sorted[index].mean - sorted[index - 1].mean : 0
      let above = index + 1 < sorted.count ? sorted[index + 1].mean - sorted[index].mean : 0
      return min(max(below, above, least), 1)
    }
    let total = sorted.reduce(0) { $0 + $1.weight }
    heights = sorted.indices.map { index in
      let scale = deviations[index] * 2.0.squareRoot()
      let area = (erf((1 - sorted[index].mean) / scale) + erf(sorted[index].mean / scale)) / 2
      return sorted[index].weight / total / (area * deviations[index] * (2 * Double.pi).squareRoot())
    }
    means = sorted.map(\.mean)
    weights = sorted.map(\.weight)
    totalWeight = total
    self.deviations = deviations
    exponents = deviations.map { -0.5 / ($0 * $0) }
  }

  func sample(using stream: inout RandomStream) -> Double {
    let kernel = weightedIndex(of: weights, total: totalWeight, using: &stream)
    // A kernel has at least a third of its area in the range.
    for _ in 0..<64 {
      let place = means[kernel] + deviations[kernel] * stream.normal()
      if place >= 0 && place <= 1 { return place }
    }
    return means[kernel]
  }

  func callAsFunction(_ place: Double) -> Double {
    var sum = 0.0
    for kernel in means.indices {
      let distance = place - means[kernel]
      let exponent = exponents[kernel] * distance * distance
      // Farther kernels would not change the last digit of the prior's share.
      if exponent > -45 { sum += heights[kernel] * exp(exponent) }
    }
    return sum
  }
}

/// An index, each as likely as its weight says.
private func weightedIndex(of weights: [Double], total: Double, using stream: inout RandomStream) -> Int {
  var rest = stream.uniform() * total
  for (index, weight) in weights.enumerated() {
    rest -= weight
    if rest < 0 { return index }
  }
  return weights.count - 1
}
