import NeuralNetworks
import Numerics
import Testing

@Suite("Network")
struct NetworkTests {
  let architecture = Architecture(
    sampleShape: [64],
    layers: [
      .dense(units: 128), .activation(.relu), .dense(units: 96), .activation(.tanh), .dense(units: 10),
    ])

  @Test("The same key gives the same weights to the bit, another trial or seed others")
  func weightsByKey() throws {
    func weights(_ seed: UInt64, _ trial: Int) throws -> [Float] {
      try Network(architecture, maximumBatchSize: 4, seed: seed, trial: trial).parameters
    }
    let first = try weights(7, 3)
    #expect(try weights(7, 3) == first)
    #expect(try weights(7, 4) != first)
    #expect(try weights(8, 3) != first)
    #expect(first.count == (try architecture.costs().parameters))
  }

  @Test(
    "Weights start with He's variance before ReLU and Glorot's before tanh and at the output, biases at 0")
  func initialization() throws {
    let parameters = try Network(architecture, maximumBatchSize: 4, seed: 1, trial: 1).parameters
    var position = 0
    for (inputs, units, expected) in [(64, 128, 2.0 / 64), (128, 96, 2.0 / 224), (96, 10, 2.0 / 106)] {
      let weights = parameters[position..<(position + inputs * units)]
      let variance = weights.reduce(0) { $0 + Double($1) * Double($1) } / Double(weights.count)
      let mean = weights.reduce(0) { $0 + Double($1) } / Double(weights.count)
      let count = Double(weights.count)
      #expect(abs(variance / expected - 1) < 4 * (2 / count).squareRoot())
      #expect(abs(mean) < 4 * (expected / count).squareRoot())
      position += inputs * units
      #expect(parameters[position..<(position + units)].allSatisfy { $0 == 0 })
      position += units
    }
  }

  @Test("In inference, dropout changes nothing")
  func dropoutInInference() throws {
    let batch = Batch(samples: 5, width: 64, classes: 10)
    var dropped = architecture
    dropped.layers.insert(.dropout(rate: 0.5), at: 2)
    var plain = try Network(architecture, maximumBatchSize: 5, seed: 1, trial: 1)
    var network = try Network(dropped, maximumBatchSize: 5, seed: 1, trial: 1)
    plain.load(batch)
    network.load(batch)
    let expected = plain.logits()
    let (first, second) = (network.logits(), network.logits())
    #expect(first == expected)
    #expect(second == expected)
    let (loss, expectedLoss) = (network.evaluate().loss, plain.evaluate().loss)
    #expect(loss == expectedLoss)
    let trainingLoss = network.computeGradients()
    #expect(trainingLoss != expectedLoss)
  }

  @Test("Dropout draws anew at each step")
  func dropoutDraws() throws {
    let architecture = Architecture(sampleShape: [64], layers: [.dropout(rate: 0.5), .dense(units: 10)])
    var network = try Network(architecture, maximumBatchSize: 5, seed: 1, trial: 1)
    network.load(Batch(samples: 5, width: 64, classes: 10))
    let losses = (network.computeGradients(), network.computeGradients())
    #expect(losses.0 != losses.1)
  }

  @Test("Logits, loss and correct predictions equal those of a double-precision network")
  func evaluation() throws {
    let batch = Batch(samples: 20, width: 64, classes: 10)
    var network = try Network(architecture, maximumBatchSize: 20, seed: 1, trial: 1)
    network.perturb()
    network.load(batch)
    let reference = ReferenceNetwork(
      architecture: architecture, parameters: network.parameters.map(Double.init))
    let expected = (0..<20).map { row in
      reference.logits(batch.features[(64 * row)..<(64 * row + 64)].map(Double.init))
    }
    let logits = network.logits()
    let worst = zip(logits, expected.joined()).map { abs(Double($0) - $1) }.max() ?? .infinity
    #expect(worst < 2e-5)
    let evaluation = network.evaluate()
    #expect(abs(evaluation.loss - reference.loss(batch)) < 1e-4)
    let correct = zip(expected, batch.labels).count { $0.firstIndex(of: $0.max() ?? 0) == Int($1) }
    #expect(evaluation.correct == correct)
  }

  @Test("Rows are gathered in the order asked for")
  func gathering() throws {
    let batch = Batch(samples: 9, width: 64, classes: 10)
    var network = try Network(architecture, maximumBatchSize: 9, seed: 1, trial: 1)
    network.load(batch)
    let all = network.logits()
    let rows: [Int32] = [8, 0, 3]
    network.load(rows: rows.span, features: batch.features.span, labels: batch.labels.span)
    let some = network.logits()
    for (position, row) in rows.enumerated() {
      let (found, expected) = (
        some[(10 * position)..<(10 * position + 10)], all[(10 * Int(row))..<(10 * Int(row) + 10)]
      )
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("The memory asked for covers parameters, gradients, optimiser state and activations")
  func requiredBytes() throws {
    let parameters = try architecture.costs().parameters
    func bytes(_ batch: Int, _ optimizer: Optimizer?) throws -> Int {
      try Network.requiredBytes(architecture, maximumBatchSize: batch, optimizer: optimizer)
    }
    let plain = try bytes(1, nil)
    #expect(plain >= 4 * 2 * parameters)
    let momentum = try bytes(1, .sgd(momentum: 0.9)) - plain
    let adam = try bytes(1, .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8)) - plain
    #expect(momentum >= 4 * parameters && momentum < 5 * parameters)
    #expect(adam == 2 * momentum)
    let values = 64 + 128 + 96 + 10
    let batch = try bytes(1_000, nil)
    #expect(batch - plain > 1_000 * 4 * values)
    #expect(batch - plain < 2 * 1_000 * 4 * values)
  }

  @Test("Gradients of a deep network share memory")
  func sharedMemory() throws {
    let hidden = Array(repeating: [Layer.dense(units: 50), .activation(.relu)], count: 40).flatMap { $0 }
    let deep = Architecture(sampleShape: [50], layers: hidden)
    let activations = 4 * 4_096 * 41 * 50
    let parameters = 4 * 2 * (try deep.costs().parameters)
    let bytes = try Network.requiredBytes(deep, maximumBatchSize: 4_096)
    #expect(bytes < parameters + activations + activations / 8)
  }

  @Test("A network for a batch of no rows is refused")
  func batchSize() {
    #expect(throws: ArchitectureError.batchSize(0)) {
      try Network.requiredBytes(architecture, maximumBatchSize: 0)
    }
  }
}
