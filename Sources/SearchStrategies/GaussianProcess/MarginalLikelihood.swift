import Foundation
import Numerics

/// How likely values are under Gaussian processes, over all variances of the process, with its slopes.
///
/// Lengths have the prior of Hvarfner, Hellsten and Nardi 2024, "Vanilla Bayesian optimization performs great in high
/// dimensions", ICML: log-normal around √d, so that a parameter counts little until the values say otherwise.
struct MarginalLikelihood {
  let vectors: [[Double]]
  let parameters: [Int]
  let values: [Double]

  private static let inverseSquareBounds = -14.0...8.0
  private static let noiseBounds = -16.0...0.0

  /// The hyperparameters that some steps uphill lead to.
  ///
  /// The steps are those of resilient back-propagation (Riedmiller and Braun 1993): only the signs of the slopes count,
  /// a step grows while its sign stays and shrinks when it turns.
  ///
  /// - Complexity: O(*n*³ + *n*² · coordinates) a step for *n* points.
  func climb(
    from start: GaussianProcess.Hyperparameters, steps: Int
  ) -> GaussianProcess.Hyperparameters {
    var current = start
    var best = start
    var highest = -Double.infinity
    var lengths = [Double](repeating: 0.4, count: start.logInverseSquares.count + 1)
    var signs = [Double](repeating: 0, count: lengths.count)
    for _ in 0..<steps {
      guard let (likelihood, slopes) = evaluate(current) else { break }
      if likelihood > highest {
        highest = likelihood
        best = current
      }
      for (index, slope) in slopes.enumerated() {
        let sign: Double = slope > 0 ? 1 : slope < 0 ? -1 : 0
        if sign * signs[index] > 0 { lengths[index] = min(lengths[index] * 1.3, 2) }
        if sign * signs[index] < 0 { lengths[index] = max(lengths[index] * 0.5, 0.01) }
        signs[index] = sign
        let step = sign * lengths[index]
        if index < current.logInverseSquares.count {
          current.logInverseSquares[index] = (current.logInverseSquares[index] + step)
            .clamped(to: Self.inverseSquareBounds)
        } else {
          current.logNoise = (current.logNoise + step).clamped(to: Self.noiseBounds)
        }
      }
    }
    return best
  }

  /// The logarithm of the density, up to a constant, and its slopes: a number a parameter, and one for the noise.
  func evaluate(
    _ hyperparameters: GaussianProcess.Hyperparameters
  ) -> (likelihood: Double, slopes: [Double])? {
    let count = values.count
    let width = parameters.count
    let kernel = MaternKernel(parameters: parameters, hyperparameters)
    let points = vectors.flatMap { kernel.scaled($0) }
    let noise = exp(hyperparameters.logNoise)
    let matrix = kernel.correlations(of: points, count: count, noise: noise)
    guard let factor = CholeskyFactor(matrix, order: count) else { return nil }
    let weights = factor.solve(values)
    let variance = max(zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / Double(count), 1e-12)
    let inverse = factor.inverse()
    var likelihood = -0.5 * Double(count) * variance.logarithm - factor.halfLogDeterminant
    var byCoordinate = [Double](repeating: 0, count: width)
    points.withUnsafeBufferPointer { points in
      byCoordinate.withUnsafeMutableBufferPointer { sums in
        for row in 0..<count {
          for column in 0..<row {
            var square = 0.0
            for axis in 0..<width {
              let distance = points[row * width + axis] - points[column * width + axis]
              square += distance * distance
            }
            let pull = weights[row] * weights[column] / variance - inverse[row * count + column]
            let share = pull * MaternKernel.slope(square: square)
            for axis in 0..<width {
              let distance = points[row * width + axis] - points[column * width + axis]
              sums[axis] += share * distance * distance
            }
          }
        }
      }
    }
    var slopes = [Double](repeating: 0, count: hyperparameters.logInverseSquares.count + 1)
    for (axis, parameter) in parameters.enumerated() { slopes[parameter] += byCoordinate[axis] }
    let fit = weights.reduce(0) { $0 + $1 * $1 } / variance
    let trace = (0..<count).reduce(0) { $0 + inverse[$1 * count + $1] }
    slopes[slopes.count - 1] = 0.5 * noise * (fit - trace)
    addPrior(of: hyperparameters, to: &likelihood, &slopes)
    return (likelihood, slopes)
  }

  private func addPrior(
    of hyperparameters: GaussianProcess.Hyperparameters, to likelihood: inout Double, _ slopes: inout [Double]
  ) {
    // ln length is normal with the mean √2 + ½·ln d and the variance 3; ln 1 / length² is −2 times that.
    let dimension = Double(max(1, hyperparameters.logInverseSquares.count))
    let mean = -2 * (2.0.squareRoot() + 0.5 * dimension.logarithm)
    for (index, value) in hyperparameters.logInverseSquares.enumerated() {
      likelihood -= (value - mean) * (value - mean) / 24
      slopes[index] -= (value - mean) / 12
    }
    let excess = hyperparameters.logNoise + 9
    likelihood -= excess * excess / 32
    slopes[slopes.count - 1] -= excess / 16
  }
}

extension Double {
  fileprivate func clamped(to bounds: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, bounds.lowerBound), bounds.upperBound)
  }
}
