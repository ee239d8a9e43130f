import EnergyMetering
import Foundation
import Reports
import Studies
import Testing

@Suite struct SearchProgressTests {
  /// A trial of known figures.
  private func trial(_ number: Int, accuracy: Double? = nil, joules: Double? = nil) throws -> Trial {
    var trial = try SmallRun.shared.get().record.trials[0]
    trial.number = number
    trial.outcome?.validationAccuracy = accuracy ?? 0
    if accuracy == nil { trial.outcome = nil }
    trial.energy = joules.flatMap { joules in
      let energy = Energy(joules: joules)
      return trial.energy.map {
        EnergyReading(energy: energy, low: energy, high: energy, provenance: $0.provenance)
      }
    }
    return trial
  }

  private func progress(
    limit: Int? = nil, budget: Energy? = nil, ended: [Trial] = [], label: String = "",
    startTime: Date = Date()
  ) -> SearchProgress {
    SearchProgress(
      trialLimit: limit, budget: budget, endedTrials: ended, label: label, isTerminal: true,
      startTime: startTime)
  }

  @Test("the line of a trial says how it ended, what it cost, and how far the search is")
  func lines() throws {
    let progress = progress(limit: 40, label: "search 1/2: ")
    let first = try trial(0, accuracy: 0.5, joules: 2)
    progress.note(.ended(trial: first))
    #expect(
      progress.line(for: first)
        == "search 1/2: [1/40] trial 0 completed, accuracy 0.5000, 2.00 J, best 0.5000, CT 2.00 J")

    var failed = try trial(1, joules: 1)
    failed.state = .failed
    failed.failure = "the loss became infinite"
    progress.note(.ended(trial: failed))
    #expect(
      progress.line(for: failed)
        == "search 1/2: [2/40] trial 1 failed, 1.00 J, the loss became infinite, best 0.5000, CT 3.00 J")

    var duplicate = try trial(2, accuracy: 0.5, joules: 0)
    duplicate.state = .duplicate
    duplicate.duplicateOf = 0
    progress.note(.ended(trial: duplicate))
    #expect(
      progress.line(for: duplicate)
        == "search 1/2: [3/40] trial 2 duplicate, accuracy 0.5000, same as trial 0, best 0.5000, CT 3.00 J")
  }

  @Test("the live line says how much of the front's inferences is measured")
  func front() throws {
    let progress = progress(limit: 1, label: "search 1/2: ")
    progress.note(.ended(trial: try trial(0, accuracy: 0.5, joules: 2)))
    progress.note(.measuringFront(members: 2))
    progress.note(.measured(trial: try trial(0, accuracy: 0.5, joules: 2)))
    #expect(
      progress.statusLine(at: Date())
        == "search 1/2: measuring what inferences take, of the front's 2 members · 1 done")
  }

  @Test("the best never falls, and trials of earlier sessions count")
  func best() throws {
    let progress = progress(ended: [try trial(0, accuracy: 0.9, joules: 3600)])
    let next = try trial(1, accuracy: 0.7, joules: 3600)
    progress.note(.ended(trial: next))
    #expect(
      progress.line(for: next) == "[2] trial 1 completed, accuracy 0.7000, 1.00 Wh, best 0.9000, CT 2.00 Wh")
  }

  @Test("the live line estimates the rest by the limit that comes first")
  func statusLine() throws {
    let start = Date()
    // At 100 s from now, one of three trials and 10 J of 30 J are done.
    func text(limit: Int?, budget: Double?, earlier: Int = 0) throws -> String {
      let ended = try (0..<earlier).map { try trial($0, accuracy: 0.1, joules: 1_000) }
      let progress = progress(
        limit: limit, budget: budget.map { Energy(joules: $0) }, ended: ended, startTime: start)
      progress.note(.ended(trial: try trial(earlier, accuracy: 0.25, joules: 10)))
      return progress.statusLine(at: start.addingTimeInterval(100))
    }
    #expect(
      try text(limit: 3, budget: nil)
        == "1/3 trials · best accuracy 0.2500 · 10.0 J = 2.78e-6 kWh · about 3 min 20 s left")
    #expect(try text(limit: nil, budget: 30).hasSuffix(" of 30.0 J · about 3 min 20 s left"))
    #expect(try text(limit: 3, budget: 20).hasSuffix("about 1 min 40 s left"))
    #expect(try text(limit: 2, budget: 1e6).hasSuffix("about 1 min 40 s left"))
    // The pace is this session's, not that of the joules that earlier ones took.
    #expect(try text(limit: nil, budget: 1_030, earlier: 1).hasSuffix("about 3 min 20 s left"))
    // An endless budget is no reason to crash.
    #expect(try text(limit: nil, budget: 1e308).hasSuffix("days left"))
  }

  @Test("before the first trial nothing is estimated")
  func atTheStart() {
    let text = progress(limit: 3).statusLine(at: Date().addingTimeInterval(5))
    #expect(text == "0/3 trials · 0 J = 0 kWh")
  }
}
