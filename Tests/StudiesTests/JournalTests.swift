import EnergyMetering
import Foundation
import GRDB
import SearchSpaces
import Studies
import Testing
import Training

@Suite("A journal")
struct JournalTests {
  private func someTrials() throws -> [Trial] {
    try Bench(.random, repetitiveSpace(), trialLimit: 12).run(.init(failing: [2])).trials
  }

  @Test("gives back every field of a trial as it was written")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    var full = try someTrials()[0]
    full.number = 0
    full.strategy = "grün \"quoted\" 'x'"
    full.state = .pruned
    full.seed = .max
    full.hash = "00ff"
    full.assignment = Assignment(values: [
      "choice": .option(index: 2, label: "drop;out\n"), "int": .integer(.min), "float": .real(0.1 + 0.2),
      "tiny": .real(5e-324), "largest": .real(.greatestFiniteMagnitude),
    ])
    full.outcome = TrainingOutcome(
      epochs: 7, steps: .max, trainingLoss: 1.0 / 3, validationLoss: 1e-300, validationAccuracy: 0.1,
      testAccuracy: 1)
    full.energy = EnergyReading(
      energy: Energy(joules: 2.0 / 3), low: Energy(joules: 0.1), high: Energy(joules: 1e9 / 3),
      provenance: EnergyProvenance(source: "s", domains: ["a", "b"], tier: .attributed, detail: "2.9–6.1 W"))
    full.wallSeconds = 1.0 / 7
    full.cpuSeconds = 0.1
    full.peakMemoryBytes = 1 << 40
    full.epochLimit = 7
    full.failure = "killed\nby 'someone'"
    var empty = full
    empty.number = 1
    empty.outcome = nil
    empty.energy = nil
    empty.wallSeconds = nil
    empty.cpuSeconds = nil
    empty.peakMemoryBytes = nil
    empty.epochLimit = nil
    empty.failure = nil
    var trials = [full, empty]
    for (offset, state) in TrialState.allCases.enumerated() {
      var trial = full
      trial.number = 2 + offset
      trial.continues = offset
      trial.state = state
      trial.duplicateOf = state == .duplicate ? 0 : nil
      trials.append(trial)
    }
    for trial in trials.reversed() { try journal.begin(trial) }
    #expect(try journal.trials() == trials)
    #expect(try folder.openJournal().trials() == trials)
  }

  @Test("replaces a trial's record by its end, together with the books")
  func ends() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    var trial = try someTrials()[0]
    let session = try journal.beginSession(host: "{}")
    try journal.begin(trial)
    #expect(try journal.sessionBooks().isEmpty)
    trial.state = .failed
    trial.failure = "why"
    let books = EnergyBooks(
      overhead: joules(1), idle: joules(2), running: joules(1.0 / 3), metered: joules(10))
    try journal.end([trial], session: session, books: books)
    #expect(try journal.trials() == [trial])
    let stored = try #require(try journal.sessionBooks().first)
    #expect(stored.overhead == books.overhead)
    #expect(stored.idle == books.idle)
    #expect(stored.running == books.running)
    #expect(stored.metered == books.metered)
  }

  @Test("keeps the header, and the sessions apart")
  func headerAndSessions() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal(configuration: "name: 'ü'\n")
    #expect(
      try journal.header()
        == Journal.Header(name: "test", configuration: "name: 'ü'\n", programVersion: "0.1.0"))
    #expect(try journal.lastHost() == nil)
    let first = try journal.beginSession(host: "one")
    let second = try journal.beginSession(host: "two")
    #expect(first != second)
    try journal.note(host: "uno", session: first)
    #expect(try journal.lastHost() == "two")
    func books(_ amount: Double) -> EnergyBooks {
      EnergyBooks(overhead: joules(0), idle: joules(0), running: joules(0), metered: joules(amount))
    }
    try journal.note(books(2), session: second)
    try journal.note(books(1), session: first)
    try journal.note(books(4), session: second)
    #expect(try journal.sessionBooks().map(\.metered.energy.joules) == [1, 4])
    try journal.replaceConfiguration("name: other")
    #expect(try journal.header().configuration == "name: other")
  }

  @Test("of a newer version is refused, and named")
  func newerFormat() throws {
    let folder = try TemporaryFolder()
    _ = try folder.createJournal()
    try DatabaseQueue(path: folder.journalPath).write { try $0.execute(sql: "PRAGMA user_version = 7") }
    for readOnly in [true, false] {
      #expect(throws: JournalError.newerFormat(path: folder.journalPath, version: 7)) {
        try Journal.open(at: folder.journalPath, readOnly: readOnly)
      }
    }
  }

  @Test("is not any file or another program's database", arguments: [true, false])
  func notAJournal(readOnly: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    #expect(throws: JournalError.missing(path: path)) { try Journal.open(at: path, readOnly: readOnly) }
    let texts = ["", "a short text", String(repeating: "no database at all\n", count: 1000)]
    for text in texts {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: JournalError.notAJournal(path: path)) {
        try Journal.open(at: path, readOnly: readOnly)
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8), "the file was written to")
    }
    for version in [0, 1] {
      let other = folder.path + "/other-\(version)"
      try DatabaseQueue(path: other).write {
        try $0.execute(sql: "CREATE TABLE t (x); PRAGMA user_version = \(version)")
      }
      let before = try Data(contentsOf: URL(fileURLWithPath: other))
      #expect(throws: JournalError.notAJournal(path: other)) {
        try Journal.open(at: other, readOnly: readOnly)
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before, "the database was written to")
    }
  }

  @Test("is made under another name, and never in the place of a file")
  func making() throws {
    let folder = try TemporaryFolder()
    _ = try folder.createJournal()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.allSatisfy { $0.hasPrefix("study.sqlite") }, "\(names)")
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.journalPath))
    #expect(throws: RunFolderError.self) { try folder.createJournal(configuration: "name: other\n") }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journalPath)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names.sorted())
    // Whole without what stands in a log beside it.
    let copy = folder.path + "/copy"
    try before.write(to: URL(fileURLWithPath: copy))
    #expect(try Journal.open(at: copy, readOnly: true).header().name == "test")
  }

  @Test(
    "with anything that computes instead of holding what was put into it is damaged",
    arguments: [
      (
        "CREATE TRIGGER later AFTER INSERT ON trial BEGIN DELETE FROM study; END", "later",
        "expected tables only, found one of the type 'trigger'"
      ),
      (
        "DROP TABLE trial_fault; CREATE VIEW trial_fault AS SELECT * FROM trial", "trial_fault",
        "expected tables only, found one of the type 'view'"
      ),
      (
        "CREATE INDEX large ON trial (hex(zeroblob(400000000)))", "large",
        "expected tables only, found one of the type 'index'"
      ),
      (
        "ALTER TABLE session_quote ADD COLUMN x GENERATED ALWAYS AS (hex(zeroblob(400000000)))",
        "session_quote", "expected a table of plain columns, found one that computes something"
      ),
      (
        "ALTER TABLE trial_end ADD COLUMN x DEFAULT 7", "trial_end",
        "expected a table of plain columns, found one that computes something"
      ),
      (
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET type = x'ff' WHERE name LIKE 'sqlite_autoindex%'
        """, "sqlite_autoindex_task_run_1",
        "expected tables only, found one of the type '\u{FFFD}'"
      ),
    ])
  func foreignParts(sql: String, name: String, problem: String) throws {
    let folder = try TemporaryFolder()
    _ = try folder.createJournal()
    try folder.execute(sql)
    for readOnly in [true, false] {
      #expect(
        throws: JournalError.damaged(
          path: folder.journalPath, place: name, problem: problem)
      ) { try Journal.open(at: folder.journalPath, readOnly: readOnly) }
    }
  }

  @Test("with accounts that do not add up is damaged")
  func unbalanced() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let session = try journal.beginSession(host: "one")
    let books = EnergyBooks(overhead: joules(1), idle: joules(2), running: joules(0), metered: joules(3))
    try journal.note(books, session: session)
    #expect(try journal.trialsAndBooks().books.count == 1)
    var trial = try someTrials()[0]
    trial.state = .running
    trial.energy = nil
    trial.outcome = nil
    try journal.begin(trial)
    let energy = String(decoding: try JSONEncoder().encode(joules(0.5)), as: UTF8.self)
    try folder.execute("INSERT INTO trial_fault VALUES (0, 'made up', '\(energy)')")
    let error = #expect(throws: JournalError.self) { try journal.trialsAndBooks() }
    #expect(
      error?.description.contains("differ from the meter by 0.166") == true, "\(String(describing: error))")
  }

  @Test("with a record that cannot be read says which part")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    try journal.begin(someTrials()[0])
    for (column, value) in [("state", "'dreaming'"), ("seed", "'-1'")] {
      try DatabaseQueue(path: folder.journalPath).write {
        try $0.execute(sql: "UPDATE trial SET \(column) = \(value)")
      }
      let error = #expect(throws: JournalError.self) { try journal.trials() }
      #expect(error?.description.contains("trial, row 1, \(column): expected ") == true)
      try journal.begin(someTrials()[0])
    }
  }

  @Test(
    "reads JSON in other words than it writes, and none with something behind it",
    arguments: ["assignment", "candidate", "costs", "outcome", "energy"])
  func otherWords(column: String) throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let trial = try someTrials()[0]
    try journal.begin(trial)
    let queue = try DatabaseQueue(path: folder.journalPath)
    let written = try #require(
      try queue.read { try String.fetchOne($0, sql: "SELECT \(column) FROM trial") })
    func replace(by text: String) throws {
      try queue.write { try $0.execute(sql: "UPDATE trial SET \(column) = ?", arguments: [text]) }
    }
    let object = try JSONSerialization.jsonObject(with: Data(written.utf8))
    let spaced = String(
      decoding: try JSONSerialization.data(withJSONObject: object, options: .prettyPrinted), as: UTF8.self)
    #expect(spaced != written && spaced.contains("\n"))
    // Every letter of a name may be written by its number.
    let escaped = spaced.replacing("\"s", with: "\"\\u0073").replacing("\"e", with: "\"\\u0065")
    for text in [spaced, escaped] {
      try replace(by: text)
      #expect(try journal.trials() == [trial])
    }
    for text in [written + "x", written + written, String(written.dropLast()), "x" + written] {
      try replace(by: text)
      let error = #expect(throws: JournalError.self) { try journal.trials() }
      #expect(error?.description.contains("trial, row 1, \(column)") == true)
    }
  }

  @Test("can be read while another connection writes")
  func readsBesideAWriter() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let trials = try someTrials()
    try journal.begin(trials[0])
    let reader = try Journal.open(at: folder.journalPath, readOnly: true)
    #expect(try reader.trials() == [trials[0]])
    try journal.begin(trials[1])
    #expect(try reader.trials() == Array(trials[0...1]))
    try journal.synchronize()
    try DatabaseQueue(path: folder.journalPath).inDatabase { writer in
      try writer.execute(sql: "BEGIN IMMEDIATE; DELETE FROM trial")
      #expect(try reader.trials() == Array(trials[0...1]))
      #expect(try Journal.open(at: folder.journalPath, readOnly: true).trials() == Array(trials[0...1]))
      try writer.execute(sql: "ROLLBACK")
    }
    #expect(throws: RunFolderError.self) { try reader.begin(trials[2]) }
  }
}
