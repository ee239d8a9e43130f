import EnergyMetering
import Foundation
import SearchSpaces
import SearchStrategies
import Studies
import Synchronization
import Testing

@Suite("A study")
struct StudyTests {
  @Test(
    "has the same trials whatever the number of workers and the order of ends",
    arguments: StrategyKind.allCases)
  func timingDoesNotMatter(kind: StrategyKind) throws {
    let bench = Bench(kind, try repetitiveSpace(), trialLimit: 50)
    let failing: Set = [0, 3, 9, 10, 11, 30]
    let reference = try bench.run(.init(failing: failing)).trials
    #expect(reference.count == 50)
    #expect(Set(reference.map(\.state)) == [.completed, .failed, .duplicate])
    for slots in [2, 3, 7] {
      for order: UInt64 in 1...3 {
        let executor = ScriptedExecutor(.init(slots: slots, order: order, failing: failing))
        #expect(try bench.run(executor).trials == reference, "\(slots) slots, order \(order)")
        #expect(executor.largestRunningCount == slots)
      }
    }
  }

  @Test("has other trials with another seed", arguments: StrategyKind.allCases)
  func seedMatters(kind: StrategyKind) throws {
    let first = try Bench(kind, repetitiveSpace(), seed: 1, trialLimit: 10).run().trials
    let second = try Bench(kind, repetitiveSpace(), seed: 2, trialLimit: 10).run().trials
    #expect((first.map(\.assignment) == second.map(\.assignment)) == (kind == .lexicographicGrid))
    #expect(second.allSatisfy { $0.seed == 2 })
  }

  @Test("tells the strategy of trials in order, and just as many as it needs", arguments: [1, 5])
  func observations(slots: Int) throws {
    let bench = Bench(.evolution, try repetitiveSpace(), trialLimit: 40)
    let diary = Diary()
    let folder = try TemporaryFolder()
    let study = try bench.study(
      on: folder.createJournal(), ScriptedExecutor(.init(slots: slots, order: 4, failing: [2, 20])),
      strategy: DiaryStrategy(base: bench.strategy(), diary: diary))
    _ = try study.run()
    let entries = diary.entries
    let observed = entries.compactMap(\.observed)
    #expect(observed == Array(0..<35))
    var known = 0
    for entry in entries {
      if entry.observed != nil { known += 1 }
      if let trial = entry.proposed { #expect(known == (trial < 8 ? 0 : trial - 4), "before trial \(trial)") }
    }
  }

  @Test("tells the strategy losses of which less is better, and nothing of a failed trial")
  func losses() throws {
    let bench = Bench(.evolution, try repetitiveSpace(), trialLimit: 30)
    let diary = Diary()
    let folder = try TemporaryFolder()
    let study = try bench.study(
      on: folder.createJournal(), ScriptedExecutor(.init(failing: [2])),
      strategy: DiaryStrategy(base: bench.strategy(), diary: diary))
    _ = try study.run()
    let told = diary.entries.compactMap(\.losses)
    #expect(told.count == 25)
    #expect(told[2] == [])
    for (trial, losses) in zip(study.trials, told) where trial.number != 2 {
      let accuracy = try #require(trial.outcome?.validationAccuracy)
      // A duplicate counts as what its network takes, not as nothing.
      let cost = ScriptedExecutor.cost(of: trial.candidate)
      #expect(losses == [1 - accuracy, cost / 3.6e6])
    }
  }

  @Test("ends at its limit of trials, duplicates and failures counted", arguments: [1, 4])
  func trialLimit(slots: Int) throws {
    let bench = Bench(.shuffledGrid, try repetitiveSpace(), trialLimit: 20)
    let (trials, ending) = try bench.run(.init(slots: slots, order: 1, failing: [1]))
    #expect(ending == .trials)
    #expect(trials.map(\.number) == Array(0..<20))
    #expect(trials.allSatisfy { $0.state != .running })
  }

  @Test("visits every cell of a grid exactly once and then ends", arguments: [1, 3])
  func everyCell(slots: Int) throws {
    let space = try repetitiveSpace()
    let cells = try space.choices.requiredGridSize()
    #expect(cells == 72)
    for kind in [StrategyKind.shuffledGrid, .lexicographicGrid] {
      let (trials, ending) = try Bench(kind, space).run(.init(slots: slots, order: 2))
      #expect(ending == .exhausted)
      let indexes = trials.compactMap { space.choices.gridIndex(of: $0.assignment) }
      #expect(indexes.sorted() == Array(0..<cells))
      #expect((indexes == Array(0..<cells)) == (kind == .lexicographicGrid))
      #expect(trials.count { $0.state == .completed } == 48)
    }
  }

  @Test("ends when a finite space has no further point", arguments: [StrategyKind.random, .evolution])
  func exhausts(kind: StrategyKind) throws {
    let (trials, ending) = try Bench(kind, repetitiveSpace()).run(.init(slots: 3, order: 2))
    #expect(ending == .exhausted)
    #expect(Set(trials.map(\.assignment)).count == 72)
    #expect(trials.count == 72)
  }

  @Test("tells its watcher of every start and every end once")
  func events() throws {
    let bench = Bench(.shuffledGrid, try repetitiveSpace(), trialLimit: 40)
    let folder = try TemporaryFolder()
    let executor = ScriptedExecutor(.init(slots: 3, order: 8, failing: [4]))
    let study = try bench.study(on: folder.createJournal(), executor)
    var started: [Int] = []
    var ended: [Int] = []
    _ = try study.run(watch: { event in
      switch event {
      case .started(let trial): started.append(trial.number)
      case .ended(let trial):
        #expect(trial.state != .running)
        ended.append(trial.number)
      case .measuringEarlier, .measuringFront, .measured, .tick, .stopping, .goingOn: break
      }
    })
    #expect(started == executor.started)
    #expect(ended.sorted() == Array(0..<40))
  }

  @Test("fails when the accounts do not add up to the meter")
  func unbalancedBooks() throws {
    let bench = Bench(.random, try repetitiveSpace(), trialLimit: 10)
    let error = #expect(throws: StudyError.self) { try bench.run(.init(unbookedJoules: 1e-3)) }
    guard case .booksDoNotBalance(let imbalance) = error else {
      Issue.record("expected unbalanced books, got \(String(describing: error))")
      return
    }
    #expect(imbalance > 1e-9 && imbalance < 1e-3)
  }
}

@Suite("The budget of a study")
struct BudgetTests {
  @Test("lets no training start that does not fit into it", arguments: [1, 4])
  func budget(slots: Int) throws {
    let bench = Bench(.random, try repetitiveSpace(), budget: Energy(joules: 40))
    let executor = ScriptedExecutor(.init(slots: slots, order: 3))
    let (trials, ending) = try bench.run(executor)
    #expect(ending == .budget)
    #expect(executor.meteredAtStarts.allSatisfy { $0 < 40 })
    // All is spent but what one training takes, which is at most 5 J here.
    #expect(try executor.books().metered.energy.joules > 30)
    #expect(executor.started.count > 5)
    #expect(trials.filter { $0.state != .running }.count >= executor.started.count)
    #expect(executor.isFinished)
  }

