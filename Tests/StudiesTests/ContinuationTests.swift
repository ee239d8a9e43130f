import EnergyMetering
import Foundation
import SearchSpaces
import SearchStrategies
import Studies
import Testing

@Suite("A study by rungs")
struct ContinuationTests {
  private static let cases: [(StudyConfiguration.FidelityScheme, StrategyKind)] = [
    (.asha, .random), (.asha, .evolution), (.halving, .shuffledGrid), (.hyperband, .random),
  ]

  private func bench(
    _ scheme: StudyConfiguration.FidelityScheme = .asha, _ kind: StrategyKind = .random,
    trialLimit: Int? = 40
  ) throws -> Bench {
    var bench = Bench(kind, try repetitiveSpace(), trialLimit: trialLimit)
    bench.scheme = scheme
    return bench
  }

  @Test("does not depend on how many trainings run at once or which ends first", arguments: cases)
  func workers(scheme: StudyConfiguration.FidelityScheme, kind: StrategyKind) throws {
    let bench = try bench(scheme, kind)
    let reference = try bench.run(.init(failing: [2, 11])).trials
    #expect(Set(reference.map(\.state)).isSuperset(of: [.pruned, .completed, .failed, .duplicate]))
    for slots in [2, 16] {
      #expect(
        try bench.run(.init(slots: slots, order: UInt64(slots), failing: [2, 11])).trials == reference)
    }
  }

  @Test("trains a candidate further where an earlier trial paused it, with that trial's streams")
  func jobs() throws {
    let executor = ScriptedExecutor()
    let (trials, _) = try bench().run(executor)
    var continued = 0
    for trial in trials where trial.state != .duplicate {
      let job = try #require(executor.jobs[trial.number])
      #expect(job.untilEpoch == trial.epochLimit)
      #expect((job.checkpointPath == nil) == (trial.epochLimit == nil))
      #expect(trial.state == (trial.epochLimit == nil ? .completed : .pruned))
      #expect(trial.outcome?.epochs == trial.epochLimit ?? 5)
      guard let former = trial.continues else {
        #expect(job.streams == nil && job.resumesFrom == nil)
        continue
      }
      continued += 1
      #expect(job.resumesFrom == executor.jobs[former]?.checkpointPath)
      #expect(job.streams == .init(seed: 5, trial: trial.origin(among: trials).number))
      #expect(trials[former].state == .pruned && trials[former].hash == trial.hash)
    }
    #expect(continued > 8)
  }

  @Test("books to each trial what it took itself, and to the network what all of its trials took")
  func energies() throws {
    let (trials, _) = try bench().run()
    let last = try #require(trials.last { $0.state == .completed && $0.continues != nil })
    let cost = ScriptedExecutor.cost(of: last.candidate)
    let second = trials[try #require(last.continues)]
    let first = trials[try #require(second.continues)]
    #expect(first.continues == nil)
    // Of five epochs the first, the next two and the last two.
    for (trial, share) in [(first, 0.2), (second, 0.4), (last, 0.4)] {
      #expect(abs(try #require(trial.energy).energy.joules - share * cost) < 1e-12)
    }
    for (trial, share) in [(first, 0.2), (second, 0.6), (last, 1)] {
      let losses = try #require(trial.losses([.trainingEnergy], among: trials))
      #expect(abs(losses[0] * 3.6e6 - share * cost) < 1e-9)
    }
  }

  @Test("has trials that were paused on its front and in its hypervolume")
  func front() throws {
    let (trials, _) = try bench().run()
    let objectives: [Objective] = [.accuracy, .trainingEnergy]
    let front = TrialFront(of: trials, objectives: objectives, validationCount: 360, seed: 1)
    #expect(front.members.contains { $0.trial.state == .pruned })
    // The worst energy is that of a whole training.
    let worst = trials.compactMap { $0.wholeEnergy(among: trials)?.energy.kilowattHours }.max()
    #expect(abs(front.reference[1] / (1.1 * (worst ?? 0)) - 1) < 1e-12)
  }

  @Test("never goes on with a duplicate")
  func duplicates() throws {
    let (trials, _) = try bench(trialLimit: 90).run()
    let duplicates = trials.filter { $0.state == .duplicate }
    #expect(duplicates.count > 5)
    for duplicate in duplicates {
      let original = trials[try #require(duplicate.duplicateOf)]
      #expect(original.continues == nil && original.outcome == duplicate.outcome)
      #expect(!trials.contains { $0.continues == duplicate.number })
    }
  }

  @Test("ends when all of a finite space was seen and what is best has gone on")
  func exhausted() throws {
    for (scheme, kind) in Self.cases {
      let reference = try bench(scheme, kind, trialLimit: nil).run()
      #expect(reference.ending == .exhausted)
      #expect(Set(reference.trials.map(\.assignment)).count == 72)
      let other = try bench(scheme, kind, trialLimit: nil).run(.init(slots: 5, order: 3))
      #expect(other.trials == reference.trials)
    }
  }

  @Test("equals one that was never stopped, wherever it was cut", arguments: cases)
  func everyCut(scheme: StudyConfiguration.FidelityScheme, kind: StrategyKind) throws {
    let bench = try bench(scheme, kind, trialLimit: 22)
    let whole = ScriptedExecutor(.init(slots: 3, order: 9, failing: [1, 5]))
    let reference = try bench.run(whole).trials
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
      #expect(!FileManager.default.fileExists(atPath: checkpoints))
    }
  }

  @Test("keeps the checkpoints that may be needed, and none after its end")
  func checkpoints() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoints"
    let executor = ScriptedExecutor(.init(slots: 2))
    let study = try bench().study(on: folder.createJournal(), executor, checkpointFolder: path)
    var most = 0
    _ = try study.run(watch: { event in
      guard case .ended = event else { return }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      let continued = Set(study.trials.filter { $0.state != .running }.compactMap(\.continues))
      let paused = study.trials.filter { $0.state == .pruned && !continued.contains($0.number) }
      #expect(Set(names) == Set(paused.map { "trial-\($0.number).checkpoint" }))
      most = max(most, names.count)
    })
    #expect(most > 5)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(
    "keeps what trainings have left that may have gone on without the study, where they can",
    arguments: [false, true])
  func trainingsThatGoOn(tasksOutliveStudy: Bool) throws {
    let bench = try bench()
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoints"
    let journal = try folder.createJournal()
    #expect(throws: Cut.self) {
      try bench.study(on: journal, ScriptedExecutor(.init(slots: 2, cutAtCall: 60)), checkpointFolder: path)
        .run()
    }
    // Its training reached its rung after the study had died, another one writes just now.
    let running = try #require(try journal.trials().first { $0.state == .running && $0.epochLimit != nil })
    let left = ["trial-\(running.number).checkpoint", ".wattle-\(UUID().uuidString)"]
    for name in left { try "".write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8) }
    let failed = "trial-\(try journal.trials().count).checkpoint"
    try "".write(toFile: "\(path)/\(failed)", atomically: true, encoding: .utf8)
    _ = try bench.study(
      on: journal, ScriptedExecutor(.init(tasksOutliveStudy: tasksOutliveStudy)), checkpointFolder: path)
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    for name in left { #expect(names.contains(name) == tasksOutliveStudy, "\(name)") }
    #expect(!names.contains(failed))
  }

  @Test("trains anew what lost its checkpoint, and books what that takes")
  func lostCheckpoints() throws {
    let bench = try bench()
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoints"
    let journal = try folder.createJournal()
    #expect(throws: Cut.self) {
      try bench.study(on: journal, ScriptedExecutor(.init(cutAtCall: 60)), checkpointFolder: path).run()
    }
    let before = try journal.trials().count
    #expect((10..<35).contains(before))
    try FileManager.default.removeItem(atPath: path)
    let study = try bench.study(on: journal, ScriptedExecutor(), checkpointFolder: path)
    #expect(try study.run() == .trials)
    let reference = try bench.run().trials
    var dearer = 0
    for (trial, expected) in zip(study.trials, reference) {
      #expect(trial.continues == expected.continues && trial.epochLimit == expected.epochLimit)
      #expect(trial.outcome == expected.outcome && trial.state == expected.state)
      let (found, usual) = (trial.energy?.energy.joules ?? 0, expected.energy?.energy.joules ?? 0)
      if found > usual * 1.1 { dearer += 1 } else { #expect(found == usual) }
    }
    #expect(dearer > 0)
    let ledger = try #require(EnergyLedger(trials: study.trials, sessions: try journal.sessionBooks()))
    #expect(ledger.imbalance <= 1e-9)
  }

  @Test("measures the inferences of a network once, whatever became of it")
  func inferences() throws {
    var bench = try bench()
    bench.objectives = [.accuracy, .inferenceEnergy]
    bench.inferenceMeasure = .all
    let executor = ScriptedExecutor()
    let (trials, _) = try bench.run(executor)
    #expect(Set(executor.measured).count == executor.measured.count)
    let begun = trials.filter { $0.continues == nil && $0.isTrained }.map(\.number)
    #expect(executor.measured.sorted() == begun)
    for trial in trials where trial.continues != nil {
      #expect(trial.measuredInference(among: trials) == ScriptedExecutor.inference(of: trial.candidate))
    }
  }

  @Test("does not go on with a training that early stopping ended at its limit")
  func earlyStopping() throws {
    // The scripted trainings never get better than at their start: after three epochs the patience is over.
    var bench = try bench()
    bench.space = try makeSpace(
      """
        - dense: {units: {int: [4, 40]}}
        - dense: {units: classes}
      """, training: ["patience": "3"])
    let (trials, _) = try bench.run()
    #expect(trials.contains { $0.epochLimit == 1 && $0.state == .pruned })
    #expect(trials.contains { $0.epochLimit == 3 })
    for trial in trials where trial.epochLimit != 1 && trial.state != .duplicate {
      #expect(trial.epochLimit == 3 && trial.state == .completed)
      #expect(!trials.contains { $0.continues == trial.number })
    }
  }
}
