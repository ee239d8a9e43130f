import Foundation
import NeuralNetworks
import Testing

@Suite("Architecture")
struct ArchitectureTests {
  let small = Architecture(
    sampleShape: [4], layers: [.dense(units: 3), .activation(.relu), .dense(units: 2)])

  @Test("Costs of a small network are those counted by hand")
  func costs() throws {
    let costs = try small.costs()
    #expect(costs.parameters == (4 * 3 + 3) + (3 * 2 + 2))
    // Products, biases, ReLU.
    let forward = (24 + 3 + 3) + (12 + 2)
    #expect(costs.forwardFlopsPerSample == forward)
    // The first layer's dW, db and ReLU; the second's dW, db and dx; the loss.
    #expect(costs.trainingFlopsPerSample == forward + (24 + 3 + 3) + (12 + 2 + 12) + 12)
    // x, W, b and y of each layer.
    let moved = (4 + 12 + 3 + 3) + (3 + 6 + 2 + 2)
    #expect(costs.forwardBytesPerSample == 4 * moved)
    // x, dz, dW, db and y; x, dz, dW and db, then dz, W and dx; logits and their gradient.
    let movedBackward = (4 + 3 + 12 + 3 + 3) + (3 + 2 + 6 + 2) + (2 + 6 + 3) + 4
    #expect(costs.trainingBytesPerSample == 4 * (moved + movedBackward))
  }

  @Test("Dropout costs nothing in inference, and an activation apart costs its own reading and writing")
  func costsOfElementwiseLayers() throws {
    var dropped = small
    dropped.layers.insert(.dropout(rate: 0.5), at: 2)
    #expect(try dropped.costs().forwardFlopsPerSample == small.costs().forwardFlopsPerSample)
    #expect(try dropped.costs().trainingFlopsPerSample == small.costs().trainingFlopsPerSample + 3 * 3)
    #expect(try dropped.costs().parameters == small.costs().parameters)
    var squashed = small
    squashed.layers.insert(.activation(.tanh), at: 2)
    #expect(try squashed.costs().forwardFlopsPerSample == small.costs().forwardFlopsPerSample + 3)
    #expect(try squashed.costs().forwardBytesPerSample == small.costs().forwardBytesPerSample + 4 * 6)
    #expect(try squashed.costs().trainingFlopsPerSample == small.costs().trainingFlopsPerSample + 3 + 9)
  }

  @Test("The output has the shape of the last dense layer; a dense layer takes all values of a sample")
  func outputShape() throws {
    #expect(try small.outputShape() == [2])
    let image = Architecture(sampleShape: [8, 8], layers: [.dense(units: 3)])
    #expect(try image.costs().parameters == 64 * 3 + 3)
    #expect(try Architecture(sampleShape: [2, 3], layers: [.activation(.relu)]).outputShape() == [2, 3])
  }

  @Test("What cannot be built is refused with the place")
  func errors() {
    func error(_ layers: [Layer], _ shape: [Int] = [4]) -> ArchitectureError? {
      do {
        _ = try Architecture(sampleShape: shape, layers: layers).costs()
        return nil
      } catch { return error }
    }
    #expect(error([]) == .noLayers)
    #expect(error([.dense(units: 2)], []) == .sampleShape([]))
    #expect(error([.dense(units: 2)], [3, 0]) == .sampleShape([3, 0]))
    #expect(error([.dense(units: 2)], [Int.max, 2]) == .sampleShape([Int.max, 2]))
    #expect(error([.dense(units: 2), .dense(units: 0)]) == .units(path: 1, layer: .dense(units: 0)))
    #expect(error([.dense(units: -3)]) == .units(path: 0, layer: .dense(units: -3)))
    #expect(error([.dense(units: .max)]) == .units(path: 0, layer: .dense(units: .max)))
    for rate in [-0.1, 1, 1.2, 0.999_999_999_99] {
      #expect(error([.dropout(rate: rate)]) == .dropoutRate(path: 0, layer: .dropout(rate: rate)))
    }
    #expect(error([.dropout(rate: .nan)]) != nil)
    let wide = Layer.dense(units: 1 << 20)
    #expect(error([wide, wide]) == .tooManyParameters(path: 1, layer: wide))
    let deep = Array(repeating: Layer.activation(.relu), count: Architecture.Limits.layers + 1)
    #expect(error(deep) == .tooManyLayers(count: deep.count))
  }

