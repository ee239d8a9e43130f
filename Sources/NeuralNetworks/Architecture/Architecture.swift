/// One concrete network: the shape of a sample and a list of layers with every number filled in.
///
/// An architecture is a value. It is checked, hashed, written to a journal and costed without being built:
///
/// ```swift
/// let architecture = Architecture(
///   sampleShape: [64], layers: [.dense(units: 32), .activation(.relu), .dense(units: 10)])
/// let costs = try architecture.costs()   // parameters, FLOPs and bytes a sample
/// try architecture.check(classCount: 10)
/// ```
public struct Architecture: Codable, Hashable, Sendable {
  /// The shape of one sample without the batch dimension, such as `[64]`.
  public var sampleShape: [Int]
  /// The layers from input to output.
  public var layers: [Layer]

  /// An architecture of the given layers; call `costs()` to have it checked.
  public init(sampleShape: [Int], layers: [Layer]) {
    self.sampleShape = sampleShape
    self.layers = layers
  }

  /// The shape of the output of one sample, such as `[10]`.
  ///
  /// - Throws: `ArchitectureError` when the architecture is not a network that can be built.
  /// - Complexity: O(layers); no memory of the network's size.
  public func outputShape() throws(ArchitectureError) -> [Int] {
    try NetworkPlan(self).outputShape
  }

  /// What a network of this architecture learns, array by array in the order of the layers: as `Network.tensors`.
  ///
  /// - Throws: `ArchitectureError` when the architecture is not a network that can be built.
  /// - Complexity: O(layers); no memory of the network's size.
  public func tensors() throws(ArchitectureError) -> [TensorDescription] {
    try NetworkPlan(self).tensors.map(\.description)
  }

  /// Checks that the architecture can be built and that its output is one number a class.
  ///
  /// - Throws: `ArchitectureError` naming the layer, what was expected and what to do.
  public func check(classCount: Int) throws(ArchitectureError) {
    let shape = try outputShape()
    guard let last = layers.last, shape == [classCount] else {
      throw .classCount(layerIndex: layers.count - 1, layer: layers.last, shape: shape, expected: classCount)
    }
    // A class score of 0 in place of a dropped one is a score too, and teaches the network chance.
    if case .dropout = last { throw .dropoutOfLogits(layerIndex: layers.count - 1, layer: last) }
  }

  /// The bounds of what the engine takes; beyond them a number is more likely a mistake than a wish.
  public enum Limits {
    /// The most values of one sample, of the input and of any layer.
    public static let valuesPerSample = 1 << 24
    /// The most units of one dense layer.
    public static let units = 1 << 20
    /// The most layers, those inside others counted.
    public static let layers = 1_000
    /// The largest side of a kernel or a pooling window, stride, dilation and padding.
    public static let window = 1 << 12
    /// The most parameters.
    public static let parameters = 1 << 31
  }
}
