import Foundation
import SearchSpaces
import SearchStrategies
import Testing

/// What every strategy promises on every space.
@Suite struct ConformanceTests {
  private static let trials = 60

  @Test(arguments: ConformanceCase.all)
  func `the same seed gives the same proposals`(_ conformance: ConformanceCase) throws {
    var first = StudyRehearsal(try conformance.makeStrategy())
    var second = StudyRehearsal(try conformance.makeStrategy())
    #expect(first.proposals(upTo: Self.trials) == second.proposals(upTo: Self.trials))
    #expect(first.record.count == min(conformance.proposalCount ?? .max, Self.trials))
  }

  @Test(arguments: ConformanceCase.all)
  func `another seed gives other proposals where the strategy has one and the space allows`(
    _ conformance: ConformanceCase
  ) throws {
    let orders = try (UInt64(0)..<4).map { seed in
      var rehearsal = StudyRehearsal(try conformance.makeStrategy(seed: seed))
      return rehearsal.proposals(upTo: Self.trials)
    }
    let expected =
      switch conformance.proposalCount {
      case 1: 1
      case 2: 2
      default: orders.count
      }
    #expect(Set(orders).count == (conformance.strategy.isSeeded ? expected : 1))
  }

  @Test(arguments: ConformanceCase.all)
  func `every proposal is a point of the space`(_ conformance: ConformanceCase) throws {
    let space = try conformance.space.makeSpace()
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    for assignment in rehearsal.proposals(upTo: 300) {
      try space.choices.validate(assignment)
      _ = try space.candidate(for: assignment)
    }
  }

  @Test(arguments: ConformanceCase.all)
  func `no point is proposed twice`(_ conformance: ConformanceCase) throws {
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    let proposals = rehearsal.proposals(upTo: 1000)
    #expect(Set(proposals).count == proposals.count)
  }

  @Test(arguments: ConformanceCase.all)
  func `a recorded history rebuilds the strategy from any prefix`(_ conformance: ConformanceCase) throws {
    var undisturbed = StudyRehearsal(try conformance.makeStrategy())
    let record = undisturbed.proposals(upTo: Self.trials)
    let journal = try record.map { try JSONEncoder().encode($0) }
    for prefix in Set(stride(from: 0, through: record.count, by: 9)).union([1, record.count]) {
      // What is observed comes from the journal, not from the strategy that is rebuilt.
      let kept = try journal.prefix(prefix).map { try JSONDecoder().decode(Assignment.self, from: $0) }
      var resumed = StudyRehearsal(try conformance.makeStrategy()) { trial, assignment in
        sometimesFailing(trial, trial < kept.count ? kept[trial] : assignment)
      }
      #expect(resumed.proposals(upTo: prefix) == kept)
      #expect(resumed.proposals(upTo: Self.trials) == record)
    }
  }

  @Test(arguments: ConformanceCase.all)
  func `a copy goes its own way`(_ conformance: ConformanceCase) throws {
    var original = StudyRehearsal(try conformance.makeStrategy())
    _ = original.proposals(upTo: 10)
    var copy = original
    let ahead = copy.proposals(upTo: Self.trials)
    #expect(original.proposals(upTo: Self.trials) == ahead)
  }

