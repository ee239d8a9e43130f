import EnergyMetering
import SearchSpaces
import Studies
import Testing

@Suite("A study that is resumed")
struct ResumeTests {
  private static let failing: Set = [1, 5, 9]

  private func account(_ name: String, _ ledger: EnergyLedger) -> Double? {
    ledger.accounts.first { $0.name == name }?.reading.energy.joules
  }

  @Test(
    "equals one that was never stopped, wherever it was cut",
    arguments: [(StrategyKind.evolution, 1), (.evolution, 3), (.random, 2), (.shuffledGrid, 4)])
  func everyCut(kind: StrategyKind, slots: Int) throws {
    let bench = Bench(kind, try repetitiveSpace(), trialLimit: 15, budget: Energy(joules: 1e6))
    let whole = ScriptedExecutor(.init(slots: slots, order: 9, failing: Self.failing))
    let reference = try bench.run(whole).trials
    var interruptions = 0
    for cut in 1...whole.calls {
      let folder = try TemporaryFolder()
      // A second cut, in the session that resumes, comes on top.
      var ended: [Trial] = []
      for (session, call) in [cut, 1 + cut / 2].enumerated() {
        let journal = session == 0 ? try folder.createJournal() : try folder.openJournal()
        let executor = ScriptedExecutor(
          .init(slots: slots, order: UInt64(cut), failing: Self.failing, cutAtCall: call))
        do {
          _ = try bench.study(on: journal, executor).run()
        } catch is Cut {}
        #expect(Set(executor.started).isDisjoint(with: ended.map(\.number)), "trained twice, cut at \(cut)")
        let trials = try journal.trials()
        for trial in ended { #expect(trials[trial.number] == trial, "changed, cut at \(cut)") }
        ended = trials.filter { $0.state != .running }
      }
      let journal = try folder.openJournal()
      let interrupted = try journal.sessionBooks().reduce(0) { $0 + $1.running.energy.joules }
      let executor = ScriptedExecutor(.init(slots: 2, failing: Self.failing))
      let study = try bench.study(on: journal, executor)
      #expect(try study.run() == .trials)
      #expect(Set(executor.started).isDisjoint(with: ended.map(\.number)), "trained twice, cut at \(cut)")
      #expect(study.trials == reference, "cut at \(cut)")
      #expect(try journal.trials() == reference, "cut at \(cut)")
      let ledger = try #require(
        EnergyLedger(trials: study.trials, sessions: try journal.sessionBooks()))
      #expect(ledger.imbalance <= 1e-9, "cut at \(cut)")
      #expect(account("trials-interrupted", ledger) == interrupted, "cut at \(cut)")
      if interrupted > 0 { interruptions += 1 }
    }
    #expect(slots == 1 || interruptions > 5)
  }

  @Test("goes on when it is to have more trials")
  func moreTrials() throws {
    let folder = try TemporaryFolder()
    var bench = Bench(.evolution, try repetitiveSpace(), trialLimit: 15)
    #expect(try bench.study(on: folder.createJournal(), ScriptedExecutor()).run() == .trials)
    bench.trialLimit = 30
    let executor = ScriptedExecutor(.init(slots: 3))
    let study = try bench.study(on: folder.openJournal(), executor)
    #expect(study.trials.count == 15)
    #expect(try study.run() == .trials)
    #expect(try study.trials == bench.run().trials)
    #expect(executor.started.allSatisfy { $0 >= 15 })
  }

  @Test("and has all its trials only ends, and starts nothing")
  func nothingLeft() throws {
    let folder = try TemporaryFolder()
    let bench = Bench(.random, try repetitiveSpace(), trialLimit: 10)
    _ = try bench.study(on: folder.createJournal(), ScriptedExecutor()).run()
    let executor = ScriptedExecutor()
    #expect(try bench.study(on: folder.openJournal(), executor).run() == .trials)
    #expect(executor.started.isEmpty)
    #expect(executor.isFinished)
  }

  @Test("is refused if its journal is another study's")
  func otherStudy() throws {
    let folder = try TemporaryFolder()
    let bench = Bench(.random, try repetitiveSpace(), trialLimit: 10)
    _ = try bench.study(on: folder.createJournal(), ScriptedExecutor()).run()
    let others = [
      Bench(.random, try repetitiveSpace(), seed: 6, trialLimit: 10),
      Bench(.lexicographicGrid, try repetitiveSpace(), trialLimit: 10),
      Bench(.random, try threefoldSpace(), trialLimit: 10),
    ]
    for other in others {
      #expect(throws: StudyError.journalDiffers(trial: 0)) {
        try other.study(on: folder.openJournal(), ScriptedExecutor())
      }
    }
  }

  @Test("is refused if results were changed that the strategy learnt from")
  func changedResults() throws {
    let folder = try TemporaryFolder()
    let bench = Bench(.evolution, try repetitiveSpace(), trialLimit: 40)
    let journal = try folder.createJournal()
    let study = try bench.study(on: journal, ScriptedExecutor())
    _ = try study.run()
    for trial in study.trials.prefix(8) {
      var changed = trial
      changed.outcome?.validationAccuracy = 1 - (trial.outcome?.validationAccuracy ?? 0)
      try journal.begin(changed)
    }
    #expect(throws: StudyError.self) { try bench.study(on: journal, ScriptedExecutor()) }
  }
}

@Suite("A study that is told to stop")
struct StopTests {
  @Test("finishes what runs, starts nothing more and can be resumed")
  func stops() throws {
    let folder = try TemporaryFolder()
    let bench = Bench(.shuffledGrid, try repetitiveSpace(), trialLimit: 30)
    let executor = ScriptedExecutor(.init(slots: 3))
    let journal = try folder.createJournal()
    let study = try bench.study(on: journal, executor)
    var startedAtStop = 0
    let ending = try study.run(shouldStop: {
      startedAtStop = executor.started.count
      return startedAtStop >= 6
    })
    #expect(ending == .interrupted)
    #expect(executor.started.count == startedAtStop)
    #expect(executor.isFinished)
    #expect(study.trials.allSatisfy { $0.state != .running || !executor.started.contains($0.number) })
    #expect(try journal.sessionBooks().map(\.running.energy.joules) == [0])
    let resumed = try bench.study(on: journal, ScriptedExecutor(.init(slots: 2)))
    #expect(try resumed.run() == .trials)
    #expect(try resumed.trials == bench.run().trials)
  }

  @Test("at once cuts off what runs and books its energy as interrupted")
  func abandons() throws {
    let folder = try TemporaryFolder()
    let bench = Bench(.shuffledGrid, try repetitiveSpace(), trialLimit: 30)
    let executor = ScriptedExecutor(.init(slots: 3))
    let journal = try folder.createJournal()
    let study = try bench.study(on: journal, executor)
    #expect(try study.run(shouldAbandon: { executor.started.count >= 7 }) == .interrupted)
    let cutOff = study.trials.filter { executor.runningTrials.contains($0.number) }
    #expect(!cutOff.isEmpty && cutOff.allSatisfy { $0.state == .running })
    let costs = cutOff.reduce(0) { $0 + ScriptedExecutor.cost(of: $1.candidate) / 4 }
    #expect(try journal.sessionBooks().map(\.running.energy.joules) == [costs])
  }
}
