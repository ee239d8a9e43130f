import EnergyMetering
import Foundation
import GRDB
import SearchSpaces
import Studies
import Testing

/// Eight founders of five epochs each; children train two of five.
@Suite("A study whose children inherit weights")
struct InheritanceTests {
  private func bench(trialLimit: Int? = 45) throws -> Bench {
    var bench = Bench(.evolution, try repetitiveSpace(), trialLimit: trialLimit)
    bench.inheritance = StudyConfiguration.InheritanceSection(share: 0.4)
    return bench
  }

  private func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  @Test("does not depend on how many trainings run at once or which ends first")
  func workers() throws {
    let bench = try bench()
    let reference = try bench.run(.init(failing: [2, 11])).trials
    #expect(Set(reference.map(\.state)).isSuperset(of: [.completed, .failed, .duplicate]))
    #expect(reference.count { $0.inherits != nil } > 15)
    for slots in [2, 5, 16] {
      for order in UInt64(0)..<4 {
        #expect(try bench.run(.init(slots: slots, order: order, failing: [2, 11])).trials == reference)
      }
    }
  }

  @Test("proposes what it would without, but trains children from their parents' weights, for fewer epochs")
  func jobs() throws {
    let executor = ScriptedExecutor()
    let (trials, _) = try bench().run(executor)
    for trial in trials where trial.state != .duplicate {
      let job = try #require(executor.jobs[trial.number])
      #expect(job.weightsPath?.hasSuffix("/trial-\(trial.number).safetensors") == true)
      #expect(job.candidate == trial.candidate && job.streams == nil)
      guard let parent = trial.inherits else {
        #expect(job.inheritsFrom == nil && job.inheritedEpochs == nil && trial.outcome?.epochs == 5)
        continue
      }
      #expect(trial.number >= 8 && trials[parent].state == .completed && parent < trial.number)
      #expect(job.inheritsFrom == executor.jobs[parent]?.weightsPath)
      #expect(job.inheritedEpochs == 2 && job.beginsAnew == true && trial.outcome?.epochs == 2)
      #expect(trial.state == .completed)
    }
    #expect(trials[..<8].allSatisfy { $0.inheritance == nil })
  }

  @Test("books to each trial what it took itself, and to its network what its ancestors took besides")
  func energies() throws {
    let (trials, _) = try bench().run()
    func cost(_ trial: Trial, _ share: Double) -> Double {
      share * ScriptedExecutor.cost(of: trial.candidate)
    }
    // A grandchild: 2/5 of its own, 2/5 of its parent's and all of its grandparent's five epochs.
    let grandchild = try #require(
      trials.first { trial in
        trial.inherits.flatMap { trials[$0].inherits }.map { trials[$0].inherits == nil } ?? false
      })
    let parent = trials[try #require(grandchild.inherits)]
    let founder = trials[try #require(parent.inherits)]
    #expect(abs((grandchild.energy?.energy.joules ?? 0) - cost(grandchild, 0.4)) < 1e-12)
    let whole = cost(grandchild, 0.4) + cost(parent, 0.4) + cost(founder, 1)
    let reading = try #require(grandchild.wholeEnergy(among: trials))
    #expect(abs(reading.energy.joules - whole) < 1e-9 && abs(reading.high.joules - 1.25 * whole) < 1e-9)
    let losses = try #require(grandchild.losses([.trainingEnergy], among: trials))
    #expect(abs(losses[0] * 3.6e6 - whole) < 1e-9)
    // CT counts each joule once.
    let total = trials.reduce(0) { $0 + ($1.energy?.energy.joules ?? 0) }
    let expected = trials.filter(\.isTrained).reduce(0) { $0 + cost($1, $1.inherits == nil ? 1 : 0.4) }
    #expect(abs(total - expected) < 1e-9)
  }

  @Test("equals one that was never stopped, wherever it was cut")
  func everyCut() throws {
    let bench = try bench(trialLimit: 24)
    let whole = ScriptedExecutor(.init(slots: 3, order: 9, failing: [1, 5]))
    let reference = try bench.run(whole).trials
    #expect(reference.contains { $0.inherits.map { reference[$0].inherits != nil } ?? false })
    for cut in 1...whole.calls {
      let folder = try TemporaryFolder()
      let checkpoints = folder.path + "/checkpoints"
      let executor = ScriptedExecutor(
        .init(slots: 3, order: UInt64(cut), failing: [1, 5], cutAtCall: cut))
      do {
        _ = try bench.study(on: folder.createJournal(), executor, checkpointFolder: checkpoints).run()
      } catch is Cut {}
      let journal = try folder.openJournal()
      let study = try bench.study(
        on: journal, ScriptedExecutor(.init(slots: 2, failing: [1, 5])), checkpointFolder: checkpoints)
      #expect(try study.run() == .trials)
      #expect(study.trials == reference, "cut at \(cut)")
      #expect(try journal.trials() == reference, "cut at \(cut)")
    }
  }

  @Test("keeps the weights of possible parents alone, after its end too, so that it can be given more trials")
  func files() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoints"
    let journal = try folder.createJournal()
    let study = try bench(trialLimit: 30).study(
      on: journal, ScriptedExecutor(.init(slots: 3)), checkpointFolder: path)
    var most = 0
    _ = try study.run(watch: { _ in most = max(most, names(in: path).count) })
    // Eight living, up to eight that were not heard of, and the parents of these.
    #expect((8...24).contains(most), "\(most)")
    let kept = names(in: path)
    #expect(kept.count >= 8 && kept.allSatisfy { $0.hasSuffix(".safetensors") })
    let further = try bench().study(on: journal, ScriptedExecutor(), checkpointFolder: path)
    #expect(further.trials.count == 30 && Set(names(in: path)).isSubset(of: kept))
    _ = try further.run()
    #expect(further.trials == (try bench().run().trials))
  }

