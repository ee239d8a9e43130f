import GRDB

/// Which trials go on with the training of others, and how far. A table of its own, which journals of earlier versions get
/// once they are written to.
extension Journal {
  static let continuationSchema = """
    CREATE TABLE IF NOT EXISTS trial_continuation (number INTEGER PRIMARY KEY, continues INTEGER, epoch_limit INTEGER);
    """

  static func note(continuationOf trial: Trial, in connection: Database) throws {
    guard trial.continues != nil || trial.epochLimit != nil else { return }
    try connection.execute(
      sql: "INSERT OR REPLACE INTO trial_continuation (number, continues, epoch_limit) VALUES (?, ?, ?)",
      arguments: [trial.number, trial.continues, trial.epochLimit])
  }

  /// Puts into trials, in the order of their numbers, what they continue and how far.
  func addContinuations(to trials: inout [Trial], in connection: Database) throws {
    for row in try rows(of: "trial_continuation", orderedBy: "number", in: connection) {
      let number = try row.required("number", row.integer("number"))
      guard trials.indices.contains(number) else {
        throw row.damaged("number", "expected the number of a trial, found \(number)")
      }
      let continues = try row.integer("continues")
      // What a trial continues was proposed before it, and is the same candidate.
      if let continues, !(0..<number).contains(continues) || trials[continues].hash != trials[number].hash {
        throw row.damaged(
          "continues", "expected the number of an earlier trial of the same candidate, found \(continues)")
      }
      let limit = try row.integer("epoch_limit")
      if let limit, limit < 1 { throw row.damaged("epoch_limit", "expected 1 or more, found \(limit)") }
      trials[number].continues = continues
      trials[number].epochLimit = limit
    }
  }
}
