extension WorkerResponse {
  /// Whether it can be true: what cannot stand in a journal is refused before it gets there.
  var isPlausible: Bool {
    switch self {
    case .trained(_, let outcome, let peakMemoryBytes, _, _):
      outcome.problem == nil && (peakMemoryBytes ?? 0) >= 0
    case .checkpointed(_, let epoch, _), .paused(_, let epoch, _): epoch >= 1
    // What inferences came to is for ``InferenceWindows`` to judge.
    case .ready, .failed, .notWritten, .inferenceReady, .inferred, .unusable: true
    }
  }
}
