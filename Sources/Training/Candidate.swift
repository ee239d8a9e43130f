import NeuralNetworks

/// One point of a search space: an architecture and the hyperparameters to train it with.
public struct Candidate: Codable, Hashable, Sendable {
  /// The network.
  public var architecture: Architecture
  /// How it is trained.
  public var training: TrainingHyperparameters

  /// A candidate.
  public init(architecture: Architecture, training: TrainingHyperparameters) {
    self.architecture = architecture
    self.training = training
  }
}
