import EnergyMetering
import GRDB

/// Whose energy the books have of what ran on a cluster. A table of its own, which journals of earlier versions get once they
/// are written to.
///
/// A run of a task is booked in the same transaction as it is noted here. So its energy is in the books once, at whatever
/// moment a process of the study dies.
extension Journal {
  static let taskRunSchema = """
    CREATE TABLE IF NOT EXISTS task_run (name TEXT PRIMARY KEY, energy TEXT NOT NULL);
    """

  /// What the books have of each run of a task, by its name.
  public func taskRuns() throws -> [String: EnergyReading] {
    try read { connection in
      guard try connection.tableExists("task_run") else { return [:] }
      var runs: [String: EnergyReading] = [:]
      for row in try rows(of: "task_run", orderedBy: "name", in: connection) {
        let energy: EnergyReading? = try row.decoded("energy")
        runs[try row.required("name", row.text("name"))] = try row.required("energy", energy)
      }
      return runs
    }
  }

  /// The trials that have ended.
  func endedTrials() throws -> Set<Int> {
    try read { connection in
      Set(
        try Int.fetchAll(
          connection, sql: "SELECT number FROM trial WHERE state <> ?",
          arguments: [TrialState.running.rawValue]))
    }
  }

  static func note(_ runs: [BookedTaskRun], in connection: Database) throws {
    for run in runs {
      let statement = try connection.cachedStatement(
        sql: "INSERT OR REPLACE INTO task_run (name, energy) VALUES (?, ?)")
      try statement.execute(arguments: [run.name, try json(run.energy)])
    }
  }
}

/// What the books have of one run of a task on a cluster.
public struct BookedTaskRun: Hashable, Sendable {
  /// The run's name, which no other run of any study bears.
  public var name: String
  /// All that was booked of it, whatever the account.
  public var energy: EnergyReading
}
