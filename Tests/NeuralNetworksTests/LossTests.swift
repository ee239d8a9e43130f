import CKernels
import Glibc
import NeuralNetworks
import Testing

@Suite("Losses")
struct LossTests {
  static let rowCounts = [1, 7, 16, 33, 100]

  /// A loss of some outputs with its gradient, by the fast kernel and by the plain one.
  private typealias Kernel = (_ outputs: [Float], _ gradient: inout [Float]) -> Double

  /// Holds a kernel against its plain version, and the plain version against central differences.
  private func check(_ outputs: [Float], _ kernel: Kernel, reference: Kernel) {
    var (gradient, expected) = (outputs, outputs)
    let loss = kernel(outputs, &gradient)
    let expectedLoss = reference(outputs, &expected)
    #expect(abs(loss - expectedLoss) < 1e-5 * abs(expectedLoss) + 1e-6)
    let scale = expected.map(abs).max() ?? 0
    #expect(maximumDifference(gradient, expected) < 2e-6 * max(scale, 1))
    var ignored = outputs
    for index in outputs.indices.prefix(40) {
      var (above, below) = (outputs, outputs)
      above[index] += 0x1p-9
      below[index] -= 0x1p-9
      let step = Double(above[index]) - Double(below[index])
      let slope = (reference(above, &ignored) - reference(below, &ignored)) / step
      #expect(abs(Double(expected[index]) - 0.25 * slope) < 1e-3 * Double(scale) + 1e-5, "output \(index)")
    }
  }

  @Test(
    "Weighted and smoothed cross-entropy is what its formula says", arguments: rowCounts,
    [0, 0.1, 1] as [Float])
  func weightedCrossEntropy(rows: Int, smoothing: Float) {
    for classes in [2, 3, 10, 17] {
      let weights = (0..<classes).map { 0.5 + Float($0) }
      let labels = (0..<rows).map { Int32(($0 * 7) % classes) }
      check(normals(rows * classes).map { 2 * $0 }) {
        wattle_weighted_cross_entropy(rows, classes, $0, labels, weights, smoothing, 0.25, &$1)
      } reference: {
        wattle_weighted_cross_entropy_reference(rows, classes, $0, labels, weights, smoothing, 0.25, &$1)
      }
    }
  }

  @Test("Without smoothing and weights the weighted cross-entropy is the plain one")
  func unweighted() {
    let (rows, classes) = (33, 10)
    let logits = normals(rows * classes)
    let labels = (0..<rows).map { Int32($0 % classes) }
    let ones = [Float](repeating: 1, count: classes)
    var (gradient, expected) = (logits, logits)
    let loss = wattle_weighted_cross_entropy(rows, classes, logits, labels, ones, 0, 1 / 33, &gradient)
    let plain = wattle_softmax_cross_entropy(rows, classes, logits, labels, &expected)
    #expect(abs(loss - plain) < 1e-6 * plain)
    #expect(maximumDifference(gradient, expected) < 1e-7)
  }

  @Test("Binary cross-entropy is what its formula says", arguments: rowCounts, [0, 0.1] as [Float])
  func binaryCrossEntropy(rows: Int, smoothing: Float) {
    let labels = (0..<rows).map { Int32(($0 * 5 / 3) % 2) }
    check(normals(rows).map { 3 * $0 }) {
      wattle_binary_cross_entropy(rows, $0, labels, [0.5, 2], smoothing, 0.25, &$1)
    } reference: {
      wattle_binary_cross_entropy_reference(rows, $0, labels, [0.5, 2], smoothing, 0.25, &$1)
    }
  }

  @Test("Binary cross-entropy of x is the cross-entropy of (0, x)", arguments: [0, 0.2] as [Float])
  func binaryIsSoftmaxOfTwo(smoothing: Float) {
    let x = normals(20)
    let labels = (0..<20).map { Int32($0 % 2) }
    let pairs: [Float] = x.flatMap { [0, $0] }
    var (gradient, pairGradient) = (x, pairs)
    let loss = wattle_binary_cross_entropy(20, x, labels, [0.5, 2], smoothing, 0.1, &gradient)
    let expected = wattle_weighted_cross_entropy(
      20, 2, pairs, labels, [0.5, 2], smoothing, 0.1, &pairGradient)
    #expect(abs(loss - expected) < 1e-5 * expected)
    #expect(maximumDifference(gradient, (0..<20).map { pairGradient[2 * $0 + 1] }) < 1e-6)
  }

  @Test("Binary cross-entropy is exact far from 0 and not a number for what is none")
  func binaryEnds() {
    var gradient: [Float] = [0, 0]
    #expect(wattle_binary_cross_entropy(2, [1e4, -1e4], [0, 1], [1, 1], 0, 1, &gradient) == 2e4)
    #expect(gradient == [1, -1])
    #expect(wattle_binary_cross_entropy(1, [.nan], [0], [1, 1], 0, 1, &gradient).isNaN)
    #expect(wattle_count_correct_binary(4, [1, -1, 0, 2], [1, 1, 0, 0]) == 2)
  }

