/// An array of 32-bit floats with a name and a shape.
public struct NamedTensor: Hashable, Sendable {
  /// The name, such as `layers.0.weight`.
  public var name: String
  /// The sides; empty for a single number.
  public var shape: [Int]
  /// The values, row-major; as many as the product of the sides.
  public var values: [Float]

  /// A tensor of the given values.
  public init(name: String, shape: [Int], values: [Float]) {
    (self.name, self.shape, self.values) = (name, shape, values)
  }
}
