import GRDB

/// Which trials train the candidates of others again. A table of its own, which journals of earlier versions get once they
/// are written to.
extension Journal {
  static let repeatSchema = """
    CREATE TABLE IF NOT EXISTS trial_repeat (number INTEGER PRIMARY KEY, repeats INTEGER NOT NULL);
    """

  static func note(repeatIn trial: Trial, in connection: Database) throws {
    guard let repeated = trial.repeats else { return }
    try connection.execute(
      sql: "INSERT OR REPLACE INTO trial_repeat (number, repeats) VALUES (?, ?)",
      arguments: [trial.number, repeated])
  }

  /// Puts into trials, in the order of their numbers and with what they continue, what they repeat.
  ///
  /// What is repeated was proposed before, trained, and is the same candidate. A repeat goes on with no training, and nothing
  /// goes on with it or is its duplicate.
  func addRepeats(to trials: inout [Trial], in connection: Database) throws {
    let rows = try rows(of: "trial_repeat", orderedBy: "number", in: connection)
    guard !rows.isEmpty else { return }
    let followed = Set(trials.flatMap { [$0.continues, $0.duplicateOf].compactMap(\.self) })
    for row in rows {
      let number = try row.required("number", row.integer("number"))
      guard trials.indices.contains(number) else {
        throw row.damaged("number", "expected the number of a trial, found \(number)")
      }
      guard trials[number].state != .duplicate, trials[number].continues == nil, !followed.contains(number)
      else {
        throw row.damaged(
          "number", "expected a trial with a training of its own, found \(number), which shares one")
      }
      let repeated = try row.required("repeats", row.integer("repeats"))
      guard (0..<number).contains(repeated), trials[repeated].isTrained, trials[repeated].isProposal,
        trials[repeated].hash == trials[number].hash
      else {
        throw row.damaged(
          "repeats",
          "expected the number of an earlier, trained trial of the same candidate, found \(repeated)")
      }
      trials[number].repeats = repeated
    }
  }
}
