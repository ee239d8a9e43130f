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
  static func addContinuations(to trials: inout [Trial], in connection: Database) throws {
    guard try connection.tableExists("trial_continuation") else { return }
    let indices = Dictionary(uniqueKeysWithValues: trials.indices.map { (trials[$0].number, $0) })
    for row in try Row.fetchAll(connection, sql: "SELECT * FROM trial_continuation") {
      guard let index = indices[row["number"]] else { continue }
      trials[index].continues = row["continues"]
      trials[index].epochLimit = row["epoch_limit"]
      // What a trial continues was proposed before it.
      guard trials[index].continues.map({ (0..<trials[index].number).contains($0) }) ?? true else {
        throw JournalError.damagedTrial(column: "continuation")
      }
    }
  }
}
