import EnergyMetering
import GRDB
import SearchSpaces
import Studies
import Testing

@Suite("A study that measures inferences")
struct InferenceStudyTests {
  private func makeBench(
    _ measure: StudyConfiguration.InferenceMeasure, kind: StrategyKind = .random,
    objectives: [Objective] = [.accuracy, .trainingEnergy], limit: Int = 20
  ) throws -> Bench {
    var bench = Bench(kind, try repetitiveSpace(), trialLimit: limit)
    bench.inferenceMeasure = measure
    bench.objectives = objectives
    return bench
  }

  /// The trials of a front, by comparing each with each.
  private func front(of trials: [Trial]) -> [Int] {
    let points = trials.filter { $0.state == .completed }.map { trial in
      (
        number: trial.number, error: 1 - (trial.outcome?.validationAccuracy ?? 0),
        energy: trial.energy?.energy.joules ?? 0
      )
    }
    return points.filter { one in
      !points.contains {
        $0.error <= one.error && $0.energy <= one.energy && ($0.error < one.error || $0.energy < one.energy)
      }
    }.map(\.number)
  }

  @Test("measures the front's members at the end, each once, and books it apart", arguments: [1, 3])
  func membersOfTheFront(slots: Int) throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    let executor = ScriptedExecutor(.init(slots: slots, order: 3, failing: [4]))
    let study = try makeBench(.front).study(on: journal, executor)
    var (ended, announced, measured) = (0, [Int](), [Int]())
    let ending = try study.run(watch: { event in
      switch event {
      case .ended: ended += 1
      case .measuringFront(let members): announced.append(members)
      case .measured(let trial): measured.append(trial.number)
      case .started, .tick, .measuringEarlier, .stopping, .goingOn: break
      }
    })
    #expect(ending == .trials)
    let members = front(of: study.trials)
    #expect(announced == [members.count] && measured.sorted() == members)
    #expect(members.count > 1 && members.count < 10 && ended == 20)
    #expect(executor.measured.sorted() == members)
    for trial in study.trials {
      let expected = members.contains(trial.number) ? ScriptedExecutor.inference(of: trial.candidate) : nil
      #expect(trial.inference == expected, "trial \(trial.number)")
    }
    #expect(try journal.trials() == study.trials)
    // The trials are those of a study that measures nothing.
    var unmeasured = study.trials
    for index in unmeasured.indices { unmeasured[index].inference = nil }
    #expect(try makeBench(.none).run(.init(failing: [4])).trials == unmeasured)

