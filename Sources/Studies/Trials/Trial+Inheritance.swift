/// The weights of a parent that a trial's training begins with.
public struct WeightInheritance: Hashable, Sendable {
  /// The trial that was trained to these weights.
  public var parent: Int
  /// How many epochs the training has with them.
  public var epochs: Int
  /// Why the training began with initial weights after all and had all epochs of its candidate, in one line; nil if it
  /// inherited.
  public var failure: String?

  /// An inheritance.
  public init(parent: Int, epochs: Int, failure: String? = nil) {
    self.parent = parent
    self.epochs = epochs
    self.failure = failure
  }
}

extension Trial {
  /// The trial whose weights this one's training begins with; nil for initial weights, and for a duplicate, which is not
  /// trained.
  public var inherits: Int? {
    guard state != .duplicate, let inheritance, inheritance.failure == nil else { return nil }
    return inheritance.parent
  }
}
