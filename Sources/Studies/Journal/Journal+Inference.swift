import GRDB

/// What inferences of trials' networks take. A table of its own, which journals of earlier versions get once they are
/// written to.
extension Journal {
  static let inferenceSchema = """
    CREATE TABLE IF NOT EXISTS trial_inference (number INTEGER PRIMARY KEY, measurement TEXT, failure TEXT);
    """

  /// Writes what was measured of a trial's inferences, or why nothing was, together with the books as they stand.
  public func note(inferenceOf trial: Trial, session: Int64, books: EnergyBooks) throws {
    try note(inferenceOf: trial, notes: AttemptNotes(), session: session, books: books)
  }

  /// The same, with what is to be written down of attempts that these books count on.
  func note(inferenceOf trial: Trial, notes: AttemptNotes, session: Int64, books: EnergyBooks) throws {
    try write { connection in
      try Self.store(notes, in: connection)
      try connection.execute(
        sql: "INSERT OR REPLACE INTO trial_inference (number, measurement, failure) VALUES (?, ?, ?)",
        arguments: [trial.number, try Self.json(trial.inference), trial.inferenceFailure])
      try Self.store(books, session: session, in: connection)
    }
  }

  /// Puts into trials, in the order of their numbers, what was measured of their inferences.
  func addInferences(to trials: inout [Trial], in connection: Database) throws {
    for row in try rows(of: "trial_inference", orderedBy: "number", in: connection) {
      let number = try row.required("number", row.integer("number"))
      guard trials.indices.contains(number) else {
        throw row.damaged("number", "expected the number of a trial, found \(number)")
      }
      trials[number].inferenceFailure = try row.text("failure")
      trials[number].inference = try row.decoded("measurement")
    }
  }
}
