import NeuralNetworks
import Testing

/// A network with the shape of its samples; an output layer of 3 units comes last.
struct LayerCase: Sendable, CustomTestStringConvertible {
  var shape: [Int]
  var layers: [Layer]
  var names: Int?
  var testDescription: String { "\(shape): \(layers.map(\.description).joined(separator: "; "))" }

  init(_ shape: [Int], _ layers: [Layer], names: Int? = nil) {
    self.shape = shape
    self.layers = layers
    self.names = names
  }

  func expectGradients(batchSize: Int = 4) throws {
    let architecture = Architecture(sampleShape: shape, layers: layers + [.dense(units: 3)])
    try NeuralNetworksTests.expectGradients(
      of: architecture, batchSize: batchSize, width: shape.reduce(1, *), classes: 3, checked: 150,
      names: names)
  }
}

/// Every layer's gradients against central differences of the double-precision reference. Most cases have the layer
/// twice or behind another one, so that the gradient by its input is looked at as well.
@Suite("Gradients of layers")
struct LayerGradientTests {
  static let k3 = ConvolutionWindow(kernel: 3)
  static let conv = Layer.conv2d(filters: 4, window: k3)

  static let convolutions: [LayerCase] = [
    LayerCase([5, 7, 2], [.conv2d(filters: 3, window: k3), .conv2d(filters: 2, window: k3)]),
    LayerCase([5, 7, 2], [conv, .activation(.relu), conv, .activation(.relu)]),
    LayerCase([5, 7, 2], [conv, .activation(.gelu), conv, .activation(.tanh)]),
    LayerCase([5, 7, 2], [conv, .activation(.silu), conv, .activation(.hardSwish)]),
    LayerCase(
      [6, 7, 2],
      [conv, .conv2d(filters: 5, window: .init(kernel: Extent(height: 2, width: 3), padding: .valid))]),
    LayerCase([7, 6, 3], [conv, .conv2d(filters: 3, window: .init(kernel: 3, stride: 2))]),
    LayerCase(
      [7, 6, 2],
      [
        conv,
        .conv2d(filters: 3, window: .init(kernel: 4, stride: Extent(height: 1, width: 2), padding: .each(2))),
      ]),
    LayerCase(
      [7, 8, 2], [conv, .conv2d(filters: 3, window: .init(kernel: 3, padding: .valid, dilation: 2))]),
    LayerCase(
      [5, 5, 2],
      [conv, .conv2d(filters: 6, window: k3, groups: 2), .conv2d(filters: 6, window: k3, groups: 3)]),
    LayerCase([5, 4, 3], [.depthwiseConv2d(window: k3), .activation(.relu), .depthwiseConv2d(window: k3)]),
    LayerCase([7, 5, 3], [conv, .depthwiseConv2d(window: .init(kernel: 3, stride: 2, padding: .valid))]),
    LayerCase(
      [5, 6, 2],
      [
        .separableConv2d(filters: 5, window: k3), .activation(.relu),
        .separableConv2d(filters: 3, window: k3),
      ]),
    LayerCase(
      [9, 2], [.conv1d(filters: 4, window: k3), .activation(.relu), .conv1d(filters: 3, window: k3)]),
    LayerCase(
      [11, 4],
      [
        .conv1d(filters: 4, window: k3, groups: 2),
        .conv1d(filters: 3, window: .init(kernel: 4, stride: 2, padding: .each(1), dilation: 2)),
      ]),
  ]

  @Test("Convolutions", arguments: convolutions) func convolution(_ layers: LayerCase) throws {
    try layers.expectGradients()
  }

