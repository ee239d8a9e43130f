import EnergyMetering
import Training

/// A measuring of inference energy to do.
public struct InferenceJob: Codable, Sendable {
  /// The trial's number, which the initial weights follow from.
  public var trial: Int
  /// The candidate whose network is run.
  public var candidate: Candidate

  /// A measuring to do.
  public init(trial: Int, candidate: Candidate) {
    self.trial = trial
    self.candidate = candidate
  }
}

/// A stretch of inferences that a worker is asked for.
struct InferenceTurn: Codable, Hashable, Sendable {
  /// The samples of a batch.
  var batchSize: Int
  /// At least so many seconds.
  var seconds: Double
}

/// What a worker did in a turn.
struct InferenceCount: Codable, Hashable, Sendable {
  /// Batches times samples of a batch.
  var inferences: Int
  /// Seconds that they took.
  var seconds: Double
}

/// How the measuring of a trial's inference energy ended.
public struct InferenceCompletion: Sendable {
  /// The trial's number.
  public var trial: Int
  /// What was measured, or in one line why nothing was.
  public var result: InferenceResult

  /// The end of a measuring.
  public init(trial: Int, result: InferenceResult) {
    self.trial = trial
    self.result = result
  }
}

/// What a measuring of inference energy led to.
public enum InferenceResult: Hashable, Sendable {
  /// The energy at batch 1 and at the training's batch.
  case measured(InferenceMeasurement)
  /// Nothing, and why, in one line; another try would end the same way.
  case failed(String)
  /// Nothing, since the worker ended before it was over, and why, in one line.
  case cutOff(String)
}
