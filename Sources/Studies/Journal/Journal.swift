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
  let path: String
  /// Which file it is.
  private let file: FileIdentity?
  /// Processor seconds of this process that reading and writing took so far.
  private(set) var cpuSeconds = 0.0

  private init(_ database: DatabaseQueue, path: String) {
    self.database = database
    self.path = path
    file = FileIdentity(ofPath: path)
  }

  /// Makes sure that the journal is still the file of its path, as far as that can be told.
  ///
  /// - Throws: ``RunFolderError/taken(path:)``.
  func checkPlace() throws(RunFolderError) {
    let present = FileIdentity(ofPath: path)
    // A file system in a network may not answer for a moment.
    guard present == file || present == nil && errno != ENOENT && errno != ENOTDIR else {
      throw .taken(path: path)
    }
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
    /// What these data are like; nil where it was not kept.
    public var data: DataOutline?

    /// A header.
    public init(
      name: String, configuration: String, programVersion: String, dataFingerprint: String? = nil,
      data: DataOutline? = nil
    ) {
      self.name = name
      self.configuration = configuration
      self.programVersion = programVersion
      self.dataFingerprint = dataFingerprint
      self.data = data
    }
  }

  /// Makes a new journal: under another name, which it gives up when it is whole. So no journal is half-made, wherever its
  /// maker dies, and a failure leaves nothing of it.
  ///
  /// - Throws: ``RunFolderError/cannotWrite(path:reason:)``, also where there is a file already.
  public static func create(at path: String, header: Header) throws -> Journal {
    guard kind(of: path) == nil else {
      throw RunFolderError.cannotWrite(path: path, reason: systemReason(EEXIST))
    }
    let draft = "\(parentFolder(of: path))/\(draftPrefix)\(UUID().uuidString)"
    do {
      try write(header, toNewJournalAt: draft)
      guard rename(draft, path) == 0 else {
        throw RunFolderError.cannotWrite(path: path, reason: systemReason())
      }
    } catch {
      for file in files(of: draft) { unlink(file) }
      if case RunFolderError.cannotWrite(draft, let reason) = error {
        throw RunFolderError.cannotWrite(path: path, reason: reason)
      }
      throw error
    }
    do {
      return Journal(try open(path, databaseConfiguration(path)), path: path)
    } catch {
      for file in files(of: path) { unlink(file) }
      throw error
    }
  }

  private static func write(_ header: Header, toNewJournalAt path: String) throws {
    let journal = Journal(try open(path, databaseConfiguration(path)), path: path)
    try journal.write { connection in
      try connection.execute(sql: "PRAGMA user_version = \(formatVersion)")
      try connection.execute(sql: schema + laterSchemas)
      try connection.execute(
        sql: """
          INSERT INTO study (name, configuration, program_version, data_fingerprint) VALUES (?, ?, ?, ?)
          """,
        arguments: [header.name, header.configuration, header.programVersion, header.dataFingerprint])
      if let data = header.data { try note(data, in: connection) }
    }
    // Everything into the one file that is to be renamed; a close alone would keep silent about a failure.
    try journal.saying(isWriting: true) {
      _ = try journal.database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }
    try journal.database.close()
  }

  /// Opens the journal of a study.
  ///
  /// - Parameter readOnly: do not write, so that a running study can be looked at.
  /// - Throws: ``JournalError`` if it is not a journal of this program or of a newer version.
  public static func open(at path: String, readOnly: Bool) throws -> Journal {
    guard kind(of: path) != nil else { throw JournalError.missing(path: path) }
    try requireFiles(at: path)
    let reader = Journal(try openForReading(path), path: path)
    try reader.read { try checkFormat($0, path: path) }
    if readOnly { return reader }
    // Only now: opening for writing turns any database to write-ahead mode, also one that is not ours.
    let writer = Journal(try open(path, databaseConfiguration(path)), path: path)
    try writer.write {
      try $0.execute(sql: laterSchemas)
    }
    return writer
  }

  private static func openForReading(_ path: String) throws -> DatabaseQueue {
    var configuration = databaseConfiguration(path)
    configuration.readonly = true
    do {
      if let database = try inMemory(path) { return database }
    } catch let error as DatabaseError {
      throw failure(error, path: path, isWriting: false, systemError: 0)
    }
    return try open(path, configuration)
  }

  private static func open(_ path: String, _ configuration: Configuration) throws -> DatabaseQueue {
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch let error as DatabaseError {
      // Readers too need room: for the index that they share with a writer.
      if error.resultCode == .SQLITE_IOERR, let reason = reasonForNoRoom(beside: path) {
        throw RunFolderError.cannotWrite(path: path, reason: reason)
      }
      throw failure(
        error, path: path, isWriting: !configuration.readonly,
        systemError: access(path, R_OK) == 0 ? 0 : errno)
    }
  }

  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try saying(isWriting: false) { try database.read(body) }
  }

  func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try saying(isWriting: true) { try database.write(body) }
  }

  private func saying<Value>(isWriting: Bool, _ body: () throws -> Value) throws -> Value {
    let clock = ProcessClock()
    let begin = try? clock.cpuSeconds()
    defer {
      if let begin, let end = try? clock.cpuSeconds() { cpuSeconds += end - begin }
    }
    do {
      return try body()
    } catch let error as DatabaseError {
      let systemError = database.writeWithoutTransaction { Self.systemError(of: $0) }
      throw Self.failure(error, path: path, isWriting: isWriting, systemError: systemError)
    }
  }

  private static func checkFormat(_ connection: Database, path: String) throws {
    let hasStudy = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'study'"
    guard try Int.fetchOne(connection, sql: hasStudy) == 1 else { throw JournalError.notAJournal(path: path) }
    let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
    if version > formatVersion { throw JournalError.newerFormat(path: path, version: version) }
    guard version == formatVersion else { throw JournalError.notAJournal(path: path) }
    try checkObjects(connection, path: path)
  }

  /// Makes sure that the database is of tables that only hold what was put into them.
  ///
  /// A view may stand for anything, a trigger does anything when something is written, and a computed column or index may take
  /// any amount of memory for a row of a few bytes.
  private static func checkObjects(_ connection: Database, path: String) throws {
    // Whatever stands in the list of objects: as texts.
    let foreign = """
      SELECT CAST(type AS TEXT), CAST(name AS TEXT) FROM sqlite_master
      WHERE typeof(type) <> 'text' OR typeof(name) <> 'text' OR typeof(tbl_name) <> 'text'
        OR type NOT IN ('table', 'index') OR type = 'index' AND sql IS NOT NULL
      """
    func damaged(_ name: String?, _ problem: String) -> JournalError {
      .damaged(path: path, place: (name ?? "sqlite_master").onOneLine(limit: 100), problem: problem)
    }
    if let row = try Row.fetchOne(connection, sql: foreign) {
      let (type, name): (String?, String?) = (row[0], row[1])
      throw damaged(
        name, "expected tables only, found one of the type '\((type ?? "").onOneLine(limit: 20))'")
    }
    let computed = """
      SELECT CAST(m.name AS TEXT) FROM sqlite_master AS m
      WHERE type = 'table' AND (
        rootpage IS NULL OR rootpage = 0
        OR EXISTS (SELECT 1 FROM pragma_table_xinfo(m.name) WHERE hidden <> 0 OR dflt_value IS NOT NULL))
      """
    if let row = try Row.fetchOne(connection, sql: computed) {
      throw damaged(row[0], "expected a table of plain columns, found one that computes something")
    }
  }

  /// The study's name and configuration.
  public func header() throws -> Header {
    try read { connection in
      guard let row = try rows(of: "study", orderedBy: "rowid", in: connection).first else {
        throw JournalError.notAJournal(path: path)
      }
      return Header(
        name: try row.required("name", row.text("name")),
        configuration: try row.required("configuration", row.text("configuration")),
        programVersion: try row.required("program_version", row.text("program_version")),
        dataFingerprint: try row.text("data_fingerprint"), data: try dataOutline(in: connection))
    }
  }

  func rows(of table: String, orderedBy order: String, in connection: Database) throws -> [JournalRow] {
    try JournalRow.all(of: table, orderedBy: order, in: connection, path: path)
  }

  // MARK: Trials

  /// All trials in the order of their numbers.
  ///
  /// - Parameter space: the study's space, where it is known to be the one that the trials were proposed from: the
  ///   assignments then say what the candidates are, which is several times as fast as reading them.
  /// - Parameter isItsOwn: whether a trial that is no point of the space is an error; else its candidate is read as it was
  ///   written, for someone who compares it with what was to be proposed.
  public func trials(of space: SearchSpace? = nil, isItsOwn: Bool = false) throws -> [Trial] {
    try read { try readTrials(of: space, isItsOwn: isItsOwn, in: $0) }
  }

  /// All trials and the sessions' last books as they stood at one moment, also while somebody writes.
  ///
  /// - Throws: ``JournalError`` also where the energy accounts that these make up do not add up.
  public func trialsAndBooks(
    of space: SearchSpace? = nil, isItsOwn: Bool = false
  ) throws -> (trials: [Trial], books: [EnergyBooks]) {
    let (trials, books) = try read { connection in
      (
        try readTrials(of: space, isItsOwn: isItsOwn, in: connection), try readSessionBooks(in: connection)
      )
    }
    func damaged(_ problem: String) -> JournalError {
      .damaged(path: path, place: "session, books", problem: problem)
    }
    if let ledger = EnergyLedger(trials: trials, sessions: books),
      !(ledger.imbalance <= EnergyLedger.toleratedImbalance)
    {
      throw damaged("the energy accounts differ from the meter by \(ledger.imbalance) of it")
    }
    // Trials end together with the books.
    if books.isEmpty, trials.contains(where: { ($0.energy?.energy.joules ?? 0) > 0 }) {
      throw damaged("expected the energy accounts of the trials that ended, found none")
    }
    return (trials, books)
  }

  private func readTrials(
    of space: SearchSpace?, isItsOwn: Bool, in connection: Database
  ) throws -> [Trial] {
    var trials: [Trial] = []
    for row in try rows(of: "trial", orderedBy: "number", in: connection) {
      let trial = try Trial(row, of: space, isItsOwn: isItsOwn)
      try trial.checkPlace(behind: trials, row)
      trials.append(trial)
    }
    try addInferences(to: &trials, in: connection)
    try addContinuations(to: &trials, in: connection)
    try addInheritances(to: &trials, in: connection)
    try addRepeats(to: &trials, in: connection)
    try addAttempts(to: &trials, in: connection)
    return trials
  }

  /// Writes a new trial.
  public func begin(_ trial: Trial) throws {
    try write { connection in
      try Self.store(trial, in: connection)
      try Self.note(continuationOf: trial, in: connection)
      try Self.note(inheritanceOf: trial, in: connection)
      try Self.note(repeatIn: trial, in: connection)
    }
  }

  /// Writes how and when trials ended, together with the books as they stand and what was expected of these trials.
  public func end(
    _ trials: [Trial], quotes: [Int: Quote] = [:], session: Int64, books: EnergyBooks, at date: Date = Date()
  ) throws {
    try end(trials, quotes: quotes, notes: AttemptNotes(), session: session, books: books, at: date)
  }

  /// The same, with what is to be written down of attempts that these books count on.
  func end(
    _ trials: [Trial], quotes: [Int: Quote] = [:], notes: AttemptNotes, session: Int64, books: EnergyBooks,
    at date: Date = Date()
  ) throws {
    try write { connection in
      try Self.store(notes, in: connection)
      for trial in trials {
        try Self.store(endOf: trial, in: connection)
        try Self.note(inheritanceOf: trial, in: connection)
        try Self.note(carriedIn: trial, in: connection)
        try Self.forgetCheckpoint(of: trial.number, in: connection)
      }
      try Self.note(endOf: trials, at: date, in: connection)
      try Self.note(quotes.filter { quote in trials.contains { $0.number == quote.key } }, in: connection)
      try Self.store(books, session: session, in: connection)
    }
  }

  // MARK: Sessions

  /// Notes that a process begins to work on the study.
  ///
  /// - Parameter host: the machine, as JSON.
  /// - Returns: the session's number.
  public func beginSession(host: String, startedAt: Date = Date()) throws -> Int64 {
    try write { connection in
      try connection.execute(
        sql: "INSERT INTO session (started_at, host) VALUES (?, ?)",
        arguments: [startedAt.ISO8601Format(), host])
      return connection.lastInsertedRowID
    }
  }

  /// Corrects the description of a session's machine, once more of it is known.
  public func note(host: String, session: Int64) throws {
    try write {
      try $0.execute(sql: "UPDATE session SET host = ? WHERE id = ?", arguments: [host, session])
    }
  }

  /// Replaces the configuration, for instance when a resumed study is to have more trials.
  public func replaceConfiguration(_ configuration: String) throws {
    try write {
      try $0.execute(sql: "UPDATE study SET configuration = ?", arguments: [configuration])
    }
  }

  /// Writes the books of a session as they stand.
  public func note(_ books: EnergyBooks, session: Int64) throws {
    try write { try Self.store(books, session: session, in: $0) }
  }

  /// Forces what was committed onto the disk, so that a loss of power cannot take it.
  public func synchronize() throws {
    try saying(isWriting: true) {
      _ = try database.writeWithoutTransaction { try $0.checkpoint(.passive) }
    }
  }

  /// The sessions' last books, in order; sessions that never wrote any are left out.
  public func sessionBooks() throws -> [EnergyBooks] {
    try read { try readSessionBooks(in: $0) }
  }

  private func readSessionBooks(in connection: Database) throws -> [EnergyBooks] {
    try rows(of: "session", orderedBy: "id", in: connection).compactMap { try $0.decoded("books") }
  }

  /// The machine of the last session, as JSON.
  public func lastHost() throws -> String? {
    try read { connection in
      try rows(of: "session", orderedBy: "id", in: connection).last.map { row in
        try row.required("host", row.text("host"))
      }
    }
  }

  static func databaseConfiguration(_ path: String) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { connection in
      // The journal's own tables have none; those of a file from elsewhere may compute anything.
      try connection.execute(sql: "PRAGMA ignore_check_constraints = ON")
      if !connection.configuration.readonly {
        do {
          try connection.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        } catch let error as DatabaseError {
          throw failure(error, path: path, isWriting: true, systemError: systemError(of: connection))
        }
      }
    }
    return configuration
  }

  /// The tables that a journal of an earlier version may lack.
  private static let laterSchemas =
    trialEndSchema + inferenceSchema + quoteSchema + continuationSchema + inheritanceSchema + repeatSchema
    + attemptSchema + taskRunSchema + dataSchema

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
    try connection.cachedStatement(sql: "UPDATE session SET books = ? WHERE id = ?").execute(
      arguments: [try json(books), session])
    try note(books.taskRuns, in: connection)
  }

  private static func store(_ trial: Trial, in connection: Database) throws {
    let statement = try connection.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO trial (number, strategy, state, seed, hash, assignment, candidate, costs, outcome,
          energy, wall_seconds, cpu_seconds, peak_memory_bytes, duplicate_of, failure)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try statement.execute(
      arguments: [
        trial.number, trial.strategy, trial.state.rawValue, String(trial.seed), trial.hash,
        try json(trial.assignment), try json(trial.candidate), try json(trial.costs), try json(trial.outcome),
        try json(trial.energy), trial.wallSeconds, trial.cpuSeconds, trial.peakMemoryBytes, trial.duplicateOf,
        trial.failure,
      ])
  }

  /// Writes what a trial came to; what it is was written when it began.
  private static func store(endOf trial: Trial, in connection: Database) throws {
    let statement = try connection.cachedStatement(
      sql: """
        UPDATE trial SET state = ?, outcome = ?, energy = ?, wall_seconds = ?, cpu_seconds = ?, peak_memory_bytes = ?,
          duplicate_of = ?, failure = ? WHERE number = ?
        """)
    try statement.execute(
      arguments: [
        trial.state.rawValue, try json(trial.outcome), try json(trial.energy), trial.wallSeconds,
        trial.cpuSeconds, trial.peakMemoryBytes, trial.duplicateOf, trial.failure, trial.number,
      ])
    // A trial that ends without having begun is written whole.
    if connection.changesCount == 0 { try store(trial, in: connection) }
  }

  private static let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }()

  static func json(_ value: (some Encodable)?) throws -> String? {
    guard let value else { return nil }
    if let value = value as? any PlainlyWritable, let text = PlainJSON.text(of: value) { return text }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
