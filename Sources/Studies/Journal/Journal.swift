import EnergyMetering
import Foundation
import GRDB
import NeuralNetworks
import SearchSpaces
import Training

/// The record of a study on disk: an SQLite database in write-ahead mode.
///
/// A trial's result and the books are written in one transaction, so whatever is in the journal balances. After the
/// death of the process, at any moment, everything committed is there; after a loss of power at most the last few
/// seconds are missing, and the database is whole.
///
/// - Complexity: one trial costs two small transactions.
public final class Journal {
  /// The format of the database that this version writes and reads.
  static let formatVersion = 1

  let database: DatabaseQueue

  private init(_ database: DatabaseQueue) {
    self.database = database
  }

  /// What identifies the study that a journal belongs to.
  public struct Header: Codable, Equatable, Sendable {
    /// The study's name.
    public var name: String
    /// The resolved configuration, as YAML.
    public var configuration: String
    /// The version of the program that began the study.
    public var programVersion: String
    /// The fingerprint of the data that trials were trained on; nil where it was not kept.
    public var dataFingerprint: String?

    /// A header.
    public init(name: String, configuration: String, programVersion: String, dataFingerprint: String? = nil) {
      self.name = name
      self.configuration = configuration
      self.programVersion = programVersion
      self.dataFingerprint = dataFingerprint
    }
  }

  /// Makes a new journal.
  ///
  /// - Throws: a `DatabaseError` if the file cannot be written.
  public static func create(at path: String, header: Header) throws -> Journal {
    let database = try DatabaseQueue(path: path, configuration: databaseConfiguration())
    try database.write { connection in
      try connection.execute(sql: "PRAGMA user_version = \(formatVersion)")
      try connection.execute(sql: Self.schema + Self.trialEndSchema + Self.inferenceSchema)
      try connection.execute(
        sql: "INSERT INTO study (name, configuration, program_version, data_fingerprint) VALUES (?, ?, ?, ?)",
        arguments: [header.name, header.configuration, header.programVersion, header.dataFingerprint])
    }
    return Journal(database)
  }

