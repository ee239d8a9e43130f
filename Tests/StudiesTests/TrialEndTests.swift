import EnergyMetering
import Foundation
import GRDB
import Studies
import Testing

@Suite("The ends of trials")
struct TrialEndTests {
  private let books = EnergyBooks(
    overhead: joules(0), idle: joules(0), running: joules(0), metered: joules(1))

  private func end(_ trials: [Trial], at seconds: Double, in journal: Journal) throws {
    let session = try journal.beginSession(host: "{}")
    try journal.end(trials, session: session, books: books, at: Date(timeIntervalSince1970: seconds))
  }

  private func seconds(_ journal: Journal) throws -> [Int: Double] {
    try journal.trialEnds().mapValues { ($0.timeIntervalSince1970 * 1000).rounded() / 1000 }
  }

  @Test("are in the journal to the millisecond; those under way have none")
  func kept() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let trials = try Bench(.random, repetitiveSpace(), trialLimit: 3).run().trials
    for trial in trials { try journal.begin(trial) }
    #expect(try journal.trialEnds().isEmpty)
    try end([trials[0], trials[2]], at: 1_800_000_000.125, in: journal)
    #expect(try seconds(journal) == [0: 1_800_000_000.125, 2: 1_800_000_000.125])
    try end([trials[2]], at: 1_800_000_007, in: journal)
    #expect(try seconds(Journal.open(at: folder.journalPath, readOnly: true))[2] == 1_800_000_007)
    #expect(try journal.trials() == trials)
  }

  @Test("are unknown in a journal of an earlier version, and noted once it is written to")
  func earlierVersion() throws {
    let folder = try TemporaryFolder()
    let trials = try Bench(.random, repetitiveSpace(), trialLimit: 1).run().trials
    try folder.createJournal().begin(trials[0])
    try DatabaseQueue(path: folder.journalPath).write { try $0.execute(sql: "DROP TABLE trial_end") }
    #expect(try Journal.open(at: folder.journalPath, readOnly: true).trialEnds().isEmpty)
    try end(trials, at: 1_800_000_000, in: folder.openJournal())
    #expect(try seconds(folder.openJournal()) == [0: 1_800_000_000])
  }

  @Test("that are damaged are named")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    try DatabaseQueue(path: folder.journalPath).write {
      try $0.execute(sql: "INSERT INTO trial_end VALUES (0, 'noon')")
    }
    let error = #expect(throws: JournalError.self) { try journal.trialEnds() }
    #expect(error?.description.contains("trial_end, row 1, ended_at: expected a moment") == true)
  }
}
