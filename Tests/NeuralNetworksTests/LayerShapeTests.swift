import Foundation
import NeuralNetworks
import Testing

@Suite("Shapes of layers")
struct LayerShapeTests {
  static let k3 = ConvolutionWindow(kernel: 3)

  private func output(_ shape: [Int], _ layers: [Layer]) throws -> [Int] {
    try Architecture(sampleShape: shape, layers: layers).outputShape()
  }

  private func text(_ shape: [Int], _ layers: [Layer]) -> String {
    do {
      return "\(try Architecture(sampleShape: shape, layers: layers).outputShape())"
    } catch { return error.description }
  }

  @Test("Outputs have the shapes that the windows say")
  func shapes() throws {
    let image = [7, 8, 2]
    #expect(try output(image, [.conv2d(filters: 5, window: Self.k3)]) == [7, 8, 5])
    #expect(try output(image, [.conv2d(filters: 5, window: .init(kernel: 3, stride: 2))]) == [4, 4, 5])
    #expect(try output(image, [.conv2d(filters: 5, window: .init(kernel: 3, padding: .valid))]) == [5, 6, 5])
    #expect(
      try output(image, [.conv2d(filters: 5, window: .init(kernel: 3, padding: .each(2)))]) == [9, 10, 5])
    let spread = ConvolutionWindow(kernel: Extent(height: 2, width: 3), padding: .valid, dilation: 3)
    #expect(try output(image, [.conv2d(filters: 5, window: spread)]) == [4, 2, 5])
    #expect(try output(image, [.depthwiseConv2d(window: Self.k3)]) == image)
    #expect(try output(image, [.maxPool(.init(size: 2))]) == [3, 4, 2])
    #expect(try output(image, [.averagePool(.init(size: 3, stride: 2))]) == [3, 3, 2])
    #expect(try output(image, [.globalAveragePool]) == [2])
    #expect(try output([9, 4], [.conv1d(filters: 3, window: .init(kernel: 4, stride: 2))]) == [5, 3])
    #expect(try output([9, 4], [.maxPool(.init(size: 3))]) == [3, 4])
    #expect(try output([9, 4], [.globalMaxPool]) == [4])
    #expect(try output(image, [.flatten]) == [112])
    #expect(try output(image, [.reshape([14, 8])]) == [14, 8])
    #expect(try output([6], [.embedding(vocabulary: 10, dimension: 3)]) == [6, 3])
    #expect(
      try output(image, [.residual([.conv2d(filters: 5, window: .init(kernel: 3, stride: 3))])]) == [3, 3, 5])
    let paths: [[Layer]] = [[], [.conv2d(filters: 5, window: Self.k3)]]
    #expect(try output(image, [.branches(join: .concat, paths: paths)]) == [7, 8, 7])
  }

  @Test("What does not fit is refused with the layer's path and both shapes")
  func errors() {
    let conv = Layer.conv2d(filters: 4, window: Self.k3)
    #expect(
      text([64], [.dense(units: 3), conv])
        == "layers[1] (conv2d, filters 4, kernel 3×3, stride 1×1, padding same): expected an input of shape "
        + "[height, width, channels], got [3]; put a reshape to such a shape before it")
    #expect(
      text([8, 8, 1], [.residual([.activation(.relu), .conv1d(filters: 4, window: Self.k3)])])
        == "layers[0].body[1] (conv1d, filters 4, kernel 3, stride 1, padding same): expected an input of shape "
        + "[length, channels], got [8, 8, 1]; put a reshape to such a shape before it")
    let deep = Layer.conv2d(filters: 4, window: .init(kernel: Extent(height: 5, width: 3), padding: .valid))
    #expect(
      text([4, 8, 2], [conv, .branches(join: .add, paths: [[conv], [conv, deep]])])
        == "layers[1].paths[1][1] (conv2d, filters 4, kernel 5×3, stride 1×1, padding valid): expected an input of "
        + "shape [height ≥ 5, width ≥ 3, channels], got [4, 8, 4]; use padding: same")
    #expect(
      text([4, 8, 2], [.maxPool(.init(size: 5))])
        == "layers[0] (max-pool, size 5×5, stride 5×5): expected an input of shape [height ≥ 5, width ≥ 5, channels], "
        + "got [4, 8, 2]; use a smaller size")
    #expect(
      text([6], [.globalAveragePool])
        == "layers[0] (global-average-pool): expected an input of shape [length, channels] or "
        + "[height, width, channels], got [6]; put a reshape to such a shape before it")
    #expect(
      text([6], [.reshape([2, 4])])
        == "layers[0] (reshape, shape [2, 4]): expected an input of shape of 8 values, got [6]; "
        + "reshape to 6 values in all")
    #expect(
      text([4, 4, 2], [.branches(join: .add, paths: [[conv], []])])
        == "layers[0] (branches, join add, 2 paths): expected shapes that fit, got [4, 4, 4] and [4, 4, 2]; "
        + "let all paths end in one shape")
    #expect(
      text([4, 4, 2], [.branches(join: .concat, paths: [[.maxPool(.init(size: 2))], []])])
        == "layers[0] (branches, join concat, 2 paths): expected shapes that fit, got [2, 2, 2] and [4, 4, 2]; "
        + "let all paths end in the same sides but the last")
    #expect(
      text([8, 8, 2], [.residual([.conv2d(filters: 2, window: .init(kernel: 3, padding: .valid))])])
        == "layers[0] (residual, 1 layer): expected shapes that fit, got [8, 8, 2] and [6, 6, 2]; "
        + "let the body keep the sides or divide them by a stride, with padding: same")
    #expect(
      text([8, 2], [.residual([.reshape([2, 4, 2])])])
        == "layers[0] (residual, 1 layer): expected shapes that fit, got [8, 2] and [2, 4, 2]; "
        + "let the body keep the number of sides, or end in a dense layer")
    #expect(
      text([4, 4, 3], [.conv2d(filters: 4, window: Self.k3, groups: 2)])
        == "layers[0] (conv2d, filters 4, kernel 3×3, stride 1×1, padding same, groups 2): expected an input of shape "
        + "[height, width, a multiple of 2 channels], got [4, 4, 3]; set groups to a divisor of 3")
    #expect(
      text([6], [.dense(units: 4), .embedding(vocabulary: 3, dimension: 2)])
        == "layers[1] (embedding, vocabulary 3, dimension 2): expected an input of shape of the sample itself, as only "
        + "its numbers can be names, got [4]; put the embedding before every other layer but flatten and reshape"
    )
  }

  @Test("Numbers out of their range are refused, and products that overflow")
  func settings() {
    let huge = Int.max
    for (shape, layer) in [
      ([4, 4, 2], Layer.conv2d(filters: 0, window: Self.k3)),
      ([4, 4, 2], .conv2d(filters: huge, window: Self.k3)),
      ([4, 4, 2], .conv2d(filters: 4, window: .init(kernel: 0))),
      ([4, 4, 2], .conv2d(filters: 4, window: .init(kernel: Extent(huge)))),
      ([4, 4, 2], .conv2d(filters: 4, window: .init(kernel: 3, stride: 0))),
      ([4, 4, 2], .conv2d(filters: 4, window: .init(kernel: 3, dilation: -1))),
      ([4, 4, 2], .conv2d(filters: 4, window: .init(kernel: 3, padding: .each(-1)))),
      ([4, 4, 2], .conv2d(filters: 4, window: Self.k3, groups: 0)),
      ([4, 4, 2], .conv2d(filters: 4, window: Self.k3, groups: 3)),
      ([9, 2], .conv1d(filters: 4, window: .init(kernel: Extent(height: 1, width: 3)))),
      ([4, 4, 2], .maxPool(.init(size: 2, stride: 0))), ([4, 4, 2], .averagePool(.init(size: Extent(-2)))),
      ([8], .reshape([])), ([8], .reshape([-2, -4])), ([8], .reshape([huge, huge])),
      ([4], .branches(join: .add, paths: [[.dense(units: 4)]])), ([4], .branches(join: .add, paths: [])),
      ([4], .embedding(vocabulary: 0, dimension: 2)), ([4], .embedding(vocabulary: 2, dimension: huge)),
    ] {
      #expect(text(shape, [layer]).hasPrefix("layers[0]"), "\(layer)")
      #expect(text(shape, [layer]).contains("expected"), "\(layer)")
    }
    let wide = Layer.conv2d(filters: 1 << 20, window: Self.k3)
    #expect(
      throws: ArchitectureError.tooManyValues(path: 0, layer: wide, shape: [4, 8, 1 << 20])
    ) { try output([4, 8, 2], [wide]) }
    let heavy = Layer.conv2d(filters: 1 << 20, window: .init(kernel: 4096))
    #expect(throws: ArchitectureError.tooManyParameters(path: 0, layer: heavy)) {
      try output([1, 1, 9], [heavy])
    }
    let nested = Layer.residual(Array(repeating: .activation(.relu), count: Architecture.Limits.layers))
    #expect(throws: ArchitectureError.tooManyLayers(count: 1001)) { try output([4], [nested]) }
  }

  @Test("Any last layer may give one number a class")
  func classes() throws {
    let convolutional = Architecture(
      sampleShape: [8, 8, 1], layers: [.conv2d(filters: 10, window: Self.k3), .globalAveragePool])
    try convolutional.check(classCount: 10)
    #expect(throws: ArchitectureError.self) { try convolutional.check(classCount: 9) }
    try Architecture(sampleShape: [10], layers: [.batchNorm]).check(classCount: 10)
  }

  @Test("Every layer is read back as it was written")
  func coding() throws {
    let layers: [Layer] = [
      .conv1d(filters: 3, window: Self.k3, groups: 3),
      .conv2d(
        filters: 4,
        window: .init(kernel: Extent(height: 1, width: 2), stride: 2, padding: .each(3), dilation: 2)),
      .depthwiseConv2d(window: .init(kernel: 3, padding: .valid)),
      .separableConv2d(filters: 5, window: Self.k3),
      .maxPool(.init(size: 2)), .averagePool(.init(size: 3, stride: 1)), .globalAveragePool, .globalMaxPool,
      .batchNorm, .layerNorm, .flatten, .reshape([2, 3]),
      .residual([.dense(units: 3), .residual([.flatten])]),
      .branches(join: .concat, paths: [[], [.activation(.hardSwish)]]),
      .embedding(vocabulary: 5, dimension: 2),
    ]
    #expect(Set(layers.map(\.kind)).count == LayerKind.allCases.count - 3)
    let data = try JSONEncoder().encode(layers)
    #expect(try JSONDecoder().decode([Layer].self, from: data) == layers)
    let short = Data(#"[{"conv2d":{"filters":4,"kernel":[3,5]}},{"max-pool":{"size":2}}]"#.utf8)
    #expect(
      try JSONDecoder().decode([Layer].self, from: short) == [
        .conv2d(filters: 4, window: .init(kernel: Extent(height: 3, width: 5))), .maxPool(.init(size: 2)),
      ])
  }
}
