/// Where the energy of an inference comes from.
public enum InferenceMethod: String, Codable, Hashable, Sendable {
  /// Measured: the energy of a window, divided by the number of inferences in it.
  case window
  /// Modelled: by the operations and layers of the training and what a sample took there (`InferenceModel`).
  case operations
}

extension RunRecord {
  /// Where ``inferenceEnergy(of:)`` comes from.
  public func inferenceMethod(of trial: Trial) -> InferenceMethod {
    inferenceMeasurement(of: trial) == nil ? .operations : .window
  }
}
