import Foundation
import GRDB
import SearchSpaces
import Studies
import Testing

/// Every value of a finished run's journal is replaced by values that cannot be there. Reading must end with an error that
/// names the journal, or with a result that can be shown; a crash would take this process down.
@Suite("A damaged journal")
struct DamagedJournalTests {
  private static let tables = [
    "study", "session", "trial", "trial_end", "trial_inference", "trial_quote", "session_quote",
    "trial_continuation", "trial_inheritance", "trial_repeat", "task_run",
    "trial_fault", "trial_checkpoint", "trial_carried", "study_data",
  ]
  private static let values = [
    "NULL", "'text'", "x'00ff'", "-1", "0", "1e308", "9223372036854775807", "''",
  ]

  /// A copy of a run's folder, whose journal is damaged anew for each case.
  private final class Copy {
    let folder: RunFolder
    private let intact: String

    /// - Parameter table: whose columns are to take any value: it is stripped of its types and constraints.
    init(of run: SmallRun, stripping table: String) throws {
      let path = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
        .path
      folder = RunFolder(path: path)
      intact = path + ".intact"
      try FileManager.default.copyItem(atPath: run.folder.path, toPath: path)
      try write { database in
        try database.execute(
          sql: """
            INSERT OR IGNORE INTO session_quote (session, joules, low, high) VALUES (1, 2, 1, 3);
            INSERT OR IGNORE INTO task_run (name, energy) SELECT 'a task', energy FROM trial WHERE number = 0;
            INSERT INTO trial_fault (number, reason, energy)
              SELECT 0, 'a crash', json_extract(books, '$.running') FROM session;
            INSERT INTO trial_carried (number, energy) SELECT 0, json_extract(books, '$.running') FROM session;
            """)
        // A run that is stopped while it trains its first candidate again.
        if ["trial_continuation", "trial_inheritance", "trial_repeat", "trial_checkpoint"].contains(table) {
          try database.execute(
            sql: """
              INSERT INTO trial (number, strategy, state, seed, hash, assignment, candidate, costs)
                SELECT 4, strategy, 'running', seed, hash, assignment, candidate, costs FROM trial WHERE number = 0;
              INSERT INTO trial_continuation (number, epoch_limit) VALUES (4, 1);
              INSERT INTO trial_inheritance (number, inherits, epochs) VALUES (4, 0, 1);
              INSERT INTO trial_repeat (number, repeats) VALUES (4, 0);
              INSERT INTO trial_checkpoint (number, file, energy, wall_seconds, cpu_seconds)
                SELECT 4, 'trial-4.epoch-1.checkpoint', json_extract(books, '$.running'), 1, 1 FROM session;
              """)
        }
        let names = try database.columns(in: table).map(\.name).joined(separator: ", ")
        try database.execute(
          sql: """
            CREATE TABLE stripped (\(names));
            INSERT INTO stripped SELECT * FROM \(table);
            DROP TABLE \(table);
            ALTER TABLE stripped RENAME TO \(table);
            """)
      }
      try FileManager.default.copyItem(atPath: folder.path(of: .journal), toPath: intact)
    }

    deinit {
      try? FileManager.default.removeItem(atPath: folder.path)
      try? FileManager.default.removeItem(atPath: intact)
    }

    func write(_ body: (Database) throws -> Void) throws {
      try DatabaseQueue(path: folder.path(of: .journal)).write(body)
    }

    /// Brings the intact journal back and damages it.
    func damage(_ body: (Database) throws -> Void) throws {
      for suffix in ["", "-wal", "-shm"] { unlink(folder.path(of: .journal) + suffix) }
      try FileManager.default.copyItem(atPath: intact, toPath: folder.path(of: .journal))
      try write(body)
    }
  }

  /// Reads, and lets pass what a damaged journal may lead to.
  ///
  /// - Returns: whether the damage was found.
  private func isRefused(_ what: String, _ read: () throws -> Void) -> Bool {
    do {
      try read()
      return false
    } catch let error as JournalError {
      #expect(!"\(error)".contains("\n") && "\(error)".contains("study.sqlite"), "\(what): \(error)")
    } catch is ConfigurationError {
    } catch RetrainingError.nothingCompleted {
    } catch StudyError.journalDiffers {
    } catch {
      Issue.record("\(what): \(error)")
    }
    return true
  }

