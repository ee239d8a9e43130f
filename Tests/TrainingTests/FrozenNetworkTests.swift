import NeuralNetworks
import Testing

/// How PyTorch trains the same networks from the same weights; `tools/freeze-trajectories` made the fixtures.
@Suite("Frozen networks")
struct FrozenNetworkTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var channels: Int
    var layers: [Layer]
    var optimizer: Optimizer
    var learningRate: Double

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "convolutional", channels: 1,
      layers: [
        .conv2d(filters: 6, window: ConvolutionWindow(kernel: 3)), .batchNorm, .activation(.relu),
        .maxPool(PoolingWindow(size: 2)),
        .conv2d(filters: 8, window: ConvolutionWindow(kernel: 3)), .activation(.relu),
        .maxPool(PoolingWindow(size: 2)), .dense(units: 4),
      ], optimizer: .sgd(momentum: 0.9), learningRate: 0.05),
    Case(
      name: "residual", channels: 2,
      layers: [
        .conv2d(filters: 4, window: ConvolutionWindow(kernel: 3)), .batchNorm, .activation(.relu),
        .residual([
          .conv2d(filters: 6, window: ConvolutionWindow(kernel: 3, stride: 2)), .batchNorm,
          .activation(.relu),
          .conv2d(filters: 6, window: ConvolutionWindow(kernel: 3)), .batchNorm,
        ]), .activation(.relu),
        .residual([.conv2d(filters: 6, window: ConvolutionWindow(kernel: 3)), .activation(.relu)]),
        .globalAveragePool, .dense(units: 4),
      ], optimizer: .sgd(momentum: 0.9), learningRate: 0.02),
    Case(
      name: "separable", channels: 3,
      layers: [
        .separableConv2d(filters: 6, window: ConvolutionWindow(kernel: 3)), .layerNorm, .activation(.gelu),
        .depthwiseConv2d(window: ConvolutionWindow(kernel: 3, stride: 2)), .activation(.silu),
        .branches(
          join: .concat,
          paths: [
            [.conv2d(filters: 4, window: ConvolutionWindow(kernel: 3, dilation: 2))],
            [.conv2d(filters: 3, window: ConvolutionWindow(kernel: 1)), .activation(.hardSwish)],
          ]),
        .averagePool(PoolingWindow(size: 2)), .dense(units: 4),
      ], optimizer: .adamw(weightDecay: 0.01), learningRate: 0.005),
  ]

  @Test("50 steps, the weights after them and the evaluation are those of PyTorch", arguments: cases)
  func trajectory(_ frozen: Case) throws {
    let file = try SafetensorsFile(contentsOf: Fixture.path("\(frozen.name).safetensors"))
    func values(_ name: String) throws -> [Float] { try #require(file[name]).values }
    let features = try values("features")
    let labels = try values("labels").map { Int32($0) }
    var network = try Network(
      Architecture(sampleShape: [8, 8, frozen.channels], layers: frozen.layers), maximumBatchSize: 40,
      optimizer: frozen.optimizer, seed: 1, trial: 1)
    try network.setTensors(tensors(of: file, "start."))
    for (step, expected) in try values("losses").enumerated() {
      let rows = (0..<10).map { Int32((step * 10 + $0) % 40) }
      network.load(rows: rows.span, features: features.span, labels: labels.span)
      let loss = network.computeGradients() / 10
      #expect(abs(loss - Double(expected)) < 1e-4 * Double(expected), "step \(step)")
      network.update(learningRate: frozen.learningRate)
    }
    let final = tensors(of: file, "final.")
    for tensor in network.namedTensors {
      let expected = try #require(final.first { $0.name == tensor.name })
      let worst = zip(tensor.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-3, "\(tensor.name)")
    }
    try network.setTensors(final)
    let all = (0..<40).map { Int32($0) }
    network.load(rows: all.span, features: features.span, labels: labels.span)
    let evaluation = Double(try #require(try values("evaluation").first))
    #expect(abs(network.evaluate().loss / 40 - evaluation) < 1e-4 * evaluation)
  }

  /// The tensors of one moment, by the names of the engine.
  private func tensors(of file: SafetensorsFile, _ moment: String) -> [NamedTensor] {
    file.tensors.filter { $0.name.hasPrefix(moment) }.map {
      NamedTensor(name: String($0.name.dropFirst(moment.count)), shape: $0.shape, values: $0.values)
    }
  }
}
