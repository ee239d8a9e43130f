import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Studies
import Testing
import Training

extension WorkerSuites {
  @Suite("The local executor")
  struct LocalExecutorTests {
    @Test("trains the same candidate to the same bits in any worker, and meters it")
    func trains() throws {
      var outcomes: [TrainingOutcome?] = []
      for processor in ProcessorAffinity.allowed().prefix(2) {
        let executor = try makeExecutor(processors: [processor])
        let completion = try executor.train(7, digitsCandidate())
        outcomes.append(completion.outcome)
        #expect(completion.trial == 7)
        #expect(completion.energy.energy > .zero)
        #expect(completion.wallSeconds > 0)
        #expect(completion.cpuSeconds > 0)
        #expect(completion.cpuSeconds <= completion.wallSeconds * 1.5 + 0.1)
        #expect((completion.peakMemoryBytes ?? 0) > 1 << 20)
        #expect(executor.workerDescription?.processor == processor)
        #expect(executor.workerDescription?.blasCore.isEmpty == false)
        let again = try executor.train(7, digitsCandidate())
        outcomes.append(again.outcome)
        let books = executor.finish()
        #expect(books.imbalance(with: [completion, again]) < 1e-9)
        #expect(books.running.energy == .zero)
        #expect(books.overhead.energy > .zero)
      }
      let first = try #require(outcomes.first ?? nil)
      #expect(outcomes.allSatisfy { $0 == first })
      #expect(try #require(first.validationAccuracy) > 0.2)
      #expect(children().isEmpty)
    }

    @Test("books what the strategy is charged with out of its own process's share, and no more than that")
    func strategyAccount() throws {
      let executor = try makeExecutor()
      try executor.waitForFreeSlots(1)
      #expect(executor.books().strategy.energy == .zero)
      let clock = ProcessClock()
      let begin = try clock.cpuSeconds()
      while try clock.cpuSeconds() - begin < 0.02 {}
      executor.charge(strategySeconds: 0.01)
      let first = executor.books()
      #expect(first.strategy.energy > .zero)
      #expect(first.overhead.energy > .zero)
      // More than there is: all of this process's share, and nothing of the workers'.
      executor.charge(strategySeconds: 1e6)
      let second = executor.books()
      #expect(second.strategy.energy >= first.strategy.energy)
      #expect(second.overhead.energy >= first.overhead.energy)
      // It was charged once.
      while try clock.cpuSeconds() - begin < 0.04 {}
      let third = executor.finish()
      #expect(third.strategy.energy == second.strategy.energy)
      #expect(third.overhead.energy > second.overhead.energy)
      #expect(third.imbalance(with: []) < 1e-9)
    }

    @Test("fails the trial of a worker that is killed, names the signal, and goes on with a new worker")
    func killed() throws {
      let executor = try makeExecutor()
      try executor.waitForFreeSlots(1)
      try executor.start(TrialJob(trial: 0, candidate: digitsCandidate(epochs: 1_000_000)))
      #expect(executor.freeSlots == 0)
      #expect(executor.runningCount == 1)
      _ = try executor.waitForCompletions(timeoutSeconds: 0.2)
      let pids = children()
      #expect(pids.count == 1)
      for pid in pids { kill(pid, SIGKILL) }
      let completion = try executor.waitForCompletion()
      #expect(completion.trial == 0)
      #expect(completion.failure?.contains("signal 9") == true)
      #expect(completion.energy.energy > .zero)
      let next = try executor.train(1, digitsCandidate())
      #expect(next.outcome != nil)
      #expect(Set(children()).isDisjoint(with: pids))
      #expect(executor.finish().imbalance(with: [completion, next]) < 1e-9)
    }

    @Test("replaces a worker that is killed while it waits")
    func killedIdle() throws {
      let executor = try makeExecutor()
      try executor.waitForFreeSlots(1)
      for pid in children() { kill(pid, SIGKILL) }
      while executor.freeSlots == 1 { _ = try executor.waitForCompletions(timeoutSeconds: 0.2) }
      #expect(try executor.train(0, digitsCandidate()).outcome != nil)
    }

    @Test("reports a training that diverges as failed, with the reason")
    func diverges() throws {
      let executor = try makeExecutor()
      let wild = try executor.train(0, digitsCandidate(units: 32, learningRate: 1e6))
      #expect(wild.failure?.contains("expected a finite loss") == true)
      #expect(wild.energy.energy > .zero)
      let tame = try executor.train(1, digitsCandidate())
      #expect(tame.outcome != nil)
      #expect(executor.finish().imbalance(with: [wild, tame]) < 1e-9)
    }

    @Test("cuts off running trainings when it finishes, and books them apart")
    func finishes() throws {
      let executor = try makeExecutor(workers: 2)
      try executor.waitForFreeSlots(2)
      try executor.start(TrialJob(trial: 0, candidate: digitsCandidate(epochs: 1_000_000)))
      #expect(try executor.waitForCompletions(timeoutSeconds: 0.3).isEmpty)
      let during = executor.books()
      #expect(during.running.energy > .zero)
      #expect(during.imbalance(with: []) < 1e-9)
      let books = executor.finish()
      #expect(books.running.energy >= during.running.energy)
      #expect(books.imbalance(with: []) < 1e-9)
      #expect(children().isEmpty)
    }

    @Test("gives up when the data do not load")
    func unknownData() throws {
      let missing = DatasetReference(.csv(CSVSource(path: "/nonexistent/no-such-data.csv")))
      let executor = try makeExecutor(setup: WorkerSetup(dataset: missing, split: [0.6, 0.2, 0.2], seed: 1))
      let error = #expect(throws: WorkerUnusableError.self) { try executor.waitForFreeSlots(1) }
      #expect(error?.reason.contains("no-such-data") == true)
    }

    @Test("gives up with the cause when workers cannot even begin")
    func cannotBegin() throws {
      for _ in 0..<5 {
        let executor = try makeExecutor(script: "echo 'out of luck' >&2; exit 3")
        let error = #expect(throws: WorkerUnusableError.self) { try executor.waitForFreeSlots(1) }
        #expect(error?.reason == "the worker exited with code 3: out of luck")
      }
      #expect(throws: SystemCallError.self) {
        try LocalExecutor(
          LocalExecutor.Configuration(
            workers: 1, processors: [], blasCore: nil, setup: digits, executable: "/no/such/program"),
          meter: makeMeter(), log: quietLog)
      }
    }

    @Test("leaves neither processes nor pipes behind")
    func leaks() throws {
      let before = openPipes()
      for finishes in [true, false] {
        let executor = try makeExecutor(workers: 2, script: "read r; \(ready); read j; exit 1")
        try executor.waitForFreeSlots(2)
        _ = try executor.train(0, digitsCandidate())
        if finishes { _ = executor.finish() }
      }
      #expect(openPipes() == before)
      #expect(children().isEmpty)
    }
  }
}
