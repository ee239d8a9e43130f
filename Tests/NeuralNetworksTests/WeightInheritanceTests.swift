import NeuralNetworks
import Testing

@Suite("Weight inheritance")
struct WeightInheritanceTests {
  /// A network whose parameters are all −1 and whose state is all −2.
  private func blank(_ sampleShape: [Int], _ layers: [Layer]) throws -> Network {
    var network = try Network(
      Architecture(sampleShape: sampleShape, layers: layers), maximumBatchSize: 1, seed: 1, trial: 1)
    network.parameters = Array(repeating: -1, count: network.parameterCount)
    network.state = Array(repeating: -2, count: network.state.count)
    return network
  }

  /// The tensors of an architecture with the values 1, 2, 3, …, one behind the other.
  private func counted(_ architecture: Architecture) throws -> [NamedTensor] {
    var next: Float = 0
    return try architecture.tensors().map { tensor in
      NamedTensor(
        name: tensor.name, shape: tensor.shape,
        values: (0..<tensor.count).map { _ in
          next += 1
          return next
        })
    }
  }

  private func values(_ network: borrowing Network, _ name: String) -> [Float]? {
    network.namedTensors.first { $0.name == name }?.values
  }

  /// [2, 2] of 1 2 / 3 4, its bias 5 6, [2, 2] of 7 8 / 9 10, its bias 11 12.
  private let parent = Architecture(
    sampleShape: [2], layers: [.dense(units: 2), .activation(.relu), .dense(units: 2)])

  @Test("The same architecture inherits everything")
  func same() throws {
    var child = try blank([2], parent.layers)
    #expect(try child.adopt(counted(parent), of: parent) == 12)
    #expect(child.parameters == (1...12).map { Float($0) })
  }

  @Test("A wider layer inherits the first units, and the next layer the first inputs")
  func wider() throws {
    var child = try blank([2], [.dense(units: 3), .activation(.relu), .dense(units: 2)])
    #expect(try child.adopt(counted(parent), of: parent) == 12)
    #expect(values(child, "layers.0.weight") == [1, 2, -1, 3, 4, -1])
    #expect(values(child, "layers.0.bias") == [5, 6, -1])
    #expect(values(child, "layers.2.weight") == [7, 8, 9, 10, -1, -1])
    #expect(values(child, "layers.2.bias") == [11, 12])
  }

  @Test("A narrower layer inherits what it has room for")
  func narrower() throws {
    var child = try blank([2], [.dense(units: 1), .activation(.relu), .dense(units: 2)])
    #expect(try child.adopt(counted(parent), of: parent) == 2 + 1 + 2 + 2)
    #expect(child.parameters == [1, 3, 5, 7, 8, 11, 12])
  }

  @Test("A hidden layer inherits nothing from the output in its place, nor the output from a hidden layer")
  func outputs() throws {
    let deep = Architecture(
      sampleShape: [2],
      layers: [.dense(units: 2), .activation(.relu), .dense(units: 2), .activation(.relu), .dense(units: 2)])
    var deeper = try blank([2], deep.layers)
    #expect(try deeper.adopt(counted(parent), of: parent) == 6)
    #expect(values(deeper, "layers.0.weight") == [1, 2, 3, 4])
    #expect(values(deeper, "layers.2.weight") == [-1, -1, -1, -1])
    #expect(values(deeper, "layers.4.weight") == [-1, -1, -1, -1])
    var shallower = try blank([2], parent.layers)
    #expect(try shallower.adopt(counted(deep), of: deep) == 6)
    #expect(values(shallower, "layers.2.weight") == [-1, -1, -1, -1])
  }

