import SearchSpaces
import Training

extension Trial {
  /// Reads a trial's record.
  ///
  /// - Parameters:
  ///   - space: what the assignment is a point of, and says what the candidate is: what was written of it is not looked at.
  ///     Without a space, since the data are other ones now, the candidate is taken as it was written.
  ///   - isItsOwn: whether an assignment that is no point of the space is an error; else it is taken as without a space.
  /// - Throws: ``JournalError/damaged(path:place:problem:)``.
  init(_ row: JournalRow, of space: SearchSpace?, isItsOwn: Bool) throws {
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
    var problem: (any Error)?
    var derived: Candidate?
    do { derived = try space?.candidate(for: assignment) } catch { problem = error }
    if isItsOwn, let problem { throw row.damaged("assignment", "\(problem)".onOneLine(limit: 200)) }
    self.init(
      number: try row.required("number", row.integer("number")),
      strategy: try row.required("strategy", row.text("strategy")), state: state, seed: seed,
      hash: try row.required("hash", row.text("hash")),
      assignment: assignment, candidate: try derived ?? row.required("candidate", row.decoded("candidate")),
      costs: try row.decoded("costs"), outcome: try row.decoded("outcome"),
      energy: try row.decoded("energy"),
      wallSeconds: try row.amount("wall_seconds", atMost: Self.greatestSeconds),
      cpuSeconds: try row.amount("cpu_seconds", atMost: Self.greatestSeconds),
      peakMemoryBytes: try row.integer("peak_memory_bytes"), duplicateOf: try row.integer("duplicate_of"),
      failure: try row.text("failure"))
    if let bytes = peakMemoryBytes, bytes < 0 {
      throw row.damaged("peak_memory_bytes", "expected zero or more, found \(bytes)")
    }
    if derived != nil { try checkOrigin(row) }
    guard state == .completed else { return }
    _ = try row.required("costs", costs)
    _ = try row.required("outcome", outcome)
    _ = try row.required("energy", energy)
  }

  /// Makes sure that a trial of the run's own space can have come from a strategy and from the training of its candidate.
  ///
  /// - Throws: ``JournalError/damaged(path:place:problem:)``.
  private func checkOrigin(_ row: JournalRow) throws {
    guard hash == candidate.canonicalHash else {
      throw row.damaged(
        "hash", "expected that of the candidate, \(candidate.canonicalHash), found '\(hash.prefix(40))'")
    }
    guard strategy.utf8.count <= 100, strategy.utf8.allSatisfy(Self.isOfStrategyName) else {
      throw row.damaged("strategy", "expected a strategy's name, found '\(strategy.prefix(40))'")
    }
    if let epochs = outcome?.epochs, epochs > candidate.training.epochs {
      throw row.damaged("outcome", "epochs: expected 1 to \(candidate.training.epochs), found \(epochs)")
    }
  }

  /// Whether a byte can be of a strategy's name, such as `nsga-ii+inherit`.
  private static func isOfStrategyName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "+"):
      true
    default: false
    }
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
