import AllocationCounting
import NeuralNetworks
import Testing

/// A step asks the heap for nothing: everything was planned when the network was built.
@Suite("Allocations")
struct AllocationTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var sampleShape: [Int]
    var layers: [Layer]
  }

  private static let k3 = ConvolutionWindow(kernel: 3)

  static let cases = [
    Case(
      testDescription: "a multilayer perceptron with dropout", sampleShape: [64],
      layers: [
        .dense(units: 128), .activation(.relu), .dropout(rate: 0.2), .dense(units: 128), .activation(.gelu),
        .dense(units: 10),
      ]),
    Case(
      testDescription: "a wide one, whose products are OpenBLAS's large ones", sampleShape: [784],
      layers: [.dense(units: 512), .activation(.tanh), .dense(units: 512), .dense(units: 10)]),
    Case(
      testDescription: "convolutions with batch norm", sampleShape: [8, 8, 1],
      layers: [
        .conv2d(filters: 16, window: k3), .batchNorm, .activation(.relu), .maxPool(.init(size: 2)),
        .separableConv2d(filters: 32, window: k3), .layerNorm, .activation(.silu), .dense(units: 10),
      ]),
    Case(
      testDescription: "residuals and branches", sampleShape: [8, 8, 3],
      layers: [
        .conv2d(filters: 8, window: k3), .batchNorm, .activation(.relu),
        .residual([.conv2d(filters: 16, window: .init(kernel: 3, stride: 2)), .batchNorm]),
        .branches(join: .concat, paths: [[.depthwiseConv2d(window: k3)], [.averagePool(.init(size: 1))]]),
        .globalAveragePool, .dense(units: 10),
      ]),
  ]

  @Test("No step allocates, and neither does an evaluation", arguments: cases)
  func steps(_ network: Case) throws {
    let batch = 32
    let values = network.sampleShape.reduce(1, *)
    let features = normals(batch * values)
    let labels = (0..<batch).map { Int32($0 % 10) }
    let rows = (0..<batch).map { Int32($0) }
    var trained = try Network(
      Architecture(sampleShape: network.sampleShape, layers: network.layers), maximumBatchSize: batch,
      optimizer: .adam(), seed: 1, trial: 1)
    func step() -> Double {
      trained.load(rows: rows.span, features: features.span, labels: labels.span)
      let loss = trained.computeGradients()
      trained.update(learningRate: 0.001, gradientClip: 1)
      return loss + trained.evaluate().loss
    }
    // OpenBLAS takes its buffer with the first large product.
    var sum = step()
    let before = allocation_count()
    for _ in 0..<10 { sum += step() }
    let after = allocation_count()
    #expect(after == before)
    #expect(sum.isFinite)
  }

  @Test("The count counts")
  func counting() {
    let before = allocation_count()
    let numbers = (0..<1000).map { Float($0) }
    #expect(allocation_count() > before)
    #expect(numbers.count == 1000)
  }
}