  @Test(
    "Behind more filters a dense layer's rows are matched place by place, and running statistics come along")
  func places() throws {
    func layers(_ filters: Int) -> [Layer] {
      [
        .conv2d(filters: filters, window: ConvolutionWindow(kernel: 1)), .batchNorm, .activation(.tanh),
        .flatten, .dropout(rate: 0.5), .dense(units: 1),
      ]
    }
    // Two places of two channels: the kernel 1 2; scale 3 4 and shift 5 6; mean 7 8 and variance 9 10; rows 11 … 14; bias 15.
    let parent = Architecture(sampleShape: [1, 2, 1], layers: layers(2))
    var child = try blank([1, 2, 1], layers(3))
    #expect(try child.adopt(counted(parent), of: parent) == 2 + 2 + 2 + 4 + 1)
    #expect(values(child, "layers.0.weight") == [1, 2, -1])
    #expect(values(child, "layers.1.weight") == [3, 4, -1])
    #expect(values(child, "layers.1.bias") == [5, 6, -1])
    #expect(values(child, "layers.1.running_mean") == [7, 8, -2])
    #expect(values(child, "layers.1.running_variance") == [9, 10, -2])
    #expect(values(child, "layers.5.weight") == [11, 12, -1, 13, 14, -1])
    #expect(values(child, "layers.5.bias") == [15])
  }

  @Test("Rows of other places are not inherited")
  func otherPlaces() throws {
    func layers(_ stride: Int) -> [Layer] {
      [.conv2d(filters: 1, window: .init(kernel: 1, stride: Extent(stride))), .dense(units: 1)]
    }
    // A kernel 1 and its bias 2 at 4 places; rows 3 … 6; bias 7. The child has 2 places.
    let parent = Architecture(sampleShape: [1, 4, 1], layers: layers(1))
    var child = try blank([1, 4, 1], layers(2))
    #expect(try child.adopt(counted(parent), of: parent) == 3)
    #expect(child.parameters == [1, 2, -1, -1, 7])
  }

  @Test("Inputs and filters of a convolution are matched at each tap of its kernel")
  func taps() throws {
    func layers(_ first: Int, _ second: Int) -> [Layer] {
      [
        .conv1d(filters: first, window: .init(kernel: 1)), .conv1d(filters: second, window: .init(kernel: 2)),
        .globalAveragePool, .dense(units: 1),
      ]
    }
    // 1, bias 2; two taps of [1, 2]: 3 4, 5 6; bias 7 8; rows 9 10; bias 11.
    let parent = Architecture(sampleShape: [3, 1], layers: layers(1, 2))
    var child = try blank([3, 1], layers(2, 3))
    #expect(try child.adopt(counted(parent), of: parent) == 11)
    #expect(values(child, "layers.1.weight") == [3, 4, -1, -1, -1, -1, 5, 6, -1, -1, -1, -1])
  }

  @Test(
    "Kernels of another extent, groups of another width and layers of another kind are not inherited",
    arguments: [
      (
        Layer.conv1d(filters: 2, window: .init(kernel: 2)), Layer.conv1d(filters: 2, window: .init(kernel: 1))
      ),
      (
        .conv1d(filters: 4, window: .init(kernel: 1), groups: 2),
        .conv1d(filters: 2, window: .init(kernel: 1), groups: 2)
      ),
      (.dense(units: 3), .conv1d(filters: 3, window: .init(kernel: 1))),
    ])
  func others(parent: Layer, child: Layer) throws {
    let parent = Architecture(sampleShape: [4, 2], layers: [parent, .dense(units: 1)])
    var network = try blank([4, 2], [child, .dense(units: 1)])
    try network.adopt(counted(parent), of: parent)
    #expect(values(network, "layers.0.weight")?.allSatisfy { $0 == -1 } == true)
  }

  @Test("Tensors that are not the parent's are refused, and nothing is inherited")
  func refused() throws {
    var child = try blank([2], parent.layers)
    var tensors = try counted(parent)
    let last = tensors.removeLast()
    #expect(throws: WeightsError.missing(name: "layers.2.bias")) { try child.adopt(tensors, of: parent) }
    tensors.append(NamedTensor(name: last.name, shape: [3], values: [1, 2, 3]))
    #expect(throws: WeightsError.shape(name: "layers.2.bias", expected: [2], found: [3])) {
      try child.adopt(tensors, of: parent)
    }
    let impossible = Architecture(sampleShape: [2], layers: [.dense(units: 0)])
    #expect(throws: WeightsError.self) { try child.adopt(tensors, of: impossible) }
    #expect(child.parameters.allSatisfy { $0 == -1 })
  }
}
