/// Trainings of candidates that were trained before, with other seeds.
extension Trial {
  /// Whether a strategy proposed it: all trials but repeats.
  public var isProposal: Bool { repeats == nil }

  /// The number of the random streams of a training that begins with this trial: how many trials were proposed before it, so
  /// that repeats in between change nothing about it. That of a repeat is its own number, which no trial of the same
  /// candidate has.
  ///
  /// - Parameter trials: all trials of the study, by number.
  func streamNumber(among trials: [Trial]) -> Int {
    guard isProposal else { return number }
    return number - trials[..<number].count { !$0.isProposal }
  }
}