  @Test("is read or refused, whatever stands in a column", arguments: DamagedJournalTests.tables)
  func columns(of table: String) throws {
    let run = try SmallRun.shared.get()
    let copy = try Copy(of: run, stripping: table)
    let readers = try JournalReaders(of: run)
    #expect(!isRefused("the intact journal", { try readers.readAll(copy.folder) }))
    let columns = try DatabaseQueue(path: copy.folder.path(of: .journal)).read {
      try $0.columns(in: table).map(\.name)
    }
    var refused = 0
    for column in columns {
      for value in Self.values {
        for row in ["min", "max"] {
          try copy.damage { database in
            try database.execute(
              sql: "UPDATE \(table) SET \(column) = \(value) "
                + "WHERE rowid = (SELECT \(row)(rowid) FROM \(table))")
          }
          let what = "\(table).\(column) = \(value), \(row)"
          if isRefused(what, { try readers.readAll(copy.folder) }) { refused += 1 }
        }
      }
    }
    #expect(refused > 0)
  }

  @Test("has no other tables")
  func tablesAreAll() throws {
    // Of a copy: the files that come and go beside an open database would disturb who copies it meanwhile.
    let copy = try Copy(of: SmallRun.shared.get(), stripping: "trial")
    let tables = try DatabaseQueue(path: copy.folder.path(of: .journal)).read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    #expect(Set(tables) == Set(Self.tables))
  }

  private static let documents = [
    ("trial", "assignment"), ("trial", "candidate"), ("trial", "costs"), ("trial", "outcome"),
    ("trial", "energy"), ("session", "books"), ("trial_inference", "measurement"),
    ("study_data", "outline"),
  ]

