import EnergyMetering
import Foundation
import SearchSpaces
import Studies
import Testing
import Training

@Suite struct SimulatedClusterTests {
  private let parts = PartSizes(training: 1078, validation: 360, test: 359)

  private func job(_ trial: Int) throws -> TrialJob {
    let space = try repetitiveSpace()
    return TrialJob(trial: trial, candidate: try space.candidate(for: space.choices.gridAssignment(at: 0)))
  }

  @Test("two workers train four equal trainings in the time of two")
  func clock() throws {
    let cluster = SimulatedCluster(.init(workers: 2, watts: 10), parts: parts)
    try cluster.start(job(0))
    try cluster.start(job(1))
    let first = try #require(cluster.waitForCompletions(timeoutSeconds: 1).first)
    let seconds = first.wallSeconds
    #expect(seconds > 0 && first.trial == 0 && cluster.clock == seconds)
    try cluster.start(job(2))
    #expect(cluster.waitForCompletions(timeoutSeconds: 1).map(\.trial) == [1])
    try cluster.start(job(3))
    #expect(cluster.waitForCompletions(timeoutSeconds: 1).map(\.trial) == [2])
    #expect(cluster.waitForCompletions(timeoutSeconds: 1).map(\.trial) == [3])
    #expect(cluster.clock == 2 * seconds)
    #expect(abs(cluster.books().metered.energy.joules - 4 * 10 * seconds) < 1e-9)
    #expect(cluster.utilisation == 1)
  }

  @Test("a worker that is lost is told as its fault, with what it took, and is there again after a while")
  func losses() throws {
    let options = SimulatedCluster.Options(workers: 1, lossShare: 1, replacementSeconds: 100, watts: 10)
    let cluster = SimulatedCluster(options, parts: parts)
    try cluster.start(job(0))
    let first = try #require(cluster.waitForCompletions(timeoutSeconds: 1).first)
    guard case .faulted = first.result else {
      Issue.record("expected a fault of the worker, found \(first.result)")
      return
    }
    #expect(cluster.usage.losses == 1 && cluster.usage.lostSeconds == first.wallSeconds)
    #expect(cluster.runningCount == 0 && cluster.freeSlots == 0)
    #expect(cluster.waitForCompletions(timeoutSeconds: 1).isEmpty && cluster.freeSlots == 1)
    #expect(abs(cluster.clock - 100 - first.wallSeconds) < 1e-9)
    // The next attempt has other luck.
    try cluster.start(job(0))
    let second = try #require(cluster.waitForCompletions(timeoutSeconds: 1).first)
    #expect(second.wallSeconds != first.wallSeconds)
    let books = cluster.finish()
    #expect(abs(first.energy.energy.joules - 10 * first.wallSeconds) < 1e-9)
    #expect(books.running.energy.joules == 0)
    #expect(abs(books.metered.energy.joules - 10 * cluster.usage.lostSeconds) < 1e-9)
  }

  @Test("a trial whose workers are lost more often than it is tried again has failed")
  func lostTooOften() throws {
    let result = try StudyBench(Self.configuration).run(
      .random, trials: 5, on: .init(workers: 2, lossShare: 1))
    #expect(result.states == [.failed: 5] && result.unaccounted == 0)
    // The first attempt and three more.
    #expect(result.usage.losses == 20 && result.lostShare == 1)
    #expect(result.imbalance <= EnergyLedger.toleratedImbalance)
  }

  @Test(
    "every trial of a study has its end and the books close, with failures, lost workers and stragglers",
    arguments: [StudyConfiguration.StrategyName.random, .evolutionary, .nsgaII, .motpe])
  func accounted(strategy: StudyConfiguration.StrategyName) throws {
    let cluster = SimulatedCluster.Options(
      workers: 50, failureShare: 0.05, lossShare: 0.1, replacementSeconds: 0.1, scatter: 0.3,
      stragglerShare: 0.02)
    let result = try StudyBench(Self.configuration).run(strategy, trials: 300, lookahead: 20, on: cluster)
    #expect(result.trials == 300 && result.unaccounted == 0)
    #expect(result.states[.failed, default: 0] > 0 && result.usage.losses > 0)
    #expect(result.imbalance <= EnergyLedger.toleratedImbalance)
    #expect(result.lostShare > 0.01 && result.lostShare < 0.2, "\(result.lostShare)")
    #expect(result.behind.count == 300)
  }

  @Test("what evolution does not know at a proposal is its lookahead, however many workers there are")
  func staleness() throws {
    let few = try StudyBench(Self.configuration).run(
      .evolutionary, trials: 100, lookahead: 20, on: .init(workers: 2, scatter: 0.3))
    let many = try StudyBench(Self.configuration).run(
      .evolutionary, trials: 100, lookahead: 20, on: .init(workers: 60, scatter: 0.3))
    // The first 16 are drawn at random.
    #expect(few.behind == (0..<100).map { min($0, 20) })
    #expect(many.behind == few.behind)
    // Not 60 but 21 train at once.
    #expect(many.utilisation < 21.0 / 60 + 1e-9 && few.utilisation > 0.9)
  }

  private static let configuration: StudyConfiguration = {
    do {
      return try StudyConfiguration(
        yaml: """
          name: simulated
          dataset: {name: digits}
          architecture:
            - dense: {units: {int: [4, 256]}}
            - activation: {choice: [relu, tanh]}
            - dense: {units: classes}
          training:
            optimizer: adam
            learning-rate: {float: [0.0001, 0.1], scale: log}
            batch-size: {choice: [32, 64]}
            epochs: 5
          objectives: [{maximize: accuracy}, {minimize: training-energy}]
          search: {strategy: random, trials: 10}
          """, fileName: "simulated.yaml")
    } catch {
      fatalError("\(error)")
    }
  }()
}

@Suite struct IdleWorkersTests {
  private func checked(_ search: String) throws -> CheckedConfiguration {
    try CheckedConfiguration(
      StudyConfiguration(
        yaml: """
          name: test
          dataset: {name: digits}
          architecture: [{dense: {units: {int: [4, 256]}}}, {dense: {units: classes}}]
          training: {optimizer: adam, learning-rate: {float: [0.001, 0.1]}, batch-size: 32, epochs: 5}
          search: \(search)
          """, fileName: "test.yaml"))
  }

  @Test(
    "so many trainings can be under way as the strategy does not wait for",
    arguments: [
      // The trial itself and those that it does not wait for.
      ("{strategy: evolutionary, trials: 100, lookahead: 8}", 9),
      ("{strategy: motpe, trials: 100, lookahead: 30}", 31),
      // A generation of 16 waits for all before it but 8: its last trial runs beside 15 and 8.
      ("{strategy: nsga-ii, population: 16, trials: 100, lookahead: 8}", 24),
      ("{strategy: random, trials: 100}", 100),
    ])
  func most(search: String, count: Int) throws {
    #expect(try checked(search).mostTrainingsAtOnce == count)
  }

  @Test("more workers than that are told of, with the remedy; strategies that never wait have work for all")
  func note() throws {
    let learning = try checked("{strategy: evolutionary, trials: 100, lookahead: 8}")
    #expect(learning.noteOnIdleWorkers(of: 9) == nil)
    #expect(
      learning.noteOnIdleWorkers(of: 12)
        == "12 workers, but evolutionary with search.lookahead 8 lets 9 trainings run at once, so that 3 idle; "
        + "--set search.lookahead=48 keeps most of them busy, and leads the same seed to other candidates")
    #expect(try checked("{strategy: random, trials: 10}").noteOnIdleWorkers(of: 1_000) == nil)
  }
}
