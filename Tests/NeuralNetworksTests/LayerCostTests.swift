import NeuralNetworks
import Testing

/// Counts worked out by hand.
@Suite("Costs of layers")
struct LayerCostTests {
  private func costs(_ shape: [Int], _ layers: [Layer]) throws -> ArchitectureCosts {
    try Architecture(sampleShape: shape, layers: layers).costs()
  }

  @Test("A convolution with ReLU, a pooling and a dense layer")
  func convolution() throws {
    let costs = try costs(
      [4, 5, 2],
      [
        .conv2d(filters: 3, window: .init(kernel: 3)), .activation(.relu), .maxPool(.init(size: 2)),
        .dense(units: 2),
      ])
    // 3·3·2·3 weights and 3 biases; 2·2·3 inputs to 2 units.
    #expect(costs.parameters == 54 + 3 + 24 + 2)
    // At 20 places 54 products, the bias and the ReLU of 60 outputs; 12 largest of 4; the dense layer.
    let forward = (2 * 20 * 54 + 60 + 60) + 12 * 3 + (48 + 2)
    #expect(costs.forwardFlopsPerSample == forward)
    // dW, db and ReLU, but no dx; a dx for each largest; dW, db and dx; the loss.
    #expect(costs.trainingFlopsPerSample == forward + (2 * 20 * 54 + 60 + 60) + 12 + (48 + 2 + 48) + 12)
    // x, W, b, y; x, y; x, W, b, y.
    let moved = (40 + 54 + 3 + 60) + (60 + 12) + (12 + 24 + 2 + 2)
    #expect(costs.forwardBytesPerSample == 4 * moved)
    // x, dz, dW, db, y; the places written and read, dy, dx; x, dz, dW, db, then dz, W, dx; the loss.
    let back = (40 + 60 + 54 + 3 + 60) + (12 + 12 + 12 + 60) + (12 + 2 + 24 + 2 + 2 + 24 + 12) + 4
    #expect(costs.trainingBytesPerSample == 4 * (moved + back))
  }