  @Test("trains children in full that lost their parents' weights, says so, and counts no ancestors for them")
  func lostWeights() throws {
    let bench = try bench()
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoints"
    let journal = try folder.createJournal()
    #expect(throws: Cut.self) {
      try bench.study(on: journal, ScriptedExecutor(.init(cutAtCall: 75)), checkpointFolder: path).run()
    }
    let before = try journal.trials().count
    #expect((12..<40).contains(before))
    try FileManager.default.removeItem(atPath: path)
    let study = try bench.study(on: journal, ScriptedExecutor(), checkpointFolder: path)
    #expect(try study.run() == .trials)
    let lost = study.trials.filter { $0.inheritance?.failure != nil }
    #expect(!lost.isEmpty)
    for trial in lost {
      #expect(trial.inheritance?.failure == "no such file" && trial.inherits == nil)
      #expect(trial.outcome == ScriptedExecutor.outcome(of: trial.candidate))
      #expect(trial.wholeEnergy(among: study.trials) == trial.energy)
    }
    #expect(study.trials.dropFirst(before).contains { $0.inherits != nil })
    #expect(try journal.trials() == study.trials)
    let ledger = try #require(EnergyLedger(trials: study.trials, sessions: try journal.sessionBooks()))
    #expect(ledger.imbalance <= 1e-9)
  }

  @Test("quotes a child by the epochs that it will train, and learns from those that it trained")
  func quotes() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let study = try bench().study(
      on: journal, ScriptedExecutor(), checkpointFolder: folder.path + "/checkpoints")
    _ = try study.run()
    let quotes = try journal.quotes()
    func mean(_ trials: [Trial]) -> Double {
      let joules = trials.compactMap { quotes[$0.number]?.joules }
      return joules.reduce(0, +) / Double(joules.count)
    }
    let late = study.trials.filter { $0.number >= 30 && $0.isTrained }
    let (children, orphans) = (late.filter { $0.inherits != nil }, study.trials[5..<8].filter(\.isTrained))
    // All trainings cost about alike by the epoch: two of five epochs are 0.4.
    #expect((0.25...0.6).contains(mean(children) / mean(orphans)), "\(mean(children)) \(mean(orphans))")
  }

  @Test("has a journal that older ones are as good as, and that is read with care")
  func journals() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let study = try bench().study(
      on: journal, ScriptedExecutor(), checkpointFolder: folder.path + "/checkpoints")
    _ = try study.run()
    #expect(try folder.openJournal().trials() == study.trials)
    let child = try #require(study.trials.first { $0.inherits != nil })
    let database = try DatabaseQueue(path: folder.journalPath)
    for (column, value, problem) in [
      ("inherits", "\(child.number)", "expected the number of an earlier, trained trial"),
      ("inherits", "-1", "expected the number of an earlier, trained trial"),
      ("inherits", "NULL", "inherits"), ("epochs", "0", "expected 1 to 1000000, found 0"),
      ("epochs", "NULL", "epochs"),
    ] {
      try database.write {
        try $0.execute(
          sql: "UPDATE trial_inheritance SET \(column) = \(value) WHERE number = \(child.number)")
      }
      let error = #expect(throws: JournalError.self) { _ = try folder.openJournal().trials() }
      #expect("\(try #require(error))".contains(problem))
      try database.write {
        try $0.execute(
          sql: "UPDATE trial_inheritance SET inherits = ?, epochs = 2 WHERE number = ?",
          arguments: [child.inheritance?.parent, child.number])
      }
    }
    try database.write { try $0.execute(sql: "DROP TABLE trial_inheritance") }
    let older = try Journal.open(at: folder.journalPath, readOnly: true)
    #expect(try older.trials().allSatisfy { $0.inheritance == nil })
  }
}
