import EnergyMetering
import Studies
import Testing

@Suite("The energy ledger")
struct EnergyLedgerTests {
  /// Two sessions: 64 J and 36 J on the meter.
  private static let sessions = [
    EnergyBooks(
      overhead: joules(3), strategy: joules(1), idle: joules(8), running: joules(2), measuring: joules(3),
      metered: joules(64)),
    EnergyBooks(
      overhead: joules(1), idle: joules(0.5), running: joules(0), measuring: joules(1), metered: joules(36)),
  ]

  private func trials() throws -> [Trial] {
    let states: [(TrialState, Double?)] = [
      (.completed, 30), (.completed, 20.5), (.pruned, 10), (.failed, 20), (.duplicate, 0), (.running, nil),
    ]
    var trials = try Bench(.random, repetitiveSpace(), trialLimit: states.count).run().trials
    for (index, (state, amount)) in states.enumerated() {
      trials[index].state = state
      trials[index].energy = amount.map(joules)
    }
    return trials
  }

  @Test("books every joule to one account, and closes")
  func worked() throws {
    let ledger = try #require(EnergyLedger(trials: trials(), sessions: Self.sessions))
    let expected = [
      ("trials-completed", 50.5), ("trials-pruned", 10), ("trials-failed", 20), ("trials-interrupted", 2),
      ("inference-measuring", 4), ("strategy", 1), ("search-overhead", 4), ("idle", 8.5),
    ]
    #expect(ledger.accounts.map(\.name) == expected.map(\.0))
    for (account, (_, amount)) in zip(ledger.accounts, expected) {
      #expect(account.reading == joules(amount), "\(account.name)")
    }
    #expect(ledger.metered == joules(100))
    #expect(ledger.imbalance == 0)
  }

  @Test("shows a joule that no account claims or that two claim", arguments: [-1.0, 1.0])
  func imbalance(surplus: Double) throws {
    var sessions = Self.sessions
    sessions[0].metered = joules(64 + surplus)
    let ledger = try #require(EnergyLedger(trials: trials(), sessions: sessions))
    #expect(abs(ledger.imbalance - 1 / (100 + surplus)) < 1e-15)
  }

  @Test("does not exist before anything was metered")
  func nothing() throws {
    #expect(EnergyLedger(trials: [], sessions: []) == nil)
    let zero = EnergyBooks(overhead: joules(0), idle: joules(0), running: joules(0), metered: joules(0))
    #expect(EnergyLedger(trials: [], sessions: [zero])?.imbalance == 0)
  }
}
