import Foundation
import Numerics

/// A Gaussian process through some values, with a Matérn 5/2 kernel that has a length of its own for each parameter
/// (Rasmussen and Williams 2006, "Gaussian processes for machine learning", chapters 2 and 5).
///
/// The values are expected to have a mean of about 0. The variance of the process is the one that makes them likeliest.
///
/// - Complexity: O(*n*³) to make of *n* points, O(*n*²) a prediction.
struct GaussianProcess: Sendable {
  /// What the likelihood is maximised over.
  struct Hyperparameters: Hashable, Sendable {
    /// For each parameter the logarithm of 1 / length².
    var logInverseSquares: [Double]
    /// The logarithm of the noise's variance over that of the process.
    var logNoise: Double

    /// Lengths that grow with the number of parameters, as distances do.
    init(parameterCount: Int) {
      let start = -(0.25 * Double(max(1, parameterCount))).logarithm
      logInverseSquares = [Double](repeating: start, count: parameterCount)
      logNoise = -9
    }
  }

  let kernel: MaternKernel
  /// The points' coordinates, scaled by the lengths, point after point.
  private let points: [Double]
  private let count: Int
  private let factor: CholeskyFactor
  private let weights: [Double]
  private let variance: Double

  /// A process through values.
  ///
  /// - Parameters:
  ///   - vectors: the coordinates of each point.
  ///   - parameters: the parameter of each coordinate.
  ///   - values: one a point, finite.
  /// - Returns: nil if the points are so near to each other that their covariances cannot be told apart.
  init?(vectors: [[Double]], parameters: [Int], values: [Double], _ hyperparameters: Hyperparameters) {
    let kernel = MaternKernel(parameters: parameters, hyperparameters)
    let points = vectors.flatMap { kernel.scaled($0) }
    let noise = exp(hyperparameters.logNoise)
    let covariances = kernel.correlations(of: points, count: vectors.count, noise: noise)
    guard let factor = CholeskyFactor(covariances, order: vectors.count) else { return nil }
    let weights = factor.solve(values)
    self.kernel = kernel
    self.points = points
    self.factor = factor
    self.weights = weights
    count = vectors.count
    variance = max(zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / Double(count), 1e-12)
  }

  /// The mean and the standard deviation at each of some points.
  func predictions(at vectors: [[Double]]) -> [(mean: Double, deviation: Double)] {
    let width = vectors.count
    let places = vectors.map { kernel.scaled($0) }
    var right = [Double](repeating: 0, count: count * width)
    var means = [Double](repeating: 0, count: width)
    let coordinates = kernel.parameters.count
    for row in 0..<count {
      for side in 0..<width {
        var square = 0.0
        for axis in 0..<coordinates {
          let distance = points[row * coordinates + axis] - places[side][axis]
          square += distance * distance
        }
        let correlation = MaternKernel.correlation(square: square)
        right[row * width + side] = correlation
        means[side] += correlation * weights[row]
      }
    }
    factor.solveLower(&right, width: width)
    var known = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for side in 0..<width { known[side] += right[row * width + side] * right[row * width + side] }
    }
    return zip(means, known).map { ($0, (variance * max(1 - $1, 1e-12)).squareRoot()) }
  }
}

/// The Matérn 5/2 kernel of variance 1 with a length a parameter.
struct MaternKernel: Sendable {
  /// The parameter of each coordinate.
  let parameters: [Int]
  private let scales: [Double]

  init(parameters: [Int], _ hyperparameters: GaussianProcess.Hyperparameters) {
    self.parameters = parameters
    scales = parameters.map { exp(hyperparameters.logInverseSquares[$0] / 2) }
  }

  /// Coordinates over the lengths of their parameters.
  func scaled(_ vector: [Double]) -> [Double] { zip(vector, scales).map { $0 * $1 } }

  /// The correlations of points that have been scaled, row by row, with the noise on the diagonal.
  func correlations(of points: [Double], count: Int, noise: Double) -> [Double] {
    let width = parameters.count
    var matrix = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      matrix[row * count + row] = 1 + noise
      for column in 0..<row {
        let square = Self.square(points, row, column, width: width)
        let correlation = Self.correlation(square: square)
        matrix[row * count + column] = correlation
        matrix[column * count + row] = correlation
      }
    }
    return matrix
  }

  /// The squared distance of two points.
  static func square(_ points: [Double], _ first: Int, _ second: Int, width: Int) -> Double {
    var square = 0.0
    for axis in 0..<width {
      let distance = points[first * width + axis] - points[second * width + axis]
      square += distance * distance
    }
    return square
  }

  /// (1 + √5·r + 5/3·r²) · e^(−√5·r) for a distance of r lengths.
  static func correlation(square: Double) -> Double {
    let scaled = (5 * square).squareRoot()
    return (1 + scaled + scaled * scaled / 3) * exp(-scaled)
  }

  /// The derivative of the correlation by the square of the distance.
  static func slope(square: Double) -> Double {
    let scaled = (5 * square).squareRoot()
    return -5.0 / 6 * (1 + scaled) * exp(-scaled)
  }
}