  @Test("holds for trials that waited for the original of a duplicate, which failed")
  func waiters() throws {
    // Trial 0 alone spends it all, and trials 1 and 2 are the same network.
    let bench = Bench(.lexicographicGrid, try threefoldSpace(), budget: Energy(joules: 1))
    let executor = ScriptedExecutor(.init(slots: 3, failing: [0]))
    let (trials, ending) = try bench.run(executor)
    #expect(ending == .budget)
    #expect(executor.meteredAtStarts.allSatisfy { $0 < 1 })
    #expect(!executor.started.contains(1))
    #expect(trials[1].state == .running)
  }

  @Test("counts what earlier sessions took")
  func sessions() throws {
    let folder = try TemporaryFolder()
    let bench = Bench(.random, try repetitiveSpace(), budget: Energy(joules: 30))
    let journal = try folder.createJournal()
    #expect(throws: Cut.self) {
      try bench.study(on: journal, ScriptedExecutor(.init(slots: 2, cutAtCall: 25))).run()
    }
    let earlier = try journal.sessionBooks().reduce(0) { $0 + $1.metered.energy.joules }
    #expect(earlier > 5)
    let executor = ScriptedExecutor(.init(slots: 2))
    #expect(try bench.study(on: journal, executor).run() == .budget)
    #expect(executor.meteredAtStarts.allSatisfy { earlier + $0 < 30 })
  }

  @Test("lets interrupted trials be when it is spent already")
  func interruptedTrials() throws {
    let folder = try TemporaryFolder()
    var bench = Bench(.random, try repetitiveSpace(), trialLimit: 8)
    let journal = try folder.createJournal()
    #expect(throws: Cut.self) {
      try bench.study(on: journal, ScriptedExecutor(.init(slots: 3, cutAtCall: 12))).run()
    }
    bench.budget = Energy(joules: 1)
    let executor = ScriptedExecutor(.init(slots: 3))
    #expect(try bench.study(on: journal, executor).run() == .budget)
    #expect(executor.started.isEmpty)
    bench.budget = nil
    let study = try bench.study(on: journal, ScriptedExecutor())
    #expect(try study.run() == .trials)
    #expect(study.trials == (try bench.run().trials))
  }
}

/// What a strategy was asked and told, in order.
final class Diary: Sendable {
  struct Entry: Sendable {
    var proposed: Int?
    var observed: Int?
    var losses: [Double]?
  }

  private let storage = Mutex<[Entry]>([])
  var entries: [Entry] { storage.withLock { $0 } }
  func note(_ entry: Entry) { storage.withLock { $0.append(entry) } }
}

/// A strategy that keeps a diary.
struct DiaryStrategy: SearchStrategy {
  var base: any SearchStrategy
  let diary: Diary
  var name: String { base.name }

  func observationsNeeded(before trial: Int) -> Int { base.observationsNeeded(before: trial) }

  mutating func propose(trial: Int) -> Assignment? {
    diary.note(Diary.Entry(proposed: trial))
    return base.propose(trial: trial)
  }

  mutating func observe(_ trial: ObservedTrial) {
    diary.note(Diary.Entry(observed: trial.number, losses: trial.losses ?? []))
    base.observe(trial)
  }
}
