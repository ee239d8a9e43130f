import NeuralNetworks
import Numerics
import Testing

@Suite("Gradients")
struct GradientTests {
  /// Layers before an output layer of 5 units, on samples of 9 values.
  static let networks: [[Layer]] = [
    [],
    [.dense(units: 7)],
    [.dense(units: 7), .activation(.relu)],
    [.dense(units: 7), .activation(.gelu)],
    [.dense(units: 7), .activation(.tanh)],
    [.activation(.relu), .dense(units: 3)],
    [.activation(.gelu), .dense(units: 3)],
    [.activation(.tanh), .dense(units: 3)],
    [.dense(units: 7), .activation(.tanh), .activation(.relu)],
    [.dense(units: 7), .activation(.relu), .activation(.gelu)],
    [.dense(units: 7), .activation(.gelu), .activation(.tanh)],
    [.dense(units: 33), .activation(.relu), .dense(units: 17), .activation(.gelu), .dense(units: 1)],
    [.dense(units: 16), .activation(.tanh), .dense(units: 16), .activation(.relu), .dense(units: 16)],
  ]

  @Test(
    "The loss and every parameter's gradient equal those of a double-precision network", arguments: networks)
  func gradientsMatchCentralDifferences(hidden: [Layer]) throws {
    let architecture = Architecture(sampleShape: [9], layers: hidden + [.dense(units: 5)])
    try expectGradients(of: architecture, batchSize: 6, width: 9, classes: 5)
  }

  @Test("Batches of any size have the same gradients as the reference", arguments: [1, 7, 17, 33])
  func oddBatches(batchSize: Int) throws {
    let architecture = Architecture(
      sampleShape: [4], layers: [.dense(units: 6), .activation(.gelu), .dense(units: 3)])
    try expectGradients(of: architecture, batchSize: batchSize, width: 4, classes: 3)
  }

  @Test(
    "Products that are cut into tiles have the same gradients as the reference",
    arguments: [(33, 300, 300), (200, 130, 90), (5, 500, 700)])
  func largeLayers(batchSize: Int, inputs: Int, units: Int) throws {
    let architecture = Architecture(
      sampleShape: [inputs],
      layers: [
        .dense(units: inputs), .activation(.tanh), .dense(units: units), .activation(.relu), .dense(units: 4),
      ])
    try expectGradients(of: architecture, batchSize: batchSize, width: inputs, classes: 4, checked: 12)
  }

  @Test("A batch smaller than the largest has the gradients of a network made for it")
  func smallerBatch() throws {
    let architecture = Architecture(
      sampleShape: [4], layers: [.dense(units: 6), .activation(.gelu), .dense(units: 3)])
    let batch = Batch(samples: 3, width: 4, classes: 3)
    var small = try Network(architecture, maximumBatchSize: 3, seed: 1, trial: 2)
    var large = try Network(architecture, maximumBatchSize: 50, seed: 1, trial: 2)
    small.load(batch)
    large.load(batch)
    let losses = (small.computeGradients(), large.computeGradients())
    #expect(losses.0 == losses.1)
    let gradients = (small.gradients, large.gradients)
    #expect(gradients.0 == gradients.1)
  }

  /// The mask is the same in each pass, because each is the first of a network with the same key.
  @Test("Dropout's gradient is that of the values it kept", arguments: [Activation.tanh, .gelu])
  func dropoutGradient(activation: Activation) throws {
    let architecture = Architecture(
      sampleShape: [6],
      layers: [
        .dropout(rate: 0.2), .dense(units: 9), .activation(activation), .dropout(rate: 0.4), .dense(units: 3),
      ])
    let batch = Batch(samples: 8, width: 6, classes: 3)
    func pass(_ parameters: [Float]?) throws -> (loss: Double, parameters: [Float], gradients: [Float]) {
      var network = try Network(architecture, maximumBatchSize: 8, seed: 5, trial: 1)
      if let parameters { network.parameters = parameters }
      network.load(batch)
      let loss = network.computeGradients() / 8
      return (loss, network.parameters, network.gradients)
    }
    let start = try pass(nil)
    var distance = 0.0
    for index in start.parameters.indices {
      var above = start.parameters
      var below = start.parameters
      above[index] += 0x1p-7
      below[index] -= 0x1p-7
      let derivative = (try pass(above).loss - pass(below).loss) * 0x1p6
      distance = max(distance, abs(derivative - Double(start.gradients[index])))
    }
    let largest = start.gradients.map(abs).max() ?? 0
    #expect(largest > 0.05)
    #expect(distance < 2e-3 * Double(largest))
  }
}
