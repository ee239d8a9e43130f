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
      var ends: [Int: Date] = [:]
      for row in try rows(of: "trial_end", orderedBy: "number", in: connection) {
        let text = try row.required("ended_at", row.text("ended_at"))
        guard let date = try? Date(text, strategy: Self.style) else {
          throw row.damaged(
            "ended_at", "expected a moment such as 2026-01-31T12:00:00.000Z, found '\(text.prefix(40))'")
        }
        ends[try row.required("number", row.integer("number"))] = date
      }
      return ends
    }
  }

  static func note(endOf trials: [Trial], at date: Date, in connection: Database) throws {
    for trial in trials {
      let statement = try connection.cachedStatement(
        sql: "INSERT OR REPLACE INTO trial_end (number, ended_at) VALUES (?, ?)")
      try statement.execute(arguments: [trial.number, date.formatted(Self.style)])
    }
  }
}