  @Test("is read or refused, whatever stands in its JSON", arguments: DamagedJournalTests.documents)
  func json(table: String, column: String) throws {
    let run = try SmallRun.shared.get()
    let copy = try Copy(of: run, stripping: table)
    let readers = try JournalReaders(of: run)
    let place = "WHERE rowid = (SELECT min(rowid) FROM \(table))"
    let text = try DatabaseQueue(path: copy.folder.path(of: .journal)).read {
      try String.fetchOne($0, sql: "SELECT \(column) FROM \(table) \(place)")
    }
    let document = try JSONSerialization.jsonObject(with: Data(#require(text).utf8))
    for (path, damaged) in damages(of: document) {
      let written = try JSONSerialization.data(withJSONObject: damaged, options: .fragmentsAllowed)
      try copy.damage { database in
        try database.execute(
          sql: "UPDATE \(table) SET \(column) = ? \(place)",
          arguments: [String(decoding: written, as: UTF8.self)])
      }
      _ = isRefused("\(table).\(column)\(path)") { try readers.readTrials(copy.folder, like: run.record) }
    }
  }

  /// The document with each of its values replaced by each of some others, or left out.
  private func damages(of document: Any) -> [(path: String, document: Any)] {
    let values: [Any] = [NSNull(), "text", -1, 0, 1e308, Int.max, 1e-320, [Any](), [String: Any]()]
    var damages = values.map { (path: " = \($0)", document: $0) }
    if let object = document as? [String: Any] {
      for (key, value) in object.sorted(by: { $0.key < $1.key }) {
        damages += self.damages(of: value).map { path, damaged in
          (".\(key)\(path)", object.merging([key: damaged]) { $1 })
        }
        damages.append((".\(key) left out", object.filter { $0.key != key }))
      }
    } else if let list = document as? [Any] {
      for (index, value) in list.enumerated() {
        damages += self.damages(of: value).map { path, damaged in
          var list = list
          list[index] = damaged
          return ("[\(index)]\(path)", list)
        }
      }
    }
    return damages
  }

  private static let lies: [(sql: String, says: String)] = [
    ("UPDATE trial SET energy = replace(energy, '\"low\":', '\"low\":9')", "energy: expected 0 <= low"),
    ("UPDATE trial SET energy = replace(energy, '\"high\":', '\"high\":-')", "energy: expected 0 <= low"),
    (
      "UPDATE trial SET outcome = replace(outcome, '\"epochs\":1', '\"epochs\":0')",
      "epochs: expected 1 to 1000000"
    ),
    ("UPDATE trial SET duplicate_of = 99 WHERE number = 3", "duplicate_of: expected the number of an"),
    ("UPDATE trial SET duplicate_of = -1 WHERE number = 3", "duplicate_of: expected the number of an"),
    ("UPDATE trial SET duplicate_of = 0 WHERE number = 1", "duplicate_of: expected none"),
    ("UPDATE trial SET number = 7 WHERE number = 2", "number: expected 2, found"),
    ("UPDATE trial SET wall_seconds = -1", "wall_seconds: expected a number from 0"),
    ("UPDATE trial SET energy = NULL WHERE number = 0", "energy: expected a value, found none"),
    (
      "UPDATE trial SET outcome = replace(outcome, '\"validationAccuracy\":', '\"validationAccuracy\":7')",
      "validationAccuracy: expected 0.0 to 1.0"
    ),
    (
      "UPDATE trial SET costs = replace(costs, '\"trainingFlopsPerSample\":', '\"trainingFlopsPerSample\":-')",
      "trainingFlopsPerSample: expected a count"
    ),
    (
      "UPDATE trial_inference SET measurement = replace(measurement, '\"inferences\":', '\"inferences\":-')",
      "inferences: expected at least 1"
    ),
    ("UPDATE session SET books = replace(books, '\"energy\":', '\"energy\":-')", "session, row 1, books: "),
    ("UPDATE trial_quote SET low = 1e9", "trial_quote, row 1, joules: expected low <= joules <= high"),
    ("INSERT INTO trial_repeat VALUES (9, 0)", "trial_repeat, row 1, number: expected the number of a trial"),
    (
      "INSERT INTO trial_repeat VALUES (3, 1)", "number: expected a trial with a training of its own, found 3"
    ),
    (
      "INSERT INTO trial_repeat VALUES (0, 0)", "number: expected a trial with a training of its own, found 0"
    ),
    (
      "UPDATE trial SET state = 'failed', duplicate_of = NULL WHERE number = 3; INSERT INTO trial_repeat VALUES (3, 7)",
      "repeats: expected the number of an earlier, trained trial of the same candidate, found 7"
    ),
    (
      "UPDATE trial SET state = 'failed', duplicate_of = NULL WHERE number = 3; INSERT INTO trial_repeat VALUES (3, 0)",
      "repeats: expected the number of an earlier, trained trial of the same candidate, found 0"
    ),
    ("UPDATE trial SET hash = 'beef' WHERE number = 0", "trial, row 1, hash: expected that of the candidate"),
    (
      "UPDATE trial SET strategy = char(27) || '[2J'", "trial, row 1, strategy: expected a strategy's name"
    ),
    (
      "UPDATE trial SET outcome = replace(outcome, '\"epochs\":1', '\"epochs\":2')",
      "outcome: epochs: expected 1 to 1, found 2"
    ),
    (
      "UPDATE trial SET assignment = replace(assignment, '\"index\":', '\"index\":7')",
      "trial, row 1, assignment: "
    ),
    (
      "UPDATE trial SET energy = replace(energy, 'modelled', 'sworn')",
      "energy: provenance.tier: 'sworn' is no value"
    ),
    ("UPDATE trial SET energy = '[]'", "trial, row 1, energy: expected an object"),
    ("UPDATE trial SET costs = '{\"parameters\":[]}'", "expected a whole number"),
    (
      "UPDATE study SET configuration = replace(configuration, 'epochs: 1', 'epochs: -1')",
      "study, configuration, line "
    ),
    ("ALTER TABLE trial DROP COLUMN failure", "trial, row 1, failure: the table lacks this column"),
  ]

  @Test("is refused with the place, what was expected and what to do", arguments: DamagedJournalTests.lies)
  func lie(sql: String, says: String) throws {
    let run = try SmallRun.shared.get()
    let copy = try Copy(of: run, stripping: "trial")
    try copy.damage { try $0.execute(sql: sql) }
    let error = #expect(throws: JournalError.self) { try RunRecord(reading: copy.folder) }
    let words = error?.description ?? ""
    #expect(words.hasPrefix(copy.folder.path(of: .journal) + ": "), "\(words)")
    #expect(
      words.contains(says) && words.hasSuffix("bring it back from a copy, or begin a new run"), "\(words)")
  }

  @Test("whose books do not balance is not gone on with")
  func unbalanced() throws {
    let run = try SmallRun.shared.get()
    let copy = try Copy(of: run, stripping: "trial")
    try copy.damage {
      try $0.execute(sql: "UPDATE trial SET energy = (SELECT energy FROM trial WHERE number = 1)")
    }
    let error = #expect(throws: JournalError.self) { try JournalReaders(of: run).readAll(copy.folder) }
    #expect(error?.description.contains("the energy accounts differ from the meter by") == true)
  }
}
