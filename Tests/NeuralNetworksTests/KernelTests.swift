import CKernels
import Glibc
import Numerics
import Testing

/// Each fast kernel against its plain version. Odd sizes have a rest that fills no vector.
@Suite("Kernels")
struct KernelTests {
  static let sizes = [1, 7, 16, 17, 33, 100]

  /// The distance in units in the last place of the expected number.
  private func distance(_ found: Float, _ expected: Double) -> Double {
    abs(Double(found) - expected) / Double(Float(expected).ulp)
  }

  @Test("exp is within 2 units in the last place from the smallest normal number to the largest")
  func exponential() {
    let x = Array(stride(from: Float(-87.33), to: 88.72, by: 0.000_37))
    var y = x
    wattle_exp(x.count, x, &y)
    let worst = zip(x, y).map { distance($1, exp(Double($0))) }.max() ?? .infinity
    #expect(worst < 2)
  }

  @Test("exp overflows to infinity, underflows to 0 and keeps NaN")
  func exponentialEnds() {
    let x: [Float] = [88.723, 1e30, .infinity, -87.34, -1e30, -.infinity, .nan, 0]
    var y = x
    wattle_exp(x.count, x, &y)
    #expect(y[0..<3].allSatisfy { $0 == .infinity })
    #expect(y[3..<6].allSatisfy { $0 == 0 })
    #expect(y[6].isNaN)
    #expect(y[7] == 1)
  }

  @Test("tanh is within 4 units in the last place")
  func hyperbolicTangent() {
    let magnitudes = Array(stride(from: Float(1e-4), to: 12, by: 0.000_037)) + [1e-30, 1e-10, 50, .infinity]
    let x = magnitudes + magnitudes.map { -$0 }
    var y = x
    wattle_tanh(x.count, x, &y)
    let worst = zip(x, y).map { distance($1, tanh(Double($0))) }.max() ?? .infinity
    #expect(worst < 4)
  }

  @Test("tanh of NaN is NaN and of 0 is 0")
  func hyperbolicTangentEnds() {
    let x: [Float] = [.nan, 0]
    var y = x
    wattle_tanh(x.count, x, &y)
    #expect(y[0].isNaN)
    #expect(y[1] == 0)
  }