  /// Opens the journal of a study.
  ///
  /// - Parameter readOnly: do not write, so that a running study can be looked at.
  /// - Throws: ``JournalError`` if it is not a journal of this program or of a newer version.
  public static func open(at path: String, readOnly: Bool) throws -> Journal {
    guard FileManager.default.fileExists(atPath: path) else { throw JournalError.missing(path: path) }
    do {
      var configuration = databaseConfiguration()
      configuration.readonly = true
      let reader = try DatabaseQueue(path: path, configuration: configuration)
      try reader.read { try checkFormat($0, path: path) }
      if readOnly { return Journal(reader) }
      // Only now: opening for writing turns any database to write-ahead mode, also one that is not ours.
      let writer = try DatabaseQueue(path: path, configuration: databaseConfiguration())
      try writer.write { try $0.execute(sql: trialEndSchema + inferenceSchema) }
      return Journal(writer)
    } catch let error as DatabaseError
      where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode)
    {
      throw JournalError.notAJournal(path: path)
    }
  }

  /// Whether nothing was ever written to a journal: its maker died before.
  static func isBlank(at path: String) -> Bool {
    var configuration = databaseConfiguration()
    configuration.readonly = true
    let tables = try? DatabaseQueue(path: path, configuration: configuration).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master")
    }
    return tables == 0
  }

  private static func checkFormat(_ connection: Database, path: String) throws {
    guard try connection.tableExists("study") else { throw JournalError.notAJournal(path: path) }
    let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
    if version > formatVersion { throw JournalError.newerFormat(path: path, version: version) }
    guard version == formatVersion else { throw JournalError.notAJournal(path: path) }
  }

  /// The study's name and configuration.
  public func header() throws -> Header {
    try database.read { connection in
      guard let row = try Row.fetchOne(connection, sql: "SELECT * FROM study") else {
        throw JournalError.notAJournal(path: connection.description)
      }
      return Header(
        name: row["name"], configuration: row["configuration"], programVersion: row["program_version"],
        dataFingerprint: row["data_fingerprint"])
    }
  }

  // MARK: Trials

  /// All trials in the order of their numbers.
  public func trials() throws -> [Trial] {
    try database.read { connection in
      var trials = try Row.fetchAll(connection, sql: "SELECT * FROM trial ORDER BY number")
        .map(Trial.init(row:))
      try Self.addInferences(to: &trials, in: connection)
      return trials
    }
  }

  /// Writes a new trial.
  public func begin(_ trial: Trial) throws {
    try database.write { try Self.store(trial, in: $0) }
  }

  /// Writes how and when trials ended, together with the books as they stand.
  public func end(_ trials: [Trial], session: Int64, books: EnergyBooks, at date: Date = Date()) throws {
    try database.write { connection in
      for trial in trials { try Self.store(trial, in: connection) }
      try Self.note(endOf: trials, at: date, in: connection)
      try Self.store(books, session: session, in: connection)
    }
  }

  // MARK: Sessions

  /// Notes that a process begins to work on the study.
  ///
  /// - Parameter host: the machine, as JSON.
  /// - Returns: the session's number.
  public func beginSession(host: String, startedAt: Date = Date()) throws -> Int64 {
    try database.write { connection in
      try connection.execute(
        sql: "INSERT INTO session (started_at, host) VALUES (?, ?)",
        arguments: [startedAt.ISO8601Format(), host])
      return connection.lastInsertedRowID
    }
  }

  /// Corrects the description of a session's machine, once more of it is known.
  public func note(host: String, session: Int64) throws {
    try database.write {
      try $0.execute(sql: "UPDATE session SET host = ? WHERE id = ?", arguments: [host, session])
    }
  }

  /// Replaces the configuration, for instance when a resumed study is to have more trials.
  public func replaceConfiguration(_ configuration: String) throws {
    try database.write {
      try $0.execute(sql: "UPDATE study SET configuration = ?", arguments: [configuration])
    }
  }

  /// Writes the books of a session as they stand.
  public func note(_ books: EnergyBooks, session: Int64) throws {
    try database.write { try Self.store(books, session: session, in: $0) }
  }

  /// Forces what was committed onto the disk, so that a loss of power cannot take it.
  public func synchronize() throws {
    _ = try database.writeWithoutTransaction { try $0.checkpoint(.passive) }
  }

  /// The sessions' last books, in order; sessions that never wrote any are left out.
  public func sessionBooks() throws -> [EnergyBooks] {
    try database.read { connection in
      try String.fetchAll(connection, sql: "SELECT books FROM session WHERE books IS NOT NULL ORDER BY id")
        .map { try JSONDecoder().decode(EnergyBooks.self, from: Data($0.utf8)) }
    }
  }

  /// The machine of the last session, as JSON.
  public func lastHost() throws -> String? {
    try database.read { try String.fetchOne($0, sql: "SELECT host FROM session ORDER BY id DESC LIMIT 1") }
  }

  private static func databaseConfiguration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { connection in
      if !connection.configuration.readonly {
        try connection.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      }
    }
    return configuration
  }

  private static let schema = """
    CREATE TABLE study (
      name TEXT NOT NULL, configuration TEXT NOT NULL, program_version TEXT NOT NULL, data_fingerprint TEXT
    );
    CREATE TABLE session (
      id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, host TEXT NOT NULL, books TEXT
    );
    CREATE TABLE trial (
      number INTEGER PRIMARY KEY,
      strategy TEXT NOT NULL,
      state TEXT NOT NULL,
      seed TEXT NOT NULL,
      hash TEXT NOT NULL,
      assignment TEXT NOT NULL,
      candidate TEXT NOT NULL,
      costs TEXT,
      outcome TEXT,
      energy TEXT,
      wall_seconds REAL,
      cpu_seconds REAL,
      peak_memory_bytes INTEGER,
      duplicate_of INTEGER,
      failure TEXT
    );
    """

  static func store(_ books: EnergyBooks, session: Int64, in connection: Database) throws {
    try connection.execute(
      sql: "UPDATE session SET books = ? WHERE id = ?", arguments: [try json(books), session])
  }

  private static func store(_ trial: Trial, in connection: Database) throws {
    try connection.execute(
      sql: """
        INSERT OR REPLACE INTO trial (number, strategy, state, seed, hash, assignment, candidate, costs, outcome,
          energy, wall_seconds, cpu_seconds, peak_memory_bytes, duplicate_of, failure)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        trial.number, trial.strategy, trial.state.rawValue, String(trial.seed), trial.hash,
        try json(trial.assignment), try json(trial.candidate), try json(trial.costs), try json(trial.outcome),
        try json(trial.energy), trial.wallSeconds, trial.cpuSeconds, trial.peakMemoryBytes, trial.duplicateOf,
        trial.failure,
      ])
  }

  static func json(_ value: (some Encodable)?) throws -> String? {
    guard let value else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Trial {
  init(row: Row) throws {
    func decode<Value: Decodable>(_ column: String) throws -> Value? {
      guard let text: String = row[column] else { return nil }
      return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
    func required<Value: Decodable>(_ column: String) throws -> Value {
      guard let value: Value = try decode(column) else { throw JournalError.damagedTrial(column: column) }
      return value
    }
    guard let state = TrialState(rawValue: row["state"]) else {
      throw JournalError.damagedTrial(column: "state")
    }
    guard let seed = UInt64(row["seed"] as String) else { throw JournalError.damagedTrial(column: "seed") }
    self.init(
      number: row["number"], strategy: row["strategy"], state: state, seed: seed, hash: row["hash"],
      assignment: try required("assignment"), candidate: try required("candidate"),
      costs: try decode("costs"), outcome: try decode("outcome"), energy: try decode("energy"),
      wallSeconds: row["wall_seconds"], cpuSeconds: row["cpu_seconds"],
      peakMemoryBytes: row["peak_memory_bytes"], duplicateOf: row["duplicate_of"], failure: row["failure"])
  }
}

/// Why a journal cannot be used.
public enum JournalError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// The file is something else, or damaged.
  case notAJournal(path: String)
  /// A newer version of the program wrote it.
  case newerFormat(path: String, version: Int)
  /// A trial's record cannot be read.
  case damagedTrial(column: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such journal; expected the folder of a run, as `wattle search` makes it"
    case .notAJournal(let path):
      "\(path): not a journal of this program, or damaged"
    case .newerFormat(let path, let version):
      "\(path): written in format \(version) by a newer wattle; this one reads up to \(Journal.formatVersion)"
    case .damagedTrial(let column):
      "study.sqlite: a trial's \(column) cannot be read; the journal is damaged"
    }
  }
}
