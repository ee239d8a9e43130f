import EnergyMetering
import SearchSpaces
import Studies
import Testing

@Suite("A study that trains near-ties again")
struct RepeatTests {
  /// Four networks. Trials 0 and 1 are as accurate, and 1 takes a little more; 2 is behind both in everything; none is as
  /// cheap as 3.
  private func ties(share: Double, most: Int = 5) throws -> Bench {
    let space = try makeSpace(
      """
        - dense: {units: {choice: [4, 8, 16, 32]}}
        - activation: relu
        - dense: {units: classes}
      """)
    var bench = Bench(.lexicographicGrid, space)
    bench.repeats = .init(share: share, most: most)
    return bench
  }

  private static let script: ScriptedExecutor.Script = {
    var script = ScriptedExecutor.Script()
    script.accuracies = [0: 0.9, 1: 0.9, 2: 0.5, 3: 0.3, 4: 0.9, 5: 0.9, 6: 0.9, 7: 0.9]
    script.costs = [0: 10, 1: 11, 2: 30, 3: 1, 4: 11, 5: 10, 6: 11, 7: 10]
    return script
  }()

  /// What repeats may take by their share s of the whole: s / (1 − s) of the 52 J that the search took.
  ///
  /// Each of the two wins in accuracy every other time. Energies lie 25 % around 10 and 11 J, so that 1 is the cheaper one with
  /// (1 − 1/5.25)² / 2 = 0.33, and the chances to be on the front are 1 − 0.33/2 = 0.84 of trial 0 and 0.66 of trial 1. A repeat
  /// tells p (1 − p) / (m (m + 1)): of trial 1 0.22 / 2, then 0.22 / 6 = 0.037, of trial 0 0.14 / 2 = 0.068, then 0.023. So it is
  /// 1, 0, 1 and 0, where there is enough energy: they take 11, 10, 11 and 10 J.
  @Test(
    "takes the candidate of whose place on the front a training tells most, as long as the share lasts",
    arguments: [
      (0.01, []), (0.17, [0]), (0.174999, [1]), (0.3, [1, 0]), (0.4, [1, 0, 1]), (0.4999, [1, 0, 1, 0]),
    ] as [(Double, [Int])])
  func choice(share: Double, repeated: [Int]) throws {
    let (trials, ending) = try ties(share: share).run(Self.script)
    #expect(ending == .exhausted)
    #expect(trials.map(\.repeats) == [nil, nil, nil, nil] + repeated)
    for trial in trials.dropFirst(4) {
      let first = trials[try #require(trial.repeats)]
      #expect(trial.state == .completed && trial.hash == first.hash && trial.candidate == first.candidate)
      #expect(trial.assignment == first.assignment && trial.strategy == first.strategy)
      #expect(trial.energy?.energy.joules == Self.script.costs[trial.number])
    }
  }

  @Test("trains no candidate more often than it is to")
  func most() throws {
    #expect(try ties(share: 0.9, most: 1).run(Self.script).trials.compactMap(\.repeats) == [1, 0])
  }

  @Test("draws from streams of the repeat's own number")
  func streams() throws {
    let executor = ScriptedExecutor(Self.script)
    _ = try ties(share: 0.4).run(executor)
    #expect(executor.started == [0, 1, 2, 3, 4, 5, 6])
    for number in 4...6 {
      let job = try #require(executor.jobs[number])
      #expect(job.streams == nil && job.trial == number && job.checkpointPath == nil)
    }
  }

  @Test("books a repeat that fails, and does not try it once more")
  func failure() throws {
    var script = Self.script
    script.failing = [4]
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let study = try ties(share: 0.4).study(on: journal, ScriptedExecutor(script))
    #expect(try study.run() == .exhausted)
    #expect(study.trials.compactMap(\.repeats) == [1, 0, 1])
    #expect(study.trials[4].state == .failed && study.trials[4].failure == "told to fail")
    let ledger = try #require(EnergyLedger(trials: study.trials, sessions: try journal.sessionBooks()))
    #expect(ledger["trials-failed"]?.energy.joules == 11)
    // 52 J of the search, 10 and 11 J of the repeats that came to an end.
    #expect(ledger["trials-completed"]?.energy.joules == 73)
    #expect(ledger.imbalance <= 1e-9)
    let trainings = RepeatedTrainings(study.trials)
    #expect(trainings.trainings(of: study.trials[1]).map(\.number) == [1, 6])
  }

  @Test("leaves alone what no training tells more of")
  func certain() throws {
    var bench = try ties(share: 0.9)
    bench.objectives = [.parameters, .flops]
    #expect(try bench.run(Self.script).trials.count == 4)
    bench = try ties(share: 0.9)
    var script = Self.script
    // As accurate as can be seen on 360 samples, and three times as dear.
    script.accuracies = [0: 0.9, 1: 0.5, 2: 0.4, 3: 0.3]
    script.costs[1] = 50
    #expect(try bench.run(script).trials.count == 4)
  }

  private func evolution(trialLimit: Int = 15, share: Double = 0.3) throws -> Bench {
    var bench = Bench(.evolution, try repetitiveSpace(), trialLimit: trialLimit)
    bench.repeats = .init(share: share, most: 3)
    return bench
  }

  @Test("does not depend on how many trainings run at once or which ends first")
  func workers() throws {
    let bench = try evolution()
    // Seeds differ much, so that the choice of a repeat depends on the results that it knows.
    var script = ScriptedExecutor.Script(failing: [2, 17])
    for number in 15..<40 { script.accuracies[number] = Double(number * 5 % 8) / 8 }
    let reference = try bench.run(script).trials
    #expect(reference.count >= 19 && reference[17].state == .failed)
    for slots in [2, 3, 8] {
      (script.slots, script.order) = (slots, UInt64(slots))
      #expect(try bench.run(script).trials == reference)
    }
  }

  @Test("keeps the share and the most of each candidate")
  func limits() throws {
    for share in [0.05, 0.2, 0.6] {
      let trials = try evolution(share: share).run().trials
      func joules(_ trials: [Trial]) -> Double { trials.reduce(0) { $0 + ($1.energy?.energy.joules ?? 0) } }
      let repeats = trials.filter { !$0.isProposal }
      #expect(joules(repeats) <= share * joules(trials) * (1 + 1e-12))
      let counts = Dictionary(grouping: repeats, by: \.repeats).values.map(\.count)
      #expect(counts.allSatisfy { $0 <= 3 })
      #expect(share < 0.2 || repeats.count > 2)
    }
  }

  @Test("holds the search to what the share leaves of the budget, and all together to the whole")
  func budget() throws {
    for (seed, budget) in zip(1...10 as ClosedRange<UInt64>, stride(from: 60.0, through: 150, by: 10)) {
      var bench = Bench(
        .random, try repetitiveSpace(), seed: seed, budget: Energy(joules: budget))
      bench.repeats = .init(share: 0.25, most: 4)
      let executor = ScriptedExecutor(.init(slots: 2))
      let folder = try TemporaryFolder()
      let journal = try folder.createJournal()
      let study = try bench.study(on: journal, executor)
      #expect(try study.run() == .budget)
      let metered = try journal.sessionBooks().reduce(0) { $0 + $1.metered.energy.joules }
      #expect(metered <= budget)
      let starts = zip(executor.started, executor.meteredAtStarts)
      for (number, joules) in starts where study.trials[number].isProposal {
        #expect(joules < 0.75 * budget)
      }
      #expect(study.trials.contains { !$0.isProposal })
    }
  }

  @Test("equals one that was never stopped, wherever it was cut", arguments: [1, 3])
  func everyCut(slots: Int) throws {
    let bench = try evolution(trialLimit: 10)
    let failing: Set = [1, 12]
    let whole = ScriptedExecutor(.init(slots: slots, order: 9, failing: failing))
    let reference = try bench.run(whole).trials
    #expect(reference.count > 12)
    for cut in 1...whole.calls {
      let folder = try TemporaryFolder()
      do {
        _ = try bench.study(
          on: folder.createJournal(),
          ScriptedExecutor(.init(slots: slots, order: UInt64(cut), failing: failing, cutAtCall: cut))
        ).run()
      } catch is Cut {}
      let journal = try folder.openJournal()
      let ended = try journal.trials().filter { $0.state != .running }
      let executor = ScriptedExecutor(.init(slots: 2, failing: failing))
      let study = try bench.study(on: journal, executor)
      #expect(try study.run() == .trials)
      #expect(Set(executor.started).isDisjoint(with: ended.map(\.number)), "trained twice, cut at \(cut)")
      #expect(study.trials == reference, "cut at \(cut)")
      #expect(try journal.trials() == reference, "cut at \(cut)")
      let ledger = try #require(EnergyLedger(trials: study.trials, sessions: journal.sessionBooks()))
      #expect(ledger.imbalance <= 1e-9, "cut at \(cut)")
    }
  }

  @Test(
    "is given more trials, and goes on as if it had repeated nothing before",
    arguments: [nil, .asha, .hyperband] as [StudyConfiguration.FidelityScheme?])
  func moreTrials(scheme: StudyConfiguration.FidelityScheme?) throws {
    let folder = try TemporaryFolder()
    let checkpoints = folder.path + "/checkpoints"
    var bench = try evolution(trialLimit: 12)
    bench.scheme = scheme
    let journal = try folder.createJournal()
    let first = try bench.study(on: journal, ScriptedExecutor(), checkpointFolder: checkpoints)
    #expect(try first.run() == .trials)
    #expect(first.trials.contains { !$0.isProposal })
    bench.trialLimit = 30
    let executor = ScriptedExecutor(.init(slots: 3))
    let study = try bench.study(on: journal, executor, checkpointFolder: checkpoints)
    #expect(try study.run() == .trials)
    #expect(Array(study.trials.prefix(first.trials.count)) == first.trials)
    bench.repeats = nil
    let reference = ScriptedExecutor()
    let undisturbed = try bench.run(reference).trials
    let proposals = study.trials.filter(\.isProposal)
    let places = Dictionary(uniqueKeysWithValues: proposals.enumerated().map { ($1.number, $0) })
    #expect(proposals.map(\.assignment) == undisturbed.map(\.assignment))
    #expect(proposals.map(\.outcome) == undisturbed.map(\.outcome))
    #expect(proposals.map { $0.continues.flatMap { places[$0] } } == undisturbed.map(\.continues))
    #expect(proposals.map { $0.duplicateOf.flatMap { places[$0] } } == undisturbed.map(\.duplicateOf))
    // The weights are drawn from the same streams.
    for trial in proposals {
      guard let job = executor.jobs[trial.number], let place = places[trial.number] else { continue }
      let streams = reference.jobs[place]?.streams ?? .init(seed: 5, trial: place)
      #expect((job.streams ?? .init(seed: 5, trial: trial.number)) == streams)
    }
    #expect(study.trials.last?.isProposal == false)
  }
}
