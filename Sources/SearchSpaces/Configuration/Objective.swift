/// What a study optimises; each can be evaluated for every completed trial.
public enum Objective: String, Codable, Hashable, CaseIterable, Sendable {
  /// The share of validation samples that are classified rightly.
  case accuracy
  /// The mean cross-entropy over the validation samples.
  case loss
  /// The energy that the trial's training took.
  case trainingEnergy = "training-energy"
  /// The number of weights and biases.
  case parameters
  /// Floating-point operations of one forward pass a sample.
  case flops

  /// Which way is better.
  public enum Direction: String, Codable, Hashable, CaseIterable, Sendable {
    /// More is better.
    case maximize
    /// Less is better.
    case minimize
  }

  /// Which way this objective is better.
  public var direction: Direction { self == .accuracy ? .maximize : .minimize }
}