  @Test("Bias and activation, fused, equal the plain version", arguments: sizes)
  func biasActivation(columns: Int) {
    for rows in [1, 5, 33] {
      for activation in [WATTLE_LINEAR, WATTLE_RELU, WATTLE_TANH, WATTLE_GELU] {
        let bias = normals(columns, seed: 2)
        let x = normals(rows * columns, seed: 3).map { 2 * $0 }
        var (y, slope) = (x, x)
        var (expected, expectedSlope) = (x, x)
        wattle_bias_activation_reference(activation, rows, columns, bias, &expected, &expectedSlope)
        switch activation {
        case WATTLE_RELU: wattle_bias_relu(rows, columns, bias, &y)
        case WATTLE_TANH: wattle_bias_tanh(rows, columns, bias, &y)
        case WATTLE_GELU: wattle_bias_gelu(rows, columns, bias, &y, &slope)
        default: wattle_bias(rows, columns, bias, &y)
        }
        #expect(maximumDifference(y, expected) < 2e-6)
        if activation == WATTLE_GELU { #expect(maximumDifference(slope, expectedSlope) < 3e-6) }

        var gradient = normals(rows * columns, seed: 4)
        var expectedGradient = gradient
        var (biasGradient, expectedBiasGradient) = (bias, bias)
        wattle_bias_activation_backward_reference(
          rows, columns, expectedSlope, &expectedGradient, &expectedBiasGradient)
        switch activation {
        case WATTLE_RELU: wattle_bias_relu_backward(rows, columns, y, &gradient, &biasGradient)
        case WATTLE_TANH: wattle_bias_tanh_backward(rows, columns, y, &gradient, &biasGradient)
        case WATTLE_GELU: wattle_bias_gelu_backward(rows, columns, slope, &gradient, &biasGradient)
        default: wattle_bias_backward(rows, columns, gradient, &biasGradient)
        }
        #expect(maximumDifference(gradient, expectedGradient) < 1e-5)
        #expect(maximumDifference(biasGradient, expectedBiasGradient) < 5e-5)
      }
    }
  }

  @Test("Activations without a bias equal the plain version", arguments: sizes)
  func activations(count: Int) {
    let x = normals(count, seed: 5).map { 2 * $0 }
    let upstream = normals(count, seed: 6)
    for activation in [WATTLE_RELU, WATTLE_TANH, WATTLE_GELU] {
      var (y, slope, gradient) = (x, x, x)
      var (expected, expectedSlope) = (x, x)
      wattle_bias_activation_reference(activation, 1, count, nil, &expected, &expectedSlope)
      switch activation {
      case WATTLE_RELU:
        wattle_relu(count, x, &y)
        wattle_relu_backward(count, y, upstream, &gradient)
      case WATTLE_TANH:
        wattle_tanh(count, x, &y)
        wattle_tanh_backward(count, y, upstream, &gradient)
      default:
        wattle_gelu(count, x, &y, &slope)
        wattle_multiply(count, slope, upstream, &gradient)
      }
      #expect(maximumDifference(y, expected) < 2e-6)
      #expect(maximumDifference(gradient, zip(upstream, expectedSlope).map { $0 * $1 }) < 1e-5)
    }
  }

  @Test("Softmax and cross-entropy equal the plain version", arguments: [2, 3, 10, 17, 33])
  func softmaxCrossEntropy(classes: Int) {
    for rows in [1, 7, 33] {
      let logits = normals(rows * classes).map { 5 * $0 }
      let labels = (0..<rows).map { Int32($0 % classes) }
      var (gradient, expected) = (logits, logits)
      let loss = wattle_softmax_cross_entropy(rows, classes, logits, labels, &gradient)
      let expectedLoss = wattle_softmax_cross_entropy_reference(rows, classes, logits, labels, &expected)
      #expect(abs(loss - expectedLoss) < 1e-5 * expectedLoss)
      #expect(maximumDifference(gradient, expected) < 1e-6)
    }
  }

  @Test("Cross-entropy is exact far from 0 and not a number for infinite logits")
  func crossEntropyEnds() {
    var gradient: [Float] = [0, 0]
    #expect(wattle_softmax_cross_entropy(1, 2, [1e4, -1e4], [1], &gradient) == 2e4)
    #expect(gradient == [1, -1])
    #expect(wattle_softmax_cross_entropy(1, 2, [.infinity, 0], [0], &gradient).isNaN)
  }

  @Test("Among equal logits the first counts as the prediction")
  func countCorrect() {
    #expect(wattle_count_correct(3, 3, [1, 3, 2, 5, 5, 0, 0, 1, 2], [1, 0, 0]) == 2)
  }

  @Test("Dropout equals the plain version to the bit", arguments: sizes)
  func dropout(count: Int) {
    var (state, expectedState) = (dropoutState(), dropoutState())
    let x = normals(count)
    for _ in 0..<3 {
      var (mask, y, expectedMask, expected) = (x, x, x, x)
      wattle_dropout(count, 0.3, &state, x, &mask, &y)
      wattle_dropout_reference(count, 0.3, &expectedState, x, &expectedMask, &expected)
      #expect(mask == expectedMask)
      #expect(y == expected)
    }
  }

  @Test("Dropout zeroes values at its rate and keeps their expectation", arguments: [0.1, 0.5, 0.9])
  func dropoutRate(rate: Double) {
    let count = 400_000
    let x = [Float](repeating: 1, count: count)
    var (mask, y) = (x, x)
    var state = dropoutState()
    wattle_dropout(count, Float(rate), &state, x, &mask, &y)
    let deviation = (rate * (1 - rate) / Double(count)).squareRoot()
    let zeroed = Double(y.count { $0 == 0 }) / Double(count)
    #expect(abs(zeroed - rate) < 4 * deviation)
    let mean = y.reduce(0.0) { $0 + Double($1) } / Double(count)
    #expect(abs(mean - 1) < 4 * deviation / (1 - rate))
  }

  @Test("Transposition equals the plain version", arguments: sizes)
  func transpose(rows: Int) {
    for columns in Self.sizes {
      let x = normals(rows * columns)
      var (y, expected) = (x, x)
      wattle_transpose(rows, columns, x, &y)
      wattle_transpose_reference(rows, columns, x, &expected)
      #expect(y == expected)
    }
  }

  private func dropoutState() -> wattle_dropout_state {
    var state = wattle_dropout_state()
    var stream = RandomStream(seed: 9, purpose: "test dropout")
    withUnsafeMutableBytes(of: &state) { bytes in
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: stream.next()) }
    }
    return state
  }
}

/// The largest distance of two arrays; not a number is a distance, which `max` alone would lose.
func maximumDifference(_ found: [Float], _ expected: [Float]) -> Float {
  zip(found, expected).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1)
    return difference <= worst ? worst : difference.isNaN ? .infinity : difference
  }
}
