/// One array of what a network has learnt: its name, shape and role.
public struct TensorDescription: Hashable, Codable, Sendable {
  /// What a tensor is to the training.
  public enum Role: String, Hashable, Codable, Sendable {
    /// Trained by the optimiser; part of `Network.parameters`.
    case parameter
    /// Kept beside, such as running statistics; part of `Network.state`.
    case state
  }

  /// The layer's path and the tensor's name: `layers.2.body.0.weight`.
  public var name: String
  /// The sides of the row-major array.
  public var shape: [Int]
  /// Whether it is a parameter or state.
  public var role: Role

  /// The number of numbers.
  public var count: Int { shape.reduce(1, *) }
}
