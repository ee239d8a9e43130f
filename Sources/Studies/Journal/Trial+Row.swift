import SearchSpaces
import Training

extension Trial {
  /// Reads a trial's record.
  ///
  /// - Parameter space: what the assignment is a point of, and says what the candidate is; where it is none, or without a
  ///   space, the candidate is taken as it was written.
  /// - Throws: ``JournalError/damaged(path:place:problem:)``.
  init(_ row: JournalRow, of space: SearchSpace?) throws {
    let stateName = try row.required("state", row.text("state"))
    guard let state = TrialState(rawValue: stateName) else {
      let known = TrialState.allCases.map(\.rawValue).joined(separator: ", ")
      throw row.damaged("state", "expected one of \(known), found '\(stateName.prefix(40))'")
    }
    let seedText = try row.required("seed", row.text("seed"))
    guard let seed = UInt64(seedText) else {
      throw row.damaged("seed", "expected a whole number of zero or more, found '\(seedText.prefix(40))'")
    }
    let assignment: Assignment = try row.required("assignment", row.decoded("assignment"))
    self.init(
      number: try row.required("number", row.integer("number")),
      strategy: try row.required("strategy", row.text("strategy")), state: state, seed: seed,
      hash: try row.required("hash", row.text("hash")),
      assignment: assignment, candidate: try Self.candidate(assignment, row, of: space),
      costs: try row.decoded("costs"), outcome: try row.decoded("outcome"),
      energy: try row.decoded("energy"),
      wallSeconds: try row.amount("wall_seconds", atMost: Self.greatestSeconds),
      cpuSeconds: try row.amount("cpu_seconds", atMost: Self.greatestSeconds),
      peakMemoryBytes: try row.integer("peak_memory_bytes"), duplicateOf: try row.integer("duplicate_of"),
      failure: try row.text("failure"))
    if let bytes = peakMemoryBytes, bytes < 0 {
      throw row.damaged("peak_memory_bytes", "expected zero or more, found \(bytes)")
    }
    guard state == .completed else { return }
    _ = try row.required("costs", costs)
    _ = try row.required("outcome", outcome)
    _ = try row.required("energy", energy)
  }

  private static func candidate(_ assignment: Assignment, _ row: JournalRow, of space: SearchSpace?) throws
    -> Candidate
  {
    if let candidate = try? space?.candidate(for: assignment) { return candidate }
    return try row.required("candidate", row.decoded("candidate"))
  }

  /// Makes sure that a trial fits to those before it: their numbers count up from 0, and a duplicate has an original.
  ///
  /// - Throws: ``JournalError/damaged(path:place:problem:)``.
  func checkPlace(behind earlier: [Trial], _ row: JournalRow) throws {
    guard number == earlier.count else {
      throw row.damaged("number", "expected \(earlier.count), found \(number)")
    }
    guard state == .duplicate else {
      guard duplicateOf == nil else {
        throw row.damaged("duplicate_of", "expected none, since the trial is \(state.rawValue)")
      }
      return
    }
    let original = try row.required("duplicate_of", duplicateOf)
    guard earlier.indices.contains(original), [.completed, .pruned].contains(earlier[original].state) else {
      throw row.damaged("duplicate_of", "expected the number of an earlier, trained trial, found \(original)")
    }
  }
}
