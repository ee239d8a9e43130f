import SearchSpaces
import Studies

/// Trials that cannot be ranked, since what inferences of their networks take was not measured.
extension RunRecord {
  /// The completed trials that lack a figure for one of the objectives: they are on no front by these.
  ///
  /// - Parameter objectives: nil for those of the configuration.
  public func unmeasuredTrials(for objectives: [Objective]? = nil) -> [Trial] {
    guard (objectives ?? configuration.objectives).contains(where: \.needsInference) else { return [] }
    return trials(in: .completed).filter { $0.isProposal && $0.inference == nil }
  }

  /// Which trials are left out, why, and what to do, in one line; nil where none is.
  public func unmeasuredNote(for objectives: [Objective]? = nil) -> String? {
    let unmeasured = unmeasuredTrials(for: objectives)
    guard !unmeasured.isEmpty else { return nil }
    let numbers = unmeasured.map { "\($0.number)" }.joined(separator: ", ")
    let reason = unmeasured.lazy.compactMap(\.inferenceFailure).first.map { " (\($0))" } ?? ""
    return
      "\(counted(unmeasured.count, "completed trial")) left out of the front, since what inferences take was not "
      + "measured\(reason): \(numbers); measure with `wattle search … --resume`"
  }
}
