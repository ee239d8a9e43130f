import EnergyMetering
import Foundation
import NeuralNetworks
import SearchSpaces
import Studies
import Testing

@Suite("A study whose workers fail")
struct AttemptTests {
  /// Trials without what depends on how often they were tried.
  private func results(_ trials: [Trial]) -> [Trial] {
    trials.map { trial in
      var trial = trial
      trial.faults = []
      trial.carriedEnergy = nil
      return trial
    }
  }

  private func bench(retries: Int) throws -> Bench {
    var bench = Bench(.evolution, try repetitiveSpace(), trialLimit: 15)
    bench.limits.retries = retries
    return bench
  }

  private func joules(_ ledger: EnergyLedger, _ name: String) throws -> Double {
    try #require(ledger[name]).energy.joules
  }

  @Test("starts a trial again, and books what was lost to the failed trials", arguments: [1, 3])
  func retries(slots: Int) throws {
    let bench = try bench(retries: 2)
    let reference = try bench.run().trials
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let executor = ScriptedExecutor(.init(slots: slots, faulting: [0: 1, 3: 2]))
    let study = try bench.study(on: journal, executor)
    #expect(try study.run() == .trials)
    #expect(results(study.trials) == reference)
    #expect(study.trials.map(\.faults.count) == (0..<15).map { [0: 1, 3: 2][$0] ?? 0 })
    #expect(study.trials[3].attempts == 3 && study.trials[4].attempts <= 1)
    // Each lost attempt took half of a training.
    let lost =
      ScriptedExecutor.cost(of: reference[0].candidate) / 2
      + ScriptedExecutor.cost(of: reference[3].candidate)
    #expect(study.trials.reduce(0) { $0 + ($1.lostEnergy?.energy.joules ?? 0) } == lost)
    let ledger = try #require(EnergyLedger(trials: study.trials, sessions: journal.sessionBooks()))
    #expect(try joules(ledger, "trials-failed") == lost)
    #expect(ledger.imbalance < 1e-12)
    #expect(try journal.trials() == study.trials)
    #expect(study.trials[3].faults[0].reason == "told to die")
  }

  @Test("fails a trial whose workers fail more often than it may be tried")
  func tooOften() throws {
    let executor = ScriptedExecutor(.init(faulting: [2: 9]))
    let trials = try bench(retries: 1).run(executor).trials
    #expect(trials[2].state == .failed && trials[2].failure == "told to die")
    #expect(trials[2].faults.count == 1 && trials[2].attempts == 2)
    // The last attempt is the trial's own energy.
    #expect(trials[2].energy?.energy.joules == ScriptedExecutor.cost(of: trials[2].candidate) / 2)
    #expect(executor.started.count { $0 == 2 } == 2)
    #expect(trials.filter { $0.state == .failed }.count == 1)
  }

