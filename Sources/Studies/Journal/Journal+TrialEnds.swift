import Foundation
import GRDB

/// When trials ended. A table of its own, which journals of earlier versions get once they are written to.
extension Journal {
  static let trialEndSchema = """
    CREATE TABLE IF NOT EXISTS trial_end (number INTEGER PRIMARY KEY, ended_at TEXT NOT NULL);
    """

  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// The moments at which trials ended, by number, to the millisecond; those that the journal does not know are
  /// left out.
  public func trialEnds() throws -> [Int: Date] {
    try read { connection in
      guard try connection.tableExists("trial_end") else { return [:] }
      var ends: [Int: Date] = [:]
      for row in try Row.fetchAll(connection, sql: "SELECT number, ended_at FROM trial_end") {
        guard let date = try? Date(row["ended_at"] as String, strategy: Self.style) else {
          throw JournalError.damagedTrial(column: "ended_at")
        }
        ends[row["number"]] = date
      }
      return ends
    }
  }

  static func note(endOf trials: [Trial], at date: Date, in connection: Database) throws {
    for trial in trials {
      try connection.execute(
        sql: "INSERT OR REPLACE INTO trial_end (number, ended_at) VALUES (?, ?)",
        arguments: [trial.number, date.formatted(Self.style)])
    }
  }
}