  @Test("An error says where, what was expected, what was found and what to do")
  func errorText() {
    let error = ArchitectureError.units(path: 1, layer: .dense(units: -3))
    #expect(
      error.description
        == "layers[1] (dense, units -3): expected units in 1 ... 1048576; set units in that range")
  }

  @Test("The output has to be one number a class, from a layer that is not dropout")
  func classCount() throws {
    try small.check(classCount: 2)
    #expect(
      throws: ArchitectureError.classCount(layerIndex: 2, layer: .dense(units: 2), shape: [2], expected: 3)
    ) { try small.check(classCount: 3) }
    var dropped = small
    dropped.layers.append(.dropout(rate: 0.5))
    #expect(throws: ArchitectureError.dropoutOfLogits(layerIndex: 3, layer: .dropout(rate: 0.5))) {
      try dropped.check(classCount: 2)
    }
  }

  @Test("Layers are coded as objects of one key")
  func coding() throws {
    let layers: [Layer] = [.dense(units: 64), .activation(.gelu), .dropout(rate: 0.2)]
    let encoder = JSONEncoder()
    let text = String(decoding: try encoder.encode(layers), as: UTF8.self)
    #expect(text == #"[{"dense":{"units":64}},{"activation":"gelu"},{"dropout":{"rate":0.2}}]"#)
    #expect(try JSONDecoder().decode([Layer].self, from: Data(text.utf8)) == layers)
  }

  @Test(
    "A layer of no kind, of an unknown kind or of two kinds is refused",
    arguments: [
      #"{}"#, #"{"conv":{}}"#, #"{"dense":{"units":1},"activation":"relu"}"#, #"{"activation":"selu"}"#,
    ])
  func codingErrors(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Layer.self, from: Data(text.utf8)) }
  }

  @Test("The canonical form leaves out what changes nothing")
  func canonical() {
    func canonical(_ layers: [Layer]) -> [Layer] {
      Architecture(sampleShape: [4], layers: layers).canonical.layers
    }
    let relu = Layer.activation(.relu)
    #expect(canonical([.dropout(rate: 0), relu, .dropout(rate: -0.0)]) == [relu])
    #expect(canonical([relu, relu, relu]) == [relu])
    #expect(canonical([relu, .dropout(rate: 0.5), relu]) == [relu, .dropout(rate: 0.5)])
    #expect(canonical([relu, .dropout(rate: 0), relu]) == [relu])
  }

  @Test("The canonical form keeps what changes something")
  func canonicalKeeps() {
    for layers: [Layer] in [
      [.activation(.tanh), .activation(.tanh)], [.activation(.gelu), .activation(.gelu)],
      [.activation(.relu), .dense(units: 3), .activation(.relu)],
      [.activation(.relu), .activation(.gelu), .activation(.relu)],
      [.activation(.relu), .activation(.tanh), .activation(.relu)],
      [.dropout(rate: 0.2), .dropout(rate: 0.2)],
    ] {
      let architecture = Architecture(sampleShape: [4], layers: layers)
      #expect(architecture.canonical == architecture)
    }
  }

  @Test("A network of the canonical form computes the same, to the bit")
  func canonicalFunction() throws {
    let redundant = Architecture(
      sampleShape: [5],
      layers: [
        .dropout(rate: 0), .dense(units: 9), .activation(.relu), .dropout(rate: 0.3), .activation(.relu),
        .activation(.relu), .dense(units: 4),
      ])
    let batch = Batch(samples: 6, width: 5, classes: 4)
    func gradients(_ architecture: Architecture) throws -> [Float] {
      var network = try Network(architecture, maximumBatchSize: 6, seed: 1, trial: 1)
      network.load(batch)
      _ = network.computeGradients()
      return network.gradients
    }
    #expect(redundant.canonical.layers.count == 4)
    #expect(try gradients(redundant) == gradients(redundant.canonical))
  }
}