  @Test("goes on from the last checkpoint: only what came behind it is lost")
  func checkpoints() throws {
    let bench = try bench(retries: 1)
    let reference = try bench.run().trials
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let executor = ScriptedExecutor(.init(slots: 2, faulting: [3: 1], writesCheckpoints: true))
    let study = try bench.study(on: journal, executor, checkpointFolder: folder.path + "/checkpoints")
    #expect(try study.run() == .trials)
    #expect(results(study.trials) == reference)
    #expect(executor.wentOn == [3])
    // A half of the training was done, of which a quarter stands in the checkpoint.
    #expect(
      study.trials[3].lostEnergy?.energy.joules == ScriptedExecutor.cost(of: reference[3].candidate) / 4)
    let ledger = try #require(EnergyLedger(trials: study.trials, sessions: journal.sessionBooks()))
    #expect(try joules(ledger, "trials-interrupted") == 0 && ledger.imbalance < 1e-12)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/checkpoints"))
  }

  @Test(
    "that is cut anywhere goes on from checkpoints, books each joule once and has the same results",
    arguments: [1, 3])
  func everyCut(slots: Int) throws {
    let bench = try bench(retries: 1)
    let reference = try bench.run().trials
    let faulting = [2: 1, 4: 1]
    let whole = ScriptedExecutor(.init(slots: slots, order: 9, faulting: faulting, writesCheckpoints: true))
    _ = try bench.run(whole)
    var (carried, wentOn) = (0, 0)
    for cut in 1...whole.calls {
      let folder = try TemporaryFolder()
      let checkpoints = folder.path + "/checkpoints"
      var sessions: [(Int?, Bool)] = [(cut, true), (1 + cut / 2, true), (nil, true)]
      // In some runs the checkpoints are lost with the second session.
      if cut % 3 == 0 { sessions[1].1 = false }
      for (index, (call, keepsFiles)) in sessions.enumerated() {
        let journal = index == 0 ? try folder.createJournal() : try folder.openJournal()
        if !keepsFiles { try? FileManager.default.removeItem(atPath: checkpoints) }
        let executor = ScriptedExecutor(
          .init(
            slots: slots, order: UInt64(cut + index), faulting: faulting, writesCheckpoints: true,
            cutAtCall: call))
        do {
          _ = try bench.study(on: journal, executor, checkpointFolder: checkpoints).run()
        } catch is Cut {}
        wentOn += executor.wentOn.count
        let trials = try journal.trials()
        // What cannot be closed yet stands in a session that was cut.
        if let ledger = EnergyLedger(trials: trials, sessions: try journal.sessionBooks()) {
          #expect(ledger.imbalance <= 1e-9, "cut at \(cut)")
        }
      }
      let trials = try folder.openJournal().trials()
      #expect(results(trials) == reference, "cut at \(cut)")
      carried += trials.count { $0.carriedEnergy != nil }
    }
    #expect(carried > 5 && wentOn > carried)
  }

  @Test(
    "has books that add up at every moment, also where inferences are measured beside a training that is tried again",
    arguments: 1...8 as ClosedRange<UInt64>)
  func measuringMeanwhile(order: UInt64) throws {
    var bench = try bench(retries: 1)
    bench.objectives = [.accuracy, .inferenceEnergy]
    bench.inferenceMeasure = .all
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let executor = ScriptedExecutor(
      .init(slots: 3, order: order, faulting: [1: 1, 2: 1, 4: 1, 7: 1], writesCheckpoints: true))
    let study = try bench.study(on: journal, executor, checkpointFolder: folder.path + "/checkpoints")
    var looks = 0
    let ending = try study.run(watch: { event in
      switch event {
      case .measured, .ended:
        looks += 1
        #expect(throws: Never.self) { try journal.trialsAndBooks() }
      default: break
      }
    })
    #expect(ending == .trials && executor.wentOn.count == 4 && looks > 25)
  }

  @Test("that loses the place of its checkpoints books what they held as lost, wherever it is cut")
  func lostPlace() throws {
    let bench = try bench(retries: 1)
    let reference = try bench.run().trials
    let script = ScriptedExecutor.Script(slots: 2, order: 9, faulting: [2: 1], writesCheckpoints: true)
    var (calls, cut) = (Int.max, 1)
    while cut <= calls {
      let folder = try TemporaryFolder()
      let checkpoints = folder.path + "/checkpoints"
      for isFirst in [true, false] {
        let journal = isFirst ? try folder.createJournal() : try folder.openJournal()
        var script = script
        script.cutAtCall = isFirst ? cut : nil
        let executor = ScriptedExecutor(script)
        var isLost = false
        do {
          _ = try bench.study(on: journal, executor, checkpointFolder: checkpoints).run(watch: { event in
            guard case .started(let trial) = event, trial.number == 2, !isLost else { return }
            // Its checkpoint was written a moment ago.
            isLost = true
            try? FileManager.default.removeItem(atPath: checkpoints)
            FileManager.default.createFile(atPath: checkpoints, contents: nil)
          })
          if isFirst { calls = executor.calls }
        } catch is Cut {}
        #expect(throws: Never.self, "cut at \(cut)") { try journal.trialsAndBooks() }
      }
      #expect(try results(folder.openJournal().trials()) == reference, "cut at \(cut)")
      cut += 1
    }
    #expect(calls > 20 && calls < 1000)
  }

  @Test("keeps the checkpoint behind which a training stops, also where one of that name was lost before")
  func sameName() throws {
    let bench = try bench(retries: 0)
    let reference = try bench.run().trials
    let folder = try TemporaryFolder()
    let checkpoints = folder.path + "/checkpoints"
    func files() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? [] }
    let dead = ScriptedExecutor(.init(writesCheckpoints: true, cutAtCall: 40))
    do {
      _ = try bench.study(on: folder.createJournal(), dead, checkpointFolder: checkpoints).run()
      Issue.record("expected that it is cut off")
    } catch is Cut {}
    let unfinished = try #require(try folder.openJournal().trials().first { $0.state == .running })
    let name = "trial-\(unfinished.number).epoch-1.checkpoint"
    #expect(files().contains(name))
    for name in files() { unlink("\(checkpoints)/\(name)") }

    let paused = ScriptedExecutor(.init(writesCheckpoints: true, pauses: true))
    let study = try bench.study(on: folder.openJournal(), paused, checkpointFolder: checkpoints)
    #expect(try study.run(shouldStop: { !paused.started.isEmpty }) == .interrupted)
    #expect(paused.wentOn.isEmpty && files() == [name])

    let last = ScriptedExecutor(.init(writesCheckpoints: true))
    let trials = try bench.study(on: folder.openJournal(), last, checkpointFolder: checkpoints)
    #expect(try trials.run() == .trials && last.wentOn.count == 1)
    #expect(results(trials.trials) == reference)
  }

  @Test("keeps the checkpoint of a training that did not fit into the budget, and goes on from it with more")
  func budget() throws {
    var bench = try bench(retries: 0)
    let reference = try bench.run().trials
    let folder = try TemporaryFolder()
    let checkpoints = folder.path + "/checkpoints"
    func files() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? [] }
    let journal = try folder.createJournal()
    let first = ScriptedExecutor(.init(slots: 2))
    let interrupted = ScriptedExecutor(.init(slots: 2, writesCheckpoints: true, cutAtCall: 40))
    do {
      _ = try bench.study(on: journal, interrupted, checkpointFolder: checkpoints).run()
      Issue.record("expected that it is cut off")
    } catch is Cut {}
    let kept = files()
    #expect(!kept.isEmpty)
    bench.budget = Energy(joules: 0.001)
    let ending = try bench.study(on: folder.openJournal(), first, checkpointFolder: checkpoints).run()
    #expect(ending == .budget && first.started.isEmpty)
    #expect(!files().isEmpty && Set(files()).isSubset(of: kept))
    bench.budget = nil
    let last = ScriptedExecutor(.init(slots: 2))
    let study = try bench.study(on: folder.openJournal(), last, checkpointFolder: checkpoints)
    #expect(try study.run() == .trials)
    #expect(!last.wentOn.isEmpty && files().isEmpty)
    #expect(results(study.trials) == reference)
  }

  @Test("asks for a pause when it is to stop, and not before")
  func pause() throws {
    let bench = try bench(retries: 0)
    let executor = ScriptedExecutor(.init(slots: 2))
    let folder = try TemporaryFolder()
    let study = try bench.study(on: folder.createJournal(), executor)
    var asked = false
    let ending = try study.run(shouldStop: {
      #expect(!executor.wasAskedToPause)
      asked = executor.started.count > 4
      return asked
    })
    #expect(ending == .interrupted)
    #expect(asked && executor.wasAskedToPause)
  }

  @Test("refuses a candidate that needs more memory than it may have, before anything is spent on it")
  func memory() throws {
    var bench = try bench(retries: 1)
    let reference = try bench.run().trials
    let sizes = try reference.map {
      try Network.requiredBytes(
        $0.candidate.architecture, maximumBatchSize: 32, optimizer: $0.candidate.training.optimizer)
    }.sorted()
    bench.limits.memoryBytes = sizes[7]
    let executor = ScriptedExecutor()
    let trials = try bench.run(executor).trials
    let refused = trials.filter { $0.state == .failed }
    #expect(!refused.isEmpty && reference.allSatisfy { $0.state != .failed })
    for trial in refused {
      #expect(
        trial.failure?.hasPrefix("training the network takes ") == true
          && trial.failure?.hasSuffix("iB (execution: memory-limit)") == true, "\(trial.failure ?? "")")
      #expect(trial.energy?.energy == .zero && trial.attempts == 0)
      #expect(!executor.started.contains(trial.number))
    }
  }

  @Test("does not believe a journal whose checkpoints took more than was spent")
  func damagedCheckpoint() throws {
    let bench = try bench(retries: 1)
    let folder = try TemporaryFolder()
    let executor = ScriptedExecutor(.init(slots: 3, order: 9, writesCheckpoints: true, cutAtCall: 9))
    let checkpoints = folder.path + "/checkpoints"
    #expect(throws: Cut.self) {
      try bench.study(on: folder.createJournal(), executor, checkpointFolder: checkpoints).run()
    }
    #expect(try !FileManager.default.contentsOfDirectory(atPath: checkpoints).isEmpty)
    try folder.execute(
      "UPDATE trial_checkpoint SET energy = (SELECT json_extract(books, '$.metered') FROM session)")
    #expect(throws: JournalError.self) {
      try bench.study(on: folder.openJournal(), ScriptedExecutor(), checkpointFolder: checkpoints)
    }
    try folder.execute("UPDATE trial_checkpoint SET file = '../../escape.checkpoint'")
    let error = #expect(throws: JournalError.self) {
      try bench.study(on: folder.openJournal(), ScriptedExecutor(), checkpointFolder: checkpoints)
    }
    #expect(error?.description.contains("expected the name of a checkpoint of trial") == true)
  }
}