  static let others: [LayerCase] = [
    LayerCase([6, 7, 2], [conv, .maxPool(.init(size: 2)), .dense(units: 4)]),
    LayerCase([6, 7, 2], [conv, .maxPool(.init(size: 3, stride: 2)), conv]),
    LayerCase([6, 7, 2], [conv, .averagePool(.init(size: 2)), conv]),
    LayerCase([6, 7, 2], [conv, .averagePool(.init(size: Extent(height: 3, width: 2), stride: 1)), conv]),
    LayerCase([9, 2], [.conv1d(filters: 4, window: k3), .maxPool(.init(size: 3, stride: 2))]),
    LayerCase([9, 2], [.conv1d(filters: 4, window: k3), .averagePool(.init(size: 2))]),
    LayerCase([5, 4, 2], [.maxPool(.init(size: 2)), .averagePool(.init(size: 2)), .dense(units: 4)]),
    LayerCase([5, 4, 2], [conv, .globalAveragePool]), LayerCase([5, 4, 2], [conv, .globalMaxPool]),
    LayerCase([5, 3], [.conv1d(filters: 4, window: k3), .globalAveragePool]),
    LayerCase([5, 3], [.conv1d(filters: 4, window: k3), .globalMaxPool, .activation(.tanh)]),
    LayerCase([4, 5, 2], [conv, .batchNorm, .activation(.relu), conv, .batchNorm, .activation(.tanh)]),
    LayerCase([4, 5, 2], [.batchNorm, .activation(.relu), conv]),
    LayerCase(
      [4, 6, 2], [conv, .batchNorm, .activation(.relu), .maxPool(.init(size: 2)), .dense(units: 4)]),
    LayerCase([4, 6, 2], [.batchNorm, .activation(.relu), .maxPool(.init(size: 2)), conv]),
    LayerCase(
      [5, 6, 2], [conv, .batchNorm, .activation(.relu), .maxPool(.init(size: 2)), .dense(units: 4)]),
    LayerCase([7], [.dense(units: 6), .batchNorm, .activation(.relu), .batchNorm]),
    LayerCase([7], [.dense(units: 6), .dropout(rate: 0), .batchNorm]),
    LayerCase([7], [.dense(units: 6), .layerNorm, .activation(.gelu), .dense(units: 5), .layerNorm]),
    LayerCase([5, 3], [.layerNorm, .conv1d(filters: 4, window: k3), .layerNorm, .activation(.relu)]),
    LayerCase([4, 3, 2], [conv, .layerNorm]),
    LayerCase(
      [12], [.reshape([2, 3, 2]), conv, .flatten, .activation(.relu), .reshape([8, 3]), .layerNorm]),
    LayerCase([6], [.embedding(vocabulary: 9, dimension: 5), .conv1d(filters: 4, window: k3)], names: 9),
    LayerCase(
      [2, 3], [.flatten, .embedding(vocabulary: 4, dimension: 3), .layerNorm, .globalMaxPool], names: 4),
  ]

  @Test("Poolings, norms, shapes and embeddings", arguments: others) func other(_ layers: LayerCase) throws {
    try layers.expectGradients()
  }

  @Test("Every activation, fused or apart", arguments: Activation.allCases)
  func activation(_ activation: Activation) throws {
    try LayerCase(
      [7], [.dense(units: 9), .activation(activation), .dense(units: 6), .activation(activation)]
    )
    .expectGradients(batchSize: 7)
    try LayerCase([7], [.dense(units: 9), .activation(.tanh), .activation(activation)]).expectGradients()
    try LayerCase([4, 3, 2], [Self.conv, .activation(activation), Self.conv]).expectGradients()
  }

