import Foundation
import SearchSpaces
import SearchStrategies
import Testing

/// A scheme of rungs over a strategy.
struct MultiFidelityCase: Sendable, CustomTestStringConvertible {
  enum Scheme: String, CaseIterable { case asha, halving, hyperband }

  let scheme: Scheme
  let strategy: StrategyUnderTest
  var lookahead = 4

  var testDescription: String { "\(scheme) over \(strategy.name)" }

  static let estimates = EstimatesUnderTest()

  func make(_ space: SpaceUnderTest, seed: UInt64 = 7) throws -> any SearchStrategy {
    let candidates = try strategy.make(space.makeSpace().choices, seed)
    let ladder = EnergyLadder(reduction: 3, rungs: 4, firstJoules: 1, estimates: Self.estimates)
    return switch scheme {
    case .asha: ASHA(over: candidates, ladder: ladder, lookahead: lookahead)
    case .halving:
      Hyperband(over: candidates, ladder: ladder, startsOnEveryRung: false, lookahead: lookahead)
    case .hyperband:
      Hyperband(over: candidates, ladder: ladder, startsOnEveryRung: true, lookahead: lookahead)
    }
  }

  static let all = Scheme.allCases.flatMap { scheme in
    strategiesUnderTest.map { MultiFidelityCase(scheme: scheme, strategy: $0) }
  }
}

/// What successive halving over any strategy promises.
@Suite struct MultiFidelityConformanceTests {
  private static let trials = 90

  private func rehearsal(
    _ conformance: MultiFidelityCase, _ space: SpaceUnderTest = .flat, seed: UInt64 = 7, workers: Int = 1,
    duplicates: Set<Int> = [], losses: @escaping MultiFidelityRehearsal.Losses = noisyLosses
  ) throws -> MultiFidelityRehearsal {
    MultiFidelityRehearsal(
      try conformance.make(space, seed: seed), estimates: MultiFidelityCase.estimates, workers: workers,
      duplicates: duplicates, losses: losses)
  }

  @Test(arguments: MultiFidelityCase.all)
  func `the same seed gives the same trainings, with any number of workers`(
    _ conformance: MultiFidelityCase
  ) throws {
    var first = try rehearsal(conformance)
    let expected = first.proposals(upTo: Self.trials)
    #expect(expected.count == Self.trials)
    #expect(expected.contains { $0.continues != nil })
    for workers in [2, 5, 16] {
      var other = try rehearsal(conformance, workers: workers)
      #expect(other.proposals(upTo: Self.trials) == expected, "\(workers) workers")
    }
  }

  @Test(arguments: MultiFidelityCase.all)
  func `what the meter says of the same trainings is of no consequence`(
    _ conformance: MultiFidelityCase
  ) throws {
    // Strategies that follow the energy themselves are led by the meter.
    guard ["random", "sobol"].contains(conformance.strategy.name) else { return }
    var first = try rehearsal(conformance)
    var second = try rehearsal(conformance) { trial, assignment, epochs in
      noisyLosses(trial, assignment, epochs).map { [$0[0], 100 - $0[1]] }
    }
    #expect(first.proposals(upTo: Self.trials) == second.proposals(upTo: Self.trials))
  }

  @Test(arguments: MultiFidelityCase.all)
  func `a training goes on where an earlier one of the same candidate was paused, once`(
    _ conformance: MultiFidelityCase
  ) throws {
    var rehearsal = try rehearsal(conformance, duplicates: [0, 1, 6])
    let record = rehearsal.proposals(upTo: 200)
    var continued: Set<Int> = [0, 1, 6]
    for (number, proposal) in record.enumerated() {
      guard let former = proposal.continues else { continue }
      #expect(former < number)
      #expect(record[former].assignment == proposal.assignment)
      #expect(former % 7 != 3, "trial \(former) failed")
      #expect(continued.insert(former).inserted, "trial \(former) is continued twice, or a duplicate")
      let limit = try #require(record[former].epochLimit, "trial \(former) was trained in full")
      #expect(rehearsal.epochs(of: proposal) > limit)
    }
    let new = record.filter { $0.continues == nil }.map(\.assignment)
    #expect(Set(new).count == new.count)
    #expect(new.count < record.count)
  }

  @Test(arguments: MultiFidelityCase.all)
  func `a recorded history rebuilds the search from any prefix`(_ conformance: MultiFidelityCase) throws {
    var undisturbed = try rehearsal(conformance, workers: 3)
    let record = undisturbed.proposals(upTo: Self.trials)
    for prefix in stride(from: 0, through: record.count, by: 13) {
      var resumed = try rehearsal(conformance)
      #expect(resumed.proposals(upTo: prefix) == Array(record.prefix(prefix)))
      #expect(resumed.proposals(upTo: Self.trials) == record)
    }
  }

  @Test(arguments: MultiFidelityCase.all)
  func `a finite space is exhausted without repeats, and what waits is promoted`(
    _ conformance: MultiFidelityCase
  ) throws {
    var rehearsal = try rehearsal(conformance, .small, workers: 3)
    let record = rehearsal.proposals(upTo: .max)
    let new = record.filter { $0.continues == nil }.map(\.assignment)
    #expect(new.count == 12 && Set(new).count == 12)
    #expect(record.contains { $0.continues != nil })
    #expect(rehearsal.proposals(upTo: .max) == record)
  }

  @Test(arguments: MultiFidelityCase.all)
  func `a space is searched to its end though every trial fails`(_ conformance: MultiFidelityCase) throws {
    var rehearsal = try rehearsal(conformance, .small) { _, _, _ in nil }
    let record = rehearsal.proposals(upTo: .max)
    #expect(record.count == 12 && record.allSatisfy { $0.continues == nil })
  }

  @Test(arguments: MultiFidelityCase.all)
  func `losses that are no numbers are failures`(_ conformance: MultiFidelityCase) throws {
    for loss in [Double.nan, .infinity] {
      var rehearsal = try rehearsal(conformance, .small) { _, _, _ in [loss, 1] }
      #expect(rehearsal.proposals(upTo: .max).count == 12)
    }
  }

  @Test(arguments: MultiFidelityCase.Scheme.allCases)
  func `no more observations are needed than there are trials, never fewer later, whatever was seen`(
    _ scheme: MultiFidelityCase.Scheme
  ) throws {
    let conformance = MultiFidelityCase(scheme: scheme, strategy: strategiesUnderTest[0], lookahead: 8)
    var rehearsal = try rehearsal(conformance)
    let before = (0...500).map { rehearsal.strategy.observationsNeeded(before: $0) }
    for (trial, needed) in before.enumerated() { #expect((0...trial).contains(needed)) }
    for (earlier, later) in zip(before, before.dropFirst()) { #expect(earlier <= later) }
    _ = rehearsal.proposals(upTo: 300)
    #expect((0...500).map { rehearsal.strategy.observationsNeeded(before: $0) } == before)
  }

  @Test(arguments: MultiFidelityCase.Scheme.allCases)
  func `thousands of trials are proposed in good time`(_ scheme: MultiFidelityCase.Scheme) throws {
    var rehearsal = try rehearsal(
      MultiFidelityCase(scheme: scheme, strategy: strategiesUnderTest[0]), .vast)
    #expect(rehearsal.proposals(upTo: 3000).count == 3000)
  }
}