  @Test("Squared error and Huber's loss are what their formulas say", arguments: rowCounts)
  func regression(rows: Int) {
    let targets = normals(rows, seed: 2)
    let outputs = normals(rows, seed: 3).map { 2 * $0 }
    check(outputs) {
      wattle_squared_error(rows, $0, targets, 0.25, &$1)
    } reference: {
      wattle_squared_error_reference(rows, $0, targets, 0.25, &$1)
    }
    for delta: Float in [0.3, 1, 100] {
      check(outputs) {
        wattle_huber(rows, delta, $0, targets, 0.25, &$1)
      } reference: {
        wattle_huber_reference(rows, delta, $0, targets, 0.25, &$1)
      }
    }
    var gradient: [Float] = [0]
    #expect(wattle_squared_error(1, [.nan], [0], 1, &gradient).isNaN)
    #expect(wattle_huber(1, 1, [.nan], [0], 1, &gradient).isNaN)
  }

  @Test("A network of a loss has the gradients of central differences")
  func networkGradients() throws {
    for loss: Loss in [
      .crossEntropy(labelSmoothing: 0.1), .binaryCrossEntropy(labelSmoothing: 0.1), .meanSquaredError,
      .huber(delta: 0.7),
    ] {
      let outputs = if case .crossEntropy = loss { 3 } else { 1 }
      let architecture = Architecture(
        sampleShape: [5], layers: [.dense(units: 8), .activation(.tanh), .dense(units: outputs)])
      var network = try Network(architecture, maximumBatchSize: 9, loss: loss, seed: 1, trial: 1)
      let batch = Batch(samples: 9, width: 5, classes: max(2, outputs))
      let rows = (0..<Int32(9)).map { $0 }
      if loss.isOfClasses {
        network.setClassWeights((0..<network.classCount).map { 1 + Float($0) })
        network.load(batch)
        #expect(network.batchWeight == batch.labels.reduce(0) { $0 + 1 + Double($1) })
      } else {
        let targets = normals(9, seed: 5).map(Double.init)
        network.targetScale = TargetScale(mean: 0.5, deviation: 2)
        network.load(rows: rows.span, features: batch.features.span, targets: targets.span)
      }
      _ = network.computeGradients()
      let gradients = network.gradients
      let start = network.parameters
      let scale = Double(gradients.map(abs).max() ?? 0)
      for index in start.indices {
        var shifted = start
        shifted[index] = start[index] + 0x1p-7
        network.parameters = shifted
        let above = network.computeGradients()
        shifted[index] = start[index] - 0x1p-7
        network.parameters = shifted
        let slope = (above - network.computeGradients()) * 0x1p6 / network.batchWeight
        #expect(abs(Double(gradients[index]) - slope) < 3e-3 * scale, "\(loss), parameter \(index)")
      }
    }
  }

  @Test("Evaluation leaves smoothing, weights and Huber's delta out")
  func evaluation() throws {
    let architecture = Architecture(sampleShape: [5], layers: [.dense(units: 1)])
    let batch = Batch(samples: 9, width: 5, classes: 2)
    func evaluate(_ loss: Loss, weights: [Float]?) throws -> (loss: Double, correct: Int) {
      var network = try Network(architecture, maximumBatchSize: 9, loss: loss, seed: 1, trial: 1)
      network.setClassWeights(weights)
      network.load(batch)
      return network.evaluate()
    }
    let plain = try evaluate(.binaryCrossEntropy(), weights: nil)
    let other = try evaluate(.binaryCrossEntropy(labelSmoothing: 0.3), weights: [1, 5])
    #expect(plain == other)

    let targets = normals(9, seed: 5).map(Double.init)
    let rows = (0..<Int32(9)).map { $0 }
    func evaluateRegression(_ loss: Loss) throws -> (Double, [Double]) {
      var network = try Network(architecture, maximumBatchSize: 9, loss: loss, seed: 1, trial: 1)
      network.targetScale = TargetScale(fittedTo: targets)
      network.load(rows: rows.span, features: batch.features.span, targets: targets.span)
      return (network.evaluate().loss, network.predictions())
    }
    let (squared, predictions) = try evaluateRegression(.meanSquaredError)
    #expect(try evaluateRegression(.huber(delta: 0.1)).0 == squared)
    let deviation = TargetScale(fittedTo: targets).deviation
    let expected = zip(predictions, targets).reduce(0) { $0 + pow(($1.0 - $1.1) / deviation, 2) }
    #expect(abs(squared - expected) < 1e-4 * expected)
  }

  @Test("A loss of one output refuses a network of several")
  func oneOutput() {
    let architecture = Architecture(sampleShape: [5], layers: [.dense(units: 2)])
    for loss: Loss in [.binaryCrossEntropy(), .meanSquaredError, .huber()] {
      #expect(throws: ArchitectureError.self) {
        try Network(architecture, maximumBatchSize: 1, loss: loss, seed: 1, trial: 1).parameterCount
      }
    }
  }

  @Test("Targets that are all the same are standardised by their mean alone")
  func constantTargets() {
    #expect(TargetScale(fittedTo: [3, 3, 3]) == TargetScale(mean: 3, deviation: 1))
    #expect(TargetScale(fittedTo: [1, 3]) == TargetScale(mean: 2, deviation: 1))
    #expect(TargetScale(fittedTo: [0, 4]) == TargetScale(mean: 2, deviation: 2))
    #expect(TargetScale(fittedTo: [1e9, 1e9 + 4]) == TargetScale(mean: 1e9 + 2, deviation: 2))
  }
}