  static let joins: [LayerCase] = [
    LayerCase([6], [.dense(units: 5), .residual([.dense(units: 5), .activation(.tanh), .dense(units: 5)])]),
    LayerCase([6], [.residual([.dense(units: 6), .activation(.relu)]), .activation(.relu)]),
    LayerCase([6], [.dense(units: 5), .residual([.dense(units: 7), .activation(.gelu)]), .dense(units: 4)]),
    LayerCase([6], [.dense(units: 5), .residual([])]),
    LayerCase(
      [6], [.dense(units: 5), .residual([.activation(.tanh)]), .residual([.residual([.dense(units: 5)])])]),
    LayerCase(
      [4, 5, 2], [conv, .residual([conv, .batchNorm, .activation(.relu), conv]), .activation(.relu)]),
    LayerCase(
      [4, 5, 2],
      [
        conv, .residual([conv, .batchNorm]), .activation(.relu), .residual([conv, .batchNorm]),
        .activation(.relu), .residual([.batchNorm]), .residual([]), .activation(.relu),
      ]),
    LayerCase(
      [4, 5, 2],
      [conv, .batchNorm, .branches(join: .add, paths: [[conv], [.batchNorm], []]), .activation(.relu), conv]),
    LayerCase(
      [4, 6, 2],
      [
        conv,
        .branches(
          join: .concat,
          paths: [[.maxPool(.init(size: 2))], [.batchNorm, .activation(.relu), .maxPool(.init(size: 2))]]),
      ]),
    LayerCase(
      [4, 6, 2],
      [conv, .activation(.tanh), .batchNorm, .activation(.relu), .maxPool(.init(size: 2)), .dense(units: 3)]),
    LayerCase(
      [5, 6, 2], [conv, .residual([.conv2d(filters: 6, window: .init(kernel: 3, stride: 2)), .batchNorm])]),
    LayerCase([5, 4, 2], [conv, .residual([conv, .flatten, .dense(units: 6)])]),
    LayerCase([9, 2], [.layerNorm, .residual([.conv1d(filters: 4, window: .init(kernel: 3, stride: 3))])]),
    LayerCase(
      [6], [.dense(units: 4), .branches(join: .add, paths: [[.dense(units: 4)], [], [.activation(.tanh)]])]),
    LayerCase([6], [.dense(units: 4), .branches(join: .add, paths: [[], [], []])]),
    LayerCase([6], [.branches(join: .add, paths: [[], [.dense(units: 6)], []]), .activation(.tanh)]),
    LayerCase([6], [.branches(join: .concat, paths: [[], [.dense(units: 4)], [.activation(.gelu)]])]),
    LayerCase(
      [4, 5, 2],
      [
        conv,
        .branches(
          join: .concat,
          paths: [
            [.conv2d(filters: 3, window: .init(kernel: 1)), .activation(.relu)], [conv, .activation(.relu)],
            [],
            [.depthwiseConv2d(window: k3), .batchNorm],
          ]), .globalAveragePool,
      ]),
    LayerCase(
      [6],
      [
        .dense(units: 5),
        .branches(
          join: .add,
          paths: [
            [.residual([.dense(units: 5), .activation(.relu)])],
            [.branches(join: .concat, paths: [[.dense(units: 2)], [.dense(units: 3)]])],
          ]), .residual([.dense(units: 3), .activation(.tanh), .dense(units: 5)]),
      ]),
  ]

  @Test("Residuals and branches, also inside each other", arguments: joins)
  func join(_ layers: LayerCase) throws { try layers.expectGradients() }

  @Test("Batches of any size", arguments: [1, 3, 17]) func batchSizes(_ batchSize: Int) throws {
    try LayerCase(
      [4, 5, 2],
      [Self.conv, .activation(.relu), .maxPool(.init(size: 2)), .residual([Self.conv, .layerNorm])]
    ).expectGradients(batchSize: batchSize)
  }

  @Test("A network larger than its batch has the gradients of one made for it")
  func smallerBatch() throws {
    let architecture = Architecture(
      sampleShape: [4, 5, 2],
      layers: [
        Self.conv, .batchNorm, .activation(.relu),
        .branches(join: .concat, paths: [[Self.conv], [], [.separableConv2d(filters: 2, window: Self.k3)]]),
        .averagePool(.init(size: 2)), .dense(units: 3),
      ])
    let batch = Batch(samples: 3, width: 40, classes: 3)
    var small = try Network(architecture, maximumBatchSize: 3, seed: 1, trial: 2)
    var large = try Network(architecture, maximumBatchSize: 50, seed: 1, trial: 2)
    small.load(batch)
    large.load(batch)
    let losses = (small.computeGradients(), large.computeGradients())
    #expect(losses.0 == losses.1)
    let gradients = (small.gradients, large.gradients)
    #expect(gradients.0 == gradients.1)
  }
}