  @Test("Groups, depthwise, separable and one-dimensional convolutions: parameters and products")
  func kindsOfConvolution() throws {
    func count(_ shape: [Int], _ layer: Layer) throws -> [Int] {
      let costs = try costs(shape, [layer])
      return [costs.parameters, costs.forwardFlopsPerSample]
    }
    let window = ConvolutionWindow(kernel: 3)
    // 3·3·(4/2)·6 weights at 25 places.
    #expect(
      try count([5, 5, 4], .conv2d(filters: 6, window: window, groups: 2)) == [108 + 6, 2 * 25 * 108 + 150])
    #expect(try count([5, 5, 4], .depthwiseConv2d(window: window)) == [36 + 4, 2 * 25 * 36 + 100])
    // No bias between the two.
    #expect(
      try count([5, 5, 4], .separableConv2d(filters: 6, window: window))
        == [36 + 24 + 6, 2 * 25 * 36 + 2 * 25 * 24 + 150])
    #expect(try count([9, 2], .conv1d(filters: 5, window: window)) == [30 + 5, 2 * 9 * 30 + 45])
    // Every other place, without padding: (9 − 5) / 2 + 1 = 3 of them.
    let wide = ConvolutionWindow(kernel: 3, stride: 2, padding: .valid, dilation: 2)
    #expect(try count([9, 2], .conv1d(filters: 5, window: wide)) == [30 + 5, 2 * 3 * 30 + 15])
  }

  @Test("A convolution before a batch norm has no bias; the batch norm does its ReLU")
  func batchNorm() throws {
    let costs = try costs(
      [3, 3, 2], [.conv2d(filters: 4, window: .init(kernel: 1)), .batchNorm, .activation(.relu)])
    #expect(costs.parameters == 8 + 2 * 4)
    #expect(costs.forwardFlopsPerSample == 2 * 9 * 8 + 3 * 36)
    #expect(costs.trainingFlopsPerSample == 2 * (2 * 9 * 8) + (6 + 9 + 2) * 36 + 6 * 36)
    // x, W, y; x, y, γ, β and the running statistics.
    #expect(costs.forwardBytesPerSample == 4 * ((18 + 8 + 36) + (36 + 36 + 16)))
    // Forward as above, with the statistics written and the batch's kept; backward x, dz, dW; x, dy, dx, γ, β, the
    // batch's statistics, dγ and dβ; the loss.
    let training = (18 + 8 + 36) + (36 + 36 + 32) + (18 + 36 + 8) + (3 * 36 + 24) + 2 * 36
    #expect(costs.trainingBytesPerSample == 4 * training)
  }

  @Test("Layer norm, embedding and poolings")
  func others() throws {
    let norm = try costs([5, 4], [.layerNorm])
    #expect(norm.parameters == 8)
    #expect(norm.forwardFlopsPerSample == 8 * 20 + 5 * 5)
    #expect(norm.trainingFlopsPerSample == 8 * 20 + 25 + 13 * 20 + 6 * 20)
    #expect(norm.forwardBytesPerSample == 4 * (40 + 8))
    // The row's statistics are written and read; x, dy, dx, γ, dγ, dβ; the loss.
    #expect(norm.trainingBytesPerSample == 4 * (48 + 10 + 10 + 60 + 12 + 40))
    let embedding = try costs([6], [.embedding(vocabulary: 9, dimension: 5)])
    #expect(embedding.parameters == 45)
    #expect(embedding.forwardFlopsPerSample == 0)
    #expect(embedding.trainingFlopsPerSample == 30 + 6 * 30)
    #expect(embedding.forwardBytesPerSample == 4 * (6 + 30 + 30))
    #expect(embedding.trainingBytesPerSample == 4 * (66 + 6 + 30 + 45 + 60))
    let pooled = try costs([4, 4, 3], [.averagePool(.init(size: 2)), .globalMaxPool])
    #expect(pooled.parameters == 0)
    #expect(pooled.forwardFlopsPerSample == 12 * 4 + 3 * 3)
    // Nothing before them learns.
    #expect(pooled.trainingFlopsPerSample == pooled.forwardFlopsPerSample + 6 * 3)
  }

  @Test("A residual adds its sum, and backward the sum of two gradients; a projection has weights only")
  func residual() throws {
    let plain = try costs([4], [.dense(units: 4), .dense(units: 4)])
    let residual = try costs([4], [.dense(units: 4), .residual([.dense(units: 4)])])
    #expect(residual.parameters == plain.parameters)
    #expect(residual.forwardFlopsPerSample == plain.forwardFlopsPerSample + 4)
    #expect(residual.forwardBytesPerSample == plain.forwardBytesPerSample + 4 * 12)
    #expect(residual.trainingFlopsPerSample == plain.trainingFlopsPerSample + 4 + 4)
    // a, b, y; the copy of a gradient; the sum of two.
    #expect(residual.trainingBytesPerSample == plain.trainingBytesPerSample + 4 * (12 + 8 + 12))
    let projected = try costs([4], [.residual([.dense(units: 3)])])
    #expect(projected.parameters == (12 + 3) + 12)
    #expect(projected.forwardFlopsPerSample == (24 + 3) + 24 + 3)
    // A stride of 2 in the body is one in the projection.
    let strided = try costs(
      [4, 4, 2], [.residual([.conv2d(filters: 3, window: .init(kernel: 3, stride: 2))])])
    #expect(strided.parameters == (54 + 3) + 6)
    #expect(strided.forwardFlopsPerSample == (2 * 4 * 54 + 12) + 2 * 4 * 6 + 12)
  }

  @Test("Branches that are joined along the channels move their values once more")
  func branches() throws {
    let costs = try costs(
      [4], [.branches(join: .concat, paths: [[.dense(units: 3)], [.dense(units: 2)]])])
    #expect(costs.parameters == 15 + 10)
    #expect(costs.forwardFlopsPerSample == 27 + 18)
    #expect(costs.forwardBytesPerSample == 4 * ((4 + 12 + 3 + 3) + (4 + 8 + 2 + 2) + 6 + 4))
  }
}
