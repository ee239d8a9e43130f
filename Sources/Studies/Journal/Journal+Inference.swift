import Foundation
import GRDB

/// What inferences of trials' networks take. A table of its own, which journals of earlier versions get once they are
/// written to.
extension Journal {
  static let inferenceSchema = """
    CREATE TABLE IF NOT EXISTS trial_inference (number INTEGER PRIMARY KEY, measurement TEXT, failure TEXT);
    """

  /// Writes what was measured of a trial's inferences, or why nothing was, together with the books as they stand.
  public func note(inferenceOf trial: Trial, session: Int64, books: EnergyBooks) throws {
    try write { connection in
      try connection.execute(
        sql: "INSERT OR REPLACE INTO trial_inference (number, measurement, failure) VALUES (?, ?, ?)",
        arguments: [trial.number, try Self.json(trial.inference), trial.inferenceFailure])
      try Self.store(books, session: session, in: connection)
    }
  }

  /// Puts into trials, in the order of their numbers, what was measured of their inferences.
  static func addInferences(to trials: inout [Trial], in connection: Database) throws {
    guard try connection.tableExists("trial_inference") else { return }
    let indices = Dictionary(uniqueKeysWithValues: trials.indices.map { (trials[$0].number, $0) })
    for row in try Row.fetchAll(connection, sql: "SELECT * FROM trial_inference") {
      let number: Int = row["number"]
      guard let index = indices[number] else { continue }
      trials[index].inferenceFailure = row["failure"]
      guard let text: String = row["measurement"] else { continue }
      do {
        trials[index].inference = try JSONDecoder().decode(
          InferenceMeasurement.self, from: Data(text.utf8))
      } catch {
        throw JournalError.damagedTrial(column: "inference measurement")
      }
    }
  }
}
