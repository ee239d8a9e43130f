import EnergyMetering
import SearchSpaces
import Studies
import Testing

@Suite("A duplicate")
struct DuplicateTests {
  @Test("is not trained, takes no energy and shares the original's result", arguments: [1, 2, 6])
  func shares(slots: Int) throws {
    let executor = ScriptedExecutor(.init(slots: slots, order: 1))
    let (trials, _) = try Bench(.lexicographicGrid, threefoldSpace()).run(executor)
    #expect(executor.started.sorted() == [0, 3])
    for (number, original) in [(1, 0), (2, 0), (4, 3), (5, 3)] {
      let trial = trials[number]
      #expect(trial.state == .duplicate)
      #expect(trial.duplicateOf == original)
      #expect(trial.hash == trials[original].hash)
      #expect(trial.assignment != trials[original].assignment)
      #expect(trial.outcome == trials[original].outcome)
      #expect(trial.outcome != nil)
      #expect(trial.energy == EnergyReading.zero(fakeProvenance))
      #expect(trial.wallSeconds == 0)
      #expect(trial.cpuSeconds == 0)
    }
  }

  @Test("of a running trial waits for its end and holds no worker")
  func waits() throws {
    let folder = try TemporaryFolder()
    let executor = ScriptedExecutor(.init(slots: 2))
    let study = try Bench(.lexicographicGrid, threefoldSpace()).study(on: folder.createJournal(), executor)
    var sawWaiting = false
    _ = try study.run(watch: { event in
      guard case .started(let trial) = event, trial.number == 3 else { return }
      sawWaiting = true
      #expect(executor.runningTrials == [0, 3])
      #expect(study.trials[1].state == .running)
      #expect(study.trials[2].state == .running)
    })
    #expect(sawWaiting)
  }

  @Test(
    "is trained itself if the original fails, and is then the original of the next", arguments: [1, 2, 6])
  func failures(slots: Int) throws {
    let bench = Bench(.lexicographicGrid, try threefoldSpace())
    let first = try bench.run(.init(slots: slots, order: 7, failing: [0])).trials
    #expect(first.prefix(3).map(\.state) == [.failed, .completed, .duplicate])
    #expect(first[2].duplicateOf == 1)
    #expect(first[1].duplicateOf == nil)
    #expect(first[1].energy == joules(ScriptedExecutor.cost(of: first[1].candidate)))

    let second = try bench.run(.init(slots: slots, order: 7, failing: [0, 1])).trials
    #expect(second.prefix(3).map(\.state) == [.failed, .failed, .completed])

    let third = try bench.run(.init(slots: slots, order: 7, failing: [0, 1, 2, 3, 4, 5])).trials
    #expect(third.allSatisfy { $0.state == .failed && $0.failure == "told to fail" && $0.outcome == nil })
  }

  @Test("saves what its original took, and the run says so")
  func avoidedEnergy() throws {
    let yaml = """
      name: test
      dataset: {name: digits}
      architecture:
        - dense: {units: {choice: [4, 8]}}
        - activation: relu
        - choice: [none, {activation: relu}, {dropout: {rate: 0}}]
        - dense: {units: classes}
      training: {optimizer: adam, learning-rate: 0.01, batch-size: 32, epochs: 5}
      search: {strategy: grid, order: lexicographic}
      """
    let folder = try TemporaryFolder()
    let configuration = try StudyConfiguration(yaml: yaml, fileName: "test.yaml")
    let checked = try CheckedConfiguration(configuration)
    let journal = try folder.createJournal(configuration: configuration.resolvedYAML)
    let study = try Study(
      plan: checked.plan, strategy: checked.strategy, journal: journal, executor: ScriptedExecutor(),
      session: journal.beginSession(host: "{}"), log: quietLog)
    #expect(try study.run() == .exhausted)
    let record = try RunRecord(reading: RunFolder(path: folder.path))
    let costs = [0, 3].map { ScriptedExecutor.cost(of: record.trials[$0].candidate) }
    #expect(abs(record.avoidedByDuplicates.estimate * 3.6e6 - 2 * (costs[0] + costs[1])) < 1e-9)
    #expect(abs(record.searchCost.estimate * 3.6e6 - (costs[0] + costs[1])) < 1e-9)
    #expect(record.trials == study.trials)
    // The front has the two networks and not their duplicates.
    #expect(record.front().members.allSatisfy { [0, 3].contains($0.trial.number) })
  }
}
