import EnergyMetering
import GRDB
import SearchSpaces

/// Attempts at trainings that led to nothing, and checkpoints of trainings under way. Tables of their own, which journals of
/// earlier versions get once they are written to.
extension Journal {
  static let attemptSchema = """
    CREATE TABLE IF NOT EXISTS trial_fault (
      number INTEGER NOT NULL, reason TEXT NOT NULL, energy TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS trial_checkpoint (
      number INTEGER PRIMARY KEY, file TEXT NOT NULL, energy TEXT NOT NULL, wall_seconds REAL, cpu_seconds REAL
    );
    CREATE TABLE IF NOT EXISTS trial_carried (number INTEGER PRIMARY KEY, energy TEXT NOT NULL);
    """

  /// What is to be written down of attempts.
  struct AttemptNotes {
    /// Attempts that led to nothing, with their trials.
    var faults: [(trial: Int, fault: Trial.Fault)] = []
    /// The trials whose former checkpoints are of no use any more.
    var lostCheckpoints: Set<Int> = []
    /// What trainings under way had taken at their last checkpoints, by trial.
    var checkpoints: [Int: TrialCheckpoint] = [:]

    var isEmpty: Bool { faults.isEmpty && lostCheckpoints.isEmpty && checkpoints.isEmpty }
  }

  /// Writes about attempts, together with the books, whose accounts have what the notes say.
  func note(_ notes: AttemptNotes, session: Int64, books: EnergyBooks) throws {
    try write { connection in
      try Self.store(notes, in: connection)
      try Self.store(books, session: session, in: connection)
    }
  }

  static func store(_ notes: AttemptNotes, in connection: Database) throws {
    for (trial, fault) in notes.faults {
      try connection.execute(
        sql: "INSERT INTO trial_fault (number, reason, energy) VALUES (?, ?, ?)",
        arguments: [trial, fault.reason, try json(fault.energy)])
    }
    for number in notes.lostCheckpoints { try forgetCheckpoint(of: number, in: connection) }
    for (number, checkpoint) in notes.checkpoints {
      try connection.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO trial_checkpoint (number, file, energy, wall_seconds, cpu_seconds)
          VALUES (?, ?, ?, ?, ?)
          """
      ).execute(
        arguments: [
          number, fileName(checkpoint.path), try json(checkpoint.energy), checkpoint.wallSeconds,
          checkpoint.cpuSeconds,
        ])
    }
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }

  /// The last checkpoints of trainings, by the numbers of their trials; their paths are the files' names.
  func checkpoints() throws -> [Int: TrialCheckpoint] {
    try read { connection in
      var checkpoints: [Int: TrialCheckpoint] = [:]
      for row in try rows(of: "trial_checkpoint", orderedBy: "number", in: connection) {
        let number = try row.required("number", row.integer("number"))
        let file = try row.required("file", row.text("file"))
        guard CheckpointFolder.isInterimName(file, ofTrial: number) else {
          throw row.damaged(
            "file", "expected the name of a checkpoint of trial \(number), found '\(file.onOneLine())'")
        }
        checkpoints[number] = TrialCheckpoint(
          trial: number, path: file, energy: try row.required("energy", row.decoded("energy")),
          wallSeconds: try row.amount("wall_seconds", atMost: Trial.greatestSeconds) ?? 0,
          cpuSeconds: try row.amount("cpu_seconds", atMost: Trial.greatestSeconds) ?? 0)
      }
      return checkpoints
    }
  }

  /// Writes with the end of a trial what of its energy stands in the accounts of earlier sessions.
  static func note(carriedIn trial: Trial, in connection: Database) throws {
    guard let carried = trial.carriedEnergy else { return }
    try connection.execute(
      sql: "INSERT OR REPLACE INTO trial_carried (number, energy) VALUES (?, ?)",
      arguments: [trial.number, try json(carried)])
  }

  /// Forgets the checkpoint of a trial that has ended, or cannot go on from it.
  static func forgetCheckpoint(of number: Int, in connection: Database) throws {
    try connection.cachedStatement(sql: "DELETE FROM trial_checkpoint WHERE number = ?").execute(
      arguments: [number])
  }

  /// Puts into trials, in the order of their numbers, which attempts at them led to nothing and what they carried over.
  func addAttempts(to trials: inout [Trial], in connection: Database) throws {
    func place(_ row: JournalRow) throws -> Int {
      let number = try row.required("number", row.integer("number"))
      guard trials.indices.contains(number), trials[number].state != .duplicate else {
        throw row.damaged(
          "number", "expected the number of a trial with a training of its own, found \(number)")
      }
      return number
    }
    for row in try rows(of: "trial_fault", orderedBy: "rowid", in: connection) {
      let number = try place(row)
      trials[number].faults.append(
        Trial.Fault(
          reason: try row.required("reason", row.text("reason")),
          energy: try row.required("energy", row.decoded("energy"))))
    }
    for row in try rows(of: "trial_carried", orderedBy: "number", in: connection) {
      let number = try place(row)
      let carried: EnergyReading = try row.required("energy", row.decoded("energy"))
      guard let energy = trials[number].energy, carried.energy <= energy.energy else {
        throw row.damaged("energy", "expected at most what the trial took in all")
      }
      trials[number].carriedEnergy = carried
    }
  }
}