    let ledger = try #require(EnergyLedger(trials: study.trials, sessions: try journal.sessionBooks()))
    let spent = members.reduce(0) { $0 + ScriptedExecutor.measuringCost(of: study.trials[$1].candidate) }
    #expect(ledger["inference-measuring"] == joules(spent))
    #expect(ledger.imbalance <= 1e-9)
    let trained = study.trials.filter { $0.state == .completed }.reduce(0) {
      $0 + ScriptedExecutor.cost(of: $1.candidate)
    }
    #expect(abs((ledger["trials-completed"]?.energy.joules ?? 0) - trained) < 1e-9)
  }

  @Test("measures every trial that was trained where it is to, right after its training")
  func all() throws {
    let executor = ScriptedExecutor()
    let (trials, _) = try makeBench(.all).run(executor)
    let completed = trials.filter { $0.state == .completed }.map(\.number)
    #expect(executor.measured == completed)
    #expect(trials.contains { $0.state == .duplicate && $0.measuredInference(among: trials) != nil })
    #expect(trials.allSatisfy { ($0.inference != nil) == completed.contains($0.number) })

    let nothing = ScriptedExecutor()
    #expect(try makeBench(.none).run(nothing).trials.allSatisfy { $0.inference == nil })
    #expect(nothing.measured.isEmpty)
  }

  @Test(
    "by which trials are ranked has the same trials whatever the number of workers, and its strategy learns I"
  )
  func objective() throws {
    let objectives: [Objective] = [.accuracy, .inferenceEnergy]
    let bench = try makeBench(.none, kind: .evolution, objectives: objectives, limit: 30)
    let script = ScriptedExecutor.Script(failing: [2], unmeasurable: [7])
    let diary = Diary()
    let folder = try TemporaryFolder()
    let study = try bench.study(
      on: folder.createJournal(), ScriptedExecutor(script),
      strategy: DiaryStrategy(base: bench.strategy(), diary: diary))
    _ = try study.run()
    let told = diary.entries.compactMap(\.losses)
    #expect(told.count == 25)
    for (trial, losses) in zip(study.trials, told) {
      let trained = trial.duplicateOf ?? trial.number
      guard trained != 2, trained != 7 else {
        #expect(losses == [], "trial \(trial.number)")
        continue
      }
      let accuracy = try #require(trial.outcome?.validationAccuracy)
      let window = ScriptedExecutor.inference(of: trial.candidate).single.energy.energy.joules
      #expect(losses == [1 - accuracy, window * (1.0 / 400)])
    }
    #expect(study.trials[7].state != .completed || study.trials[7].inferenceFailure == "told to fail")
    for slots in [2, 5] {
      var script = script
      (script.slots, script.order) = (slots, 6)
      #expect(try bench.run(script).trials == study.trials, "\(slots) slots")
    }
  }

  @Test(
    "equals one that was never stopped, wherever it was cut, and measures only what lacks",
    arguments: [
      [Objective.accuracy, .trainingEnergy], [.accuracy, .inferenceEnergy],
    ])
  func everyCut(objectives: [Objective]) throws {
    let bench = try makeBench(.front, kind: .evolution, objectives: objectives, limit: 12)
    let whole = ScriptedExecutor(.init(slots: 2, order: 9))
    let reference = try bench.run(whole).trials
    var partial = 0
    for cut in 1...whole.calls {
      let folder = try TemporaryFolder()
      let first = ScriptedExecutor(.init(slots: 2, order: 9, cutAtCall: cut))
      do { _ = try bench.study(on: folder.createJournal(), first).run() } catch is Cut {}
      let journal = try folder.openJournal()
      let before = try journal.trials()
      let measured = before.filter { $0.inference != nil }.map(\.number)
      let executor = ScriptedExecutor(.init(slots: 3, order: 2))
      let study = try bench.study(on: journal, executor)
      _ = try study.run()
      #expect(study.trials == reference, "cut at \(cut)")
      #expect(try journal.trials() == reference, "cut at \(cut)")
      #expect(Set(executor.measured).isDisjoint(with: measured), "measured twice, cut at \(cut)")
      if !measured.isEmpty && !executor.measured.isEmpty { partial += 1 }
      let ledger = try #require(EnergyLedger(trials: study.trials, sessions: try journal.sessionBooks()))
      #expect(ledger.imbalance <= 1e-9, "cut at \(cut)")
    }
    #expect(partial > 0)
  }

  @Test("tries again, when it is resumed, what could not be measured of the front")
  func triesAgain() throws {
    let folder = try TemporaryFolder()
    let bench = try makeBench(.front)
    let journal = try folder.createJournal()
    let failing = ScriptedExecutor(.init(unmeasurable: Set(0..<20)))
    #expect(try bench.study(on: journal, failing).run() == .trials)
    #expect(!failing.measured.isEmpty)
    #expect(try journal.trials().allSatisfy { $0.inference == nil && $0.inferenceFailure == nil })
    let executor = ScriptedExecutor()
    #expect(try bench.study(on: journal, executor).run() == .trials)
    #expect(executor.measured == failing.measured)
    let third = ScriptedExecutor()
    #expect(try bench.study(on: journal, third).run() == .trials)
    #expect(third.measured.isEmpty)
  }

  @Test("has a measuring whose worker died tried again, once in a session", arguments: [1, 3])
  func cutOff(slots: Int) throws {
    let objectives: [Objective] = [.accuracy, .inferenceEnergy]
    let bench = try makeBench(.none, kind: .evolution, objectives: objectives)
    let reference = try bench.run().trials
    let lucky = try #require(reference.first { $0.state == .completed }?.number)
    let executor = ScriptedExecutor(.init(slots: slots, cuttingOff: [lucky: 1]))
    #expect(try bench.run(executor).trials == reference)
    #expect(executor.measured.count { $0 == lucky } == 2)
    // What is no objective is tried again too.
    let every = try makeBench(.all, kind: .evolution)
    let other = ScriptedExecutor(.init(slots: slots, cuttingOff: [0: 1]))
    #expect(try every.run(other).trials == every.run().trials)
    #expect(other.measured.count { $0 == 0 } == 2)
  }

  @Test("measures at a resume what two workers died of, and tells its strategy what it told before")
  func cutOffForGood() throws {
    let objectives: [Objective] = [.accuracy, .inferenceEnergy]
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    var bench = try makeBench(.none, kind: .evolution, objectives: objectives)
    let dying = ScriptedExecutor(.init(cuttingOff: [0: 2, 4: 2]))
    let first = try bench.study(on: journal, dying)
    #expect(try first.run() == .trials)
    #expect(dying.measured.count { $0 == 0 } == 2)
    #expect(first.trials[0].inference == nil && first.trials[0].inferenceFailure == "told to die")
    #expect(first.trials[0].losses(objectives, among: first.trials) == nil)

    bench.trialLimit = 30
    let diary = Diary()
    let executor = ScriptedExecutor()
    let second = try bench.study(
      on: journal, executor, strategy: DiaryStrategy(base: bench.strategy(), diary: diary))
    var announced: [Int] = []
    let ending = try second.run(watch: { event in
      if case .measuringEarlier(let trials) = event { announced.append(trials) }
    })
    #expect(ending == .trials)
    #expect(announced == [2] && executor.measured.prefix(1) == [0])
    #expect(second.trials[0].inference == ScriptedExecutor.inference(of: second.trials[0].candidate))
    // It is ranked, but the strategy had gone on without it.
    #expect(second.trials[0].losses(objectives, among: second.trials) != nil)
    #expect(diary.entries.compactMap(\.losses).first == [])
    #expect(
      second.trials.prefix(20).map(\.assignment) == first.trials.map(\.assignment))
    // A third session replays both.
    let third = ScriptedExecutor()
    #expect(try bench.study(on: journal, third).run() == .trials)
    #expect(third.measured.isEmpty && third.started.isEmpty)
    #expect(try journal.trials() == second.trials)
  }

  @Test("measures nothing once it is told to stop")
  func stops() throws {
    let folder = try TemporaryFolder()
    let executor = ScriptedExecutor()
    let study = try makeBench(.front).study(on: folder.createJournal(), executor)
    #expect(try study.run(shouldStop: { executor.started.count >= 5 }) == .interrupted)
    #expect(executor.measured.isEmpty)
  }
}

