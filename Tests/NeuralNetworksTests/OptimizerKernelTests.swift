import CKernels
import Testing

@Suite("Optimiser kernels")
struct OptimizerKernelTests {
  static let sizes = [1, 3, 15, 16, 17, 33, 100, 1_000]
  private let use = wattle_gradient_use(scale: 0.7, decay: 0.03)

  @Test("Steps of SGD equal the plain version", arguments: sizes, [false, true])
  func sgd(count: Int, nesterov: Bool) {
    let gradient = normals(count, seed: 1)
    var (parameters, velocity) = (normals(count, seed: 2), normals(count, seed: 3))
    var (expected, expectedVelocity) = (parameters, velocity)
    wattle_sgd(count, 0.1, 0.9, nesterov, use, gradient, &velocity, &parameters)
    wattle_sgd_reference(count, 0.1, 0.9, nesterov, use, gradient, &expectedVelocity, &expected)
    #expect(maximumDifference(parameters, expected) < 1e-6)
    #expect(maximumDifference(velocity, expectedVelocity) < 1e-6)
  }

  @Test("Steps of RMSprop equal the plain version", arguments: sizes)
  func rmsprop(count: Int) {
    let gradient = normals(count, seed: 1)
    var (parameters, variance) = (normals(count, seed: 2), normals(count, seed: 3).map { $0 * $0 })
    var (expected, expectedVariance) = (parameters, variance)
    wattle_rmsprop(count, 0.1, 0.9, 1e-3, use, gradient, &variance, &parameters)
    wattle_rmsprop_reference(count, 0.1, 0.9, 1e-3, use, gradient, &expectedVariance, &expected)
    #expect(maximumDifference(parameters, expected) < 2e-6)
    #expect(maximumDifference(variance, expectedVariance) < 1e-6)
  }

  @Test("Steps of Adam equal the plain version", arguments: sizes)
  func adam(count: Int) {
    let gradient = normals(count, seed: 1)
    var (parameters, mean) = (normals(count, seed: 2), normals(count, seed: 3))
    var variance = mean.map { $0 * $0 }
    var (expected, expectedMean, expectedVariance) = (parameters, mean, variance)
    wattle_adam(count, 0.1, 0.9, 0.99, 1.5, 1e-3, 0.98, use, gradient, &mean, &variance, &parameters)
    wattle_adam_reference(
      count, 0.1, 0.9, 0.99, 1.5, 1e-3, 0.98, use, gradient, &expectedMean, &expectedVariance, &expected)
    #expect(maximumDifference(parameters, expected) < 2e-6)
    #expect(maximumDifference(mean, expectedMean) < 1e-6)
    #expect(maximumDifference(variance, expectedVariance) < 1e-6)
  }

  @Test("The sum of squares equals the plain version", arguments: sizes)
  func sumOfSquares(count: Int) {
    let x = normals(count)
    let expected = wattle_sum_of_squares_reference(count, x)
    #expect(abs(wattle_sum_of_squares(count, x) - expected) < 1e-12 * expected)
  }
}
