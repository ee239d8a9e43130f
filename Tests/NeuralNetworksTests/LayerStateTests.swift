import NeuralNetworks
import Testing

@Suite("Tensors, state and canonical forms of layers")
struct LayerStateTests {
  static let k3 = ConvolutionWindow(kernel: 3)

  @Test("Tensors are named by the way to their layer, parameters and state in the order of the layers")
  func tensors() throws {
    let architecture = Architecture(
      sampleShape: [5, 6, 2],
      layers: [
        .conv2d(filters: 4, window: Self.k3), .batchNorm, .activation(.relu),
        .residual([.separableConv2d(filters: 6, window: Self.k3), .layerNorm]),
        .branches(join: .concat, paths: [[], [.depthwiseConv2d(window: Self.k3)]]), .dense(units: 3),
      ])
    let network = try Network(architecture, maximumBatchSize: 2, seed: 1, trial: 0)
    let tensors = network.tensors
    let lines = tensors.map { "\($0.name) \($0.shape) \($0.role.rawValue)" }
    #expect(
      lines == [
        "layers.0.weight [3, 3, 2, 4] parameter", "layers.1.weight [4] parameter",
        "layers.1.bias [4] parameter",
        "layers.1.running_mean [4] state", "layers.1.running_variance [4] state",
        "layers.3.body.0.depthwise.weight [3, 3, 1, 4] parameter",
        "layers.3.body.0.pointwise.weight [1, 1, 4, 6] parameter",
        "layers.3.body.0.pointwise.bias [6] parameter",
        "layers.3.body.1.weight [6] parameter", "layers.3.body.1.bias [6] parameter",
        "layers.3.projection.weight [1, 1, 4, 6] parameter",
        "layers.4.paths.1.0.weight [3, 3, 1, 6] parameter", "layers.4.paths.1.0.bias [6] parameter",
        "layers.5.weight [360, 3] parameter", "layers.5.bias [3] parameter",
      ])
    #expect(try architecture.tensors() == tensors)
    func count(_ role: TensorDescription.Role) -> Int {
      tensors.filter { $0.role == role }.reduce(0) { $0 + $1.count }
    }
    let (parameters, state) = (network.parameters, network.state)
    #expect(count(.parameter) == parameters.count)
    let costs = try architecture.costs()
    #expect(count(.parameter) == costs.parameters)
    #expect(state == Array(repeating: 0, count: 4) + Array(repeating: 1, count: 4))
    #expect(count(.state) == 8)
  }

  @Test("The same key gives the same weights to the bit, after training too")
  func determinism() throws {
    let architecture = Architecture(
      sampleShape: [5, 6, 2],
      layers: [
        .conv2d(filters: 4, window: Self.k3), .batchNorm, .activation(.relu), .maxPool(.init(size: 2)),
        .residual([.conv2d(filters: 4, window: Self.k3), .activation(.silu)]),
        .branches(join: .add, paths: [[.separableConv2d(filters: 4, window: Self.k3)], []]),
        .dropout(rate: 0.2),
        .dense(units: 3),
      ])
    func trained(_ seed: UInt64) throws -> [Float] {
      var network = try Network(
        architecture, maximumBatchSize: 6, optimizer: .sgd(momentum: 0.9), seed: seed, trial: 1)
      network.load(Batch(samples: 6, width: 60, classes: 3))
      for _ in 0..<20 {
        _ = network.computeGradients()
        network.update(learningRate: 0.05)
      }
      return network.parameters + network.state + network.logits()
    }
    let first = try trained(3)
    #expect(first.allSatisfy { $0.isFinite })
    #expect(try trained(3) == first)
    #expect(try trained(4) != first)
  }

  @Test("Batch norm's running statistics move towards the batch's and are what inference uses")
  func runningStatistics() throws {
    let architecture = Architecture(sampleShape: [2], layers: [.batchNorm])
    var network = try Network(architecture, maximumBatchSize: 4, seed: 1, trial: 0)
    let features: [Float] = [1, 10, 3, 10, 5, 10, 7, 10]
    let (rows, labels): ([Int32], [Int32]) = ([0, 1, 2, 3], [0, 0, 1, 1])
    network.load(rows: rows.span, features: features.span, labels: labels.span)
    _ = network.computeGradients()
    // Means 4 and 10; variances, with n − 1, 20/3 and 0.
    let expected: [Float] = [0.4, 1, 0.9 + 0.1 * 20 / 3, 0.9]
    let state = network.state
    #expect(zip(state, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    network.state = [2, 10, 4, 1]
    let logits = network.logits()
    let normal: [Float] = [-0.5, 0, 0.5, 0, 1.5, 0, 2.5, 0]
    #expect(zip(logits, normal).allSatisfy { abs($0 - $1) < 1e-4 })
    let unmoved = network.state
    #expect(unmoved == [2, 10, 4, 1])
  }

  @Test("A batch norm learns: its loss falls, in inference as well")
  func batchNormTrains() throws {
    let architecture = Architecture(
      sampleShape: [4, 4, 1],
      layers: [
        .conv2d(filters: 8, window: Self.k3), .batchNorm, .activation(.relu), .globalAveragePool,
        .dense(units: 3),
      ])
    var network = try Network(
      architecture, maximumBatchSize: 24, optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), seed: 1,
      trial: 0
    )
    network.load(Batch(samples: 24, width: 16, classes: 3))
    let before = network.evaluate().loss
    for _ in 0..<200 {
      _ = network.computeGradients()
      network.update(learningRate: 0.02)
    }
    let after = network.evaluate().loss
    #expect(after < 0.5 * before)
  }

  @Test("Embeddings round their names and limit them to the vocabulary")
  func embeddingNames() throws {
    let architecture = Architecture(sampleShape: [5], layers: [.embedding(vocabulary: 3, dimension: 2)])
    var network = try Network(architecture, maximumBatchSize: 1, seed: 1, trial: 0)
    network.parameters = [0, 1, 10, 11, 20, 21]
    let (rows, labels, features): ([Int32], [Int32], [Float]) = ([0], [0], [-4, 0.6, 7, .nan, 1])
    network.load(rows: rows.span, features: features.span, labels: labels.span)
    let logits = network.logits()
    #expect(logits == [0, 1, 10, 11, 20, 21, 0, 1, 10, 11])
  }

  @Test("Gradients of a deep residual network share memory")
  func sharedMemory() throws {
    let conv = Layer.conv2d(filters: 4, window: Self.k3)
    let block = Layer.residual([conv, .batchNorm, .activation(.relu), conv])
    let deep = Architecture(sampleShape: [8, 8, 4], layers: Array(repeating: block, count: 20))
    let perBlock = 4  // conv, norm, conv, sum
    let activations = 4 * 64 * 256 * (1 + 20 * perBlock)
    let bytes = try Network.requiredBytes(deep, maximumBatchSize: 64)
    let parameters = 2 * 4 * (try deep.costs().parameters)
    #expect(bytes < activations + activations / 4 + parameters)
  }

  private func canonical(_ layers: [Layer]) -> [Layer] {
    Architecture(sampleShape: [8, 8, 1], layers: layers).canonical.layers
  }

  @Test("The canonical form leaves out what changes nothing")
  func canonicalForms() {
    let relu = Layer.activation(.relu)
    let conv = Layer.conv2d(filters: 4, window: Self.k3)
    #expect(canonical([conv, .maxPool(.init(size: 1)), relu]) == [conv, relu])
    #expect(
      canonical([conv, relu, .maxPool(.init(size: 2)), relu]) == [conv, relu, .maxPool(.init(size: 2))])
    #expect(canonical([conv, relu, .globalAveragePool, relu]) == [conv, relu, .globalAveragePool])
    #expect(canonical([.activation(.relu6), relu]) == [.activation(.relu6)])
    #expect(canonical([conv, .flatten, relu, .dense(units: 3)]) == [conv, relu, .dense(units: 3)])
    #expect(canonical([.reshape([4, 16]), .flatten]) == [.flatten])
    #expect(canonical([.residual([.dropout(rate: 0), conv, relu, relu])]) == [.residual([conv, relu])])
    #expect(
      canonical([.branches(join: .concat, paths: [[relu], [conv, relu]]), relu])
        == [.branches(join: .concat, paths: [[relu], [conv, relu]])])
    func pointwise(_ padding: Padding, _ dilation: Extent) -> Layer {
      .conv2d(filters: 4, window: .init(kernel: 1, padding: padding, dilation: dilation))
    }
    #expect(canonical([pointwise(.same, 2)]) == canonical([pointwise(.each(0), 1)]))
  }

  @Test("The canonical form keeps what changes something")
  func canonicalKeeps() {
    let relu = Layer.activation(.relu)
    let conv = Layer.conv2d(filters: 4, window: Self.k3)
    for layers: [Layer] in [
      [relu, conv, relu], [relu, .batchNorm, relu], [relu, .residual([conv]), relu], [.flatten],
      [conv, .flatten, .batchNorm], [.reshape([4, 16]), .conv1d(filters: 2, window: Self.k3), .flatten],
      [.branches(join: .add, paths: [[relu], [conv]]), relu], [.activation(.silu), relu],
      [.maxPool(.init(size: 1, stride: 2))], [.residual([])],
    ] { #expect(canonical(layers) == layers) }
  }

  @Test("A network of the canonical form computes the same, to the bit")
  func canonicalFunction() throws {
    let redundant = Architecture(
      sampleShape: [6, 6, 1],
      layers: [
        .conv2d(filters: 4, window: Self.k3), .dropout(rate: 0), .batchNorm, .maxPool(.init(size: 1)),
        .activation(.relu), .averagePool(.init(size: 2)), .activation(.relu),
        .residual([
          .conv2d(filters: 4, window: .init(kernel: 1, dilation: 2)), .activation(.relu), .activation(.relu),
        ]),
        .flatten, .activation(.gelu), .reshape([6, 6]), .dense(units: 3),
      ])
    let batch = Batch(samples: 5, width: 36, classes: 3)
    func gradients(_ architecture: Architecture) throws -> [Float] {
      var network = try Network(architecture, maximumBatchSize: 5, seed: 1, trial: 1)
      network.load(batch)
      _ = network.computeGradients()
      return network.gradients
    }
    #expect(redundant.canonical != redundant)
    #expect(try gradients(redundant) == gradients(redundant.canonical))
    #expect(try redundant.tensors().map(\.shape) == redundant.canonical.tensors().map(\.shape))
  }
}