@Suite("Inferences in a journal")
struct InferenceJournalTests {
  @Test(
    "are kept to the bit; journals and books of earlier versions have none, and get them once they are written to"
  )
  func kept() throws {
    let folder = try TemporaryFolder()
    let journal = try folder.createJournal()
    var trials = try Bench(.random, repetitiveSpace(), trialLimit: 3).run().trials
    for trial in trials { try journal.begin(trial) }
    let session = try journal.beginSession(host: "{}")
    let books = EnergyBooks(overhead: joules(1), idle: joules(2), running: joules(0), metered: joules(3))
    try journal.note(books, session: session)
    let queue = try DatabaseQueue(path: folder.journalPath)
    try queue.write {
      try $0.execute(
        sql: "DROP TABLE trial_inference; UPDATE session SET books = json_remove(books, '$.measuring')")
    }
    let reader = try Journal.open(at: folder.journalPath, readOnly: true)
    #expect(try reader.trials() == trials)
    #expect(try reader.sessionBooks().map(\.measuring) == [joules(0)])

    let writer = try folder.openJournal()
    trials[1].inference = ScriptedExecutor.inference(of: trials[1].candidate)
    trials[1].inference?.single.seconds = 0.1 + 0.2
    trials[2].inferenceFailure = "the meter\n'slept'"
    var later = books
    (later.measuring, later.metered) = (joules(1.0 / 3), joules(10.0 / 3))
    for trial in trials[1...] { try writer.note(inferenceOf: trial, session: session, books: later) }
    #expect(try folder.openJournal().trials() == trials)
    #expect(try writer.sessionBooks().map(\.measuring) == [joules(1.0 / 3)])
    try queue.write { try $0.execute(sql: "UPDATE trial_inference SET measurement = '{}' WHERE number = 1") }
    let error = #expect(throws: JournalError.self) { try writer.trials() }
    #expect(error?.description.contains("trial_inference, row 1, measurement: ") == true)
  }
}
