extension WorkerResponse {
  /// Whether it can be true: what cannot stand in a journal is refused before it gets there.
  var isPlausible: Bool {
    switch self {
    case .trained(_, let outcome, let peakMemoryBytes, _, _):
      outcome.problem == nil && (peakMemoryBytes ?? 0) >= 0
    case .checkpointed(_, let epoch, _), .paused(_, let epoch, _): epoch >= 1
    // Whether it is enough is for ``InferenceWindows`` to judge.
    case .inferred(_, let count): count.inferences <= Self.mostInferences && count.seconds <= Self.mostSeconds
    case .inferenceReady(_, let trainingBatch): trainingBatch <= Self.mostInferences
    case .ready, .begunAnew, .failed, .notWritten, .unusable: true
    }
  }

  /// More than a turn of inferences, which lasts under a second, can come to on any machine.
  private static let mostInferences = 1 << 40
  /// A turn that seems to have taken so long is none.
  private static let mostSeconds = 1e6
}