  @Test(arguments: ConformanceCase.all.filter { ($0.proposalCount ?? .max) <= 1000 })
  func `a finite space is exhausted without repeats, and stays so`(_ conformance: ConformanceCase) throws {
    let count = try #require(conformance.proposalCount)
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    #expect(Set(rehearsal.proposals(upTo: .max)).count == count)
    #expect(rehearsal.record.count == count)
    for _ in 0..<3 { #expect(rehearsal.propose() == nil) }
  }

  @Test(arguments: ConformanceCase.all.filter { $0.proposalCount == nil })
  func `an endless space never ends`(_ conformance: ConformanceCase) throws {
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    #expect(rehearsal.proposals(upTo: 2000).count == 2000)
  }

  @Test(arguments: ConformanceCase.all.filter { $0.space.points == 12 })
  func `a space is searched to its end though every trial fails`(_ conformance: ConformanceCase) throws {
    var rehearsal = StudyRehearsal(try conformance.makeStrategy()) { _, _ in (nil, nil) }
    #expect(Set(rehearsal.proposals(upTo: .max)).count == 12)
    #expect(rehearsal.record.count == 12)
  }

  @Test(arguments: ConformanceCase.all)
  func `a loss that is no number counts as a failure`(_ conformance: ConformanceCase) throws {
    func record(whereBroken broken: [Double]?, _ validationLoss: Double?) throws -> [Assignment] {
      var rehearsal = StudyRehearsal(try conformance.makeStrategy()) { trial, assignment in
        trial % 3 == 1 ? (broken, validationLoss) : sometimesFailing(trial, assignment)
      }
      return rehearsal.proposals(upTo: Self.trials)
    }
    let failed = try record(whereBroken: nil, nil)
    #expect(failed.count == min(conformance.proposalCount ?? .max, Self.trials))
    for loss in [Double.nan, .infinity, -.infinity, .signalingNaN] {
      #expect(try record(whereBroken: [loss, 1], 1) == failed)
      #expect(try record(whereBroken: [loss, loss], loss) == failed)
    }
    #expect(try record(whereBroken: [], nil) == failed)
  }

  @Test(arguments: ConformanceCase.all)
  func `a validation loss that is no number counts as none`(_ conformance: ConformanceCase) throws {
    // All candidates tie, so that the validation loss decides.
    func record(whereBroken broken: Double?) throws -> [Assignment] {
      var rehearsal = StudyRehearsal(try conformance.makeStrategy()) { trial, assignment in
        ([0.5], trial % 3 == 1 ? broken : sometimesFailing(trial, assignment).1)
      }
      return rehearsal.proposals(upTo: Self.trials)
    }
    let missing = try record(whereBroken: nil)
    for loss in [Double.nan, .infinity, -.infinity] { #expect(try record(whereBroken: loss) == missing) }
  }

  @Test(arguments: ConformanceCase.all, 1...4)
  func `trials that end alike, or with results of any size, are no obstacle`(
    _ conformance: ConformanceCase, _ objectives: Int
  ) throws {
    for scale in [0, 1e-300, 1, 1e300] {
      var rehearsal = StudyRehearsal(try conformance.makeStrategy()) { trial, _ in
        ((0..<objectives).map { Double((trial / 5 * 7 + $0) % 3 - 1) * scale }, 1)
      }
      let proposals = rehearsal.proposals(upTo: 30)
      #expect(Set(proposals).count == min(conformance.proposalCount ?? .max, 30))
    }
  }

  @Test(
    .timeLimit(.minutes(10)),
    arguments: ConformanceCase.all.filter {
      [SpaceUnderTest.vast.name, SpaceUnderTest.continuous.name].contains($0.space.name)
    }
  )
  func `ten thousand trials of a large space are proposed in good time`(_ conformance: ConformanceCase) throws
  {
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    #expect(Set(rehearsal.proposals(upTo: 10_000)).count == 10_000)
  }

  @Test(arguments: strategiesUnderTest.map { ConformanceCase(strategy: $0, space: .flat) })
  func `no more observations are needed than there are trials, never fewer later, whatever was seen`(
    _ conformance: ConformanceCase
  ) throws {
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    let before = (0...500).map { rehearsal.strategy.observationsNeeded(before: $0) }
    for (trial, needed) in before.enumerated() { #expect((0...trial).contains(needed)) }
    for (earlier, later) in zip(before, before.dropFirst()) { #expect(earlier <= later) }
    _ = rehearsal.proposals(upTo: 300)
    #expect((0...500).map { rehearsal.strategy.observationsNeeded(before: $0) } == before)
  }

  @Test(arguments: ConformanceCase.all.filter { $0.space.name == SpaceUnderTest.flat.name })
  func `later trials run while earlier ones are under way, in whatever order they end`(
    _ conformance: ConformanceCase
  ) throws {
    var rehearsal = StudyRehearsal(try conformance.makeStrategy())
    let expected = rehearsal.proposals(upTo: 200)
    for workers in [1, 2, 5, 16, 64] {
      #expect(try proposals(conformance.makeStrategy(), workers: workers, count: 200) == expected)
    }
  }

  /// Runs trials side by side; the last that began ends first where the strategy does not wait for another.
  private func proposals(
    _ strategy: any SearchStrategy, workers: Int, count: Int
  ) throws -> [Assignment] {
    var strategy = strategy
    var record: [Assignment] = []
    var running: [Int] = []
    var observed = 0
    while record.count < count {
      let endedPrefix = running.min() ?? record.count
      let needed = strategy.observationsNeeded(before: record.count)
      if running.count < workers, endedPrefix >= needed {
        for number in observed..<max(observed, needed) {
          let (losses, validationLoss) = sometimesFailing(number, record[number])
          strategy.observe(
            ObservedTrial(
              number: number, assignment: record[number], losses: losses, validationLoss: validationLoss))
        }
        observed = max(observed, needed)
        running.append(record.count)
        let proposal = strategy.propose(trial: record.count)
        record.append(try #require(proposal))
      } else {
        try #require(!running.isEmpty, "the strategy waits for a trial that has not been proposed")
        running.removeLast()
      }
    }
    return record
  }
}
