import SearchSpaces
import SearchStrategies
import Testing

@Suite struct EnergyLadderTests {
  private func ladder(_ estimate: TrainingEstimate, rungs: Int = 4) -> EnergyLadder {
    EnergyLadder(
      reduction: 3, rungs: rungs, firstJoules: 2, estimates: EstimatesByHand(estimate: estimate))
  }

  private func limits(_ estimate: TrainingEstimate, rungs: Int = 4) -> [Int?] {
    (0..<rungs).map { ladder(estimate, rungs: rungs).epochLimit(of: Assignment(values: [:]), rung: $0) }
  }

  @Test func `a rung is the most epochs within its joules, and the last rung the whole training`() {
    // 2, 6 and 18 J, of which 1 J is fixed: 2, 10 and 34 epochs of half a joule.
    #expect(
      limits(TrainingEstimate(epochs: 50, fixedJoules: 1, joulesPerEpoch: 0.5)) == [2, 10, 34, nil])
  }

  @Test func `a training that fits into a rung is whole there`() {
    #expect(
      limits(TrainingEstimate(epochs: 10, fixedJoules: 1, joulesPerEpoch: 0.5)) == [2, nil, nil, nil])
    #expect(
      limits(TrainingEstimate(epochs: 11, fixedJoules: 1, joulesPerEpoch: 0.5)) == [2, 10, nil, nil])
  }

  @Test func `a rung has one more epoch than the one before, whatever an epoch takes`() {
    // 18 J hold one epoch of 17 J; 2 and 6 J hold none.
    #expect(
      limits(TrainingEstimate(epochs: 5, fixedJoules: 0, joulesPerEpoch: 17)) == [1, 2, 3, nil])
    #expect(limits(TrainingEstimate(epochs: 1, fixedJoules: 0, joulesPerEpoch: 17)) == [nil, nil, nil, nil])
  }

  @Test func `a limit that is the energy of whole epochs allows these`() {
    // 0.1 · 20 and 0.1 · 60 are no round binary numbers.
    #expect(
      limits(TrainingEstimate(epochs: 500, fixedJoules: 0, joulesPerEpoch: 0.1)) == [20, 60, 180, nil])
  }
}

@Suite struct BracketTests {
  /// Runs of trials that are alike, as their number, their limit and whether they are new.
  private func runs(startsOnEveryRung: Bool, upTo trials: Int) throws -> [String] {
    // 27 epochs of 1 J: 1, 3, 9 and then all.
    let estimates = EstimatesByHand(
      estimate: TrainingEstimate(epochs: 27, fixedJoules: 0, joulesPerEpoch: 1))
    let candidates = RandomSearch(space: try SpaceUnderTest.vast.makeSpace().choices, seed: 1)
    var rehearsal = MultiFidelityRehearsal(
      Hyperband(
        over: candidates,
        ladder: EnergyLadder(reduction: 3, rungs: 4, firstJoules: 1, estimates: estimates),
        startsOnEveryRung: startsOnEveryRung, lookahead: 4), estimates: estimates
    ) { trial, _, _ in [Double(trial * 37 % 101)] }
    var runs: [(what: String, count: Int)] = []
    for proposal in rehearsal.proposals(upTo: trials) {
      let limit = proposal.epochLimit.map { "to \($0)" } ?? "whole"
      let what = "\(proposal.continues == nil ? "new" : "on") \(limit)"
      if runs.last?.what == what { runs[runs.count - 1].count += 1 } else { runs.append((what, 1)) }
    }
    return runs.map { "\($0.count) \($0.what)" }
  }

  @Test func `brackets of successive halving are all alike`() throws {
    let bracket = ["27 new to 1", "9 on to 3", "3 on to 9", "1 on whole"]
    #expect(try runs(startsOnEveryRung: false, upTo: 80) == bracket + bracket)
  }

  @Test func `brackets of Hyperband begin on each rung in turn`() throws {
    // ⌈4/4 · 27⌉, ⌈4/3 · 9⌉, ⌈4/2 · 3⌉ and ⌈4/1 · 1⌉ candidates.
    let brackets = [
      "27 new to 1", "9 on to 3", "3 on to 9", "1 on whole", "12 new to 3", "4 on to 9", "1 on whole",
      "6 new to 9", "2 on whole", "4 new whole",
    ]
    #expect(try runs(startsOnEveryRung: true, upTo: 96) == brackets + ["27 new to 1"])
  }
}

@Suite struct PromotionTests {
  /// New candidates in order, and what was heard of them.
  private struct Counting: SearchStrategy {
    let name = "counting"
    var heard: [Int] = []
    func observationsNeeded(before trial: Int) -> Int { 0 }
    mutating func propose(trial: Int) -> Assignment? { Assignment(values: ["n": .integer(trial)]) }
    mutating func observe(_ trial: ObservedTrial) { heard.append(trial.number) }
  }

  /// Nine epochs of 1 J: 1, 3 and then all nine.
  private let ladder = EnergyLadder(
    reduction: 3, rungs: 3, firstJoules: 1,
    estimates: EstimatesByHand(
      estimate: TrainingEstimate(epochs: 9, fixedJoules: 0, joulesPerEpoch: 1)))

  private func propose(
    _ strategy: inout some SearchStrategy, _ trial: Int, _ location: SourceLocation = #_sourceLocation
  ) throws -> ProposedTraining {
    let proposal = strategy.proposeTraining(trial: trial)
    return try #require(proposal, sourceLocation: location)
  }

  private func observe(
    _ strategy: inout some SearchStrategy, _ number: Int, _ proposal: ProposedTraining, _ losses: [Double]?,
    _ extent: ObservedTrial.Extent = .paused
  ) {
    strategy.observe(
      ObservedTrial(
        number: number, assignment: proposal.assignment, losses: losses, validationLoss: nil, epochs: 1,
        extent: extent))
  }

  @Test func `ASHA promotes the best third of each rung as soon as there is one`() throws {
    var strategy = ASHA(over: Counting(), ladder: ladder, lookahead: 0)
    var next = 0
    func expect(
      candidate: Int, continues: Int?, limit: Int?, then losses: [Double]?,
      _ extent: ObservedTrial.Extent = .paused, _ location: SourceLocation = #_sourceLocation
    ) throws {
      let proposal = try propose(&strategy, next, location)
      #expect(
        proposal
          == ProposedTraining(
            assignment: Assignment(values: ["n": .integer(candidate)]), continues: continues,
            epochLimit: limit),
        sourceLocation: location)
      observe(&strategy, next, proposal, losses, extent)
      next += 1
    }
    try expect(candidate: 0, continues: nil, limit: 1, then: [0.35, 1.5])
    try expect(candidate: 1, continues: nil, limit: 1, then: nil, .untrained)
    // One result, and two, are no third yet: the failure counts for nothing.
    try expect(candidate: 2, continues: nil, limit: 1, then: [0.4, 1])
    try expect(candidate: 3, continues: nil, limit: 1, then: [0.3, 2])
    // Of three one goes on. All are on the front; up to (0.41, 2.1) trial 0 has 0.06 · 0.6 and the others 0.01 · 1.1 each.
    try expect(candidate: 0, continues: 0, limit: 3, then: [0.2, 3])
    try expect(candidate: 4, continues: nil, limit: 1, then: [0.6, 4])
    try expect(candidate: 5, continues: nil, limit: 1, then: [0.9, 9])
    try expect(candidate: 6, continues: nil, limit: 1, then: [0.9, 9])
    // Of six two go on. Beside trial 0 it is 2 or 3, which dominate all others.
    let second = try propose(&strategy, next)
    #expect([2, 3].contains(second.continues))
    #expect(second.epochLimit == 3)
  }

  @Test func `a training that ended in full keeps its place and is not promoted`() throws {
    var strategy = ASHA(over: Counting(), ladder: ladder, lookahead: 0)
    for number in 0..<3 {
      let proposal = try propose(&strategy, number)
      #expect(proposal.continues == nil)
      observe(&strategy, number, proposal, [Double(number)], number == 0 ? .whole : .paused)
    }
    // The best of three was stopped early.
    #expect(try propose(&strategy, 3).continues == nil)
  }

  @Test
  func `a bracket of halving promotes the best of all its candidates, and fills the places of failures`()
    throws
  {
    var strategy = Hyperband(over: Counting(), ladder: ladder, startsOnEveryRung: false, lookahead: 8)
    #expect((9..<12).map { strategy.observationsNeeded(before: $0) } == [9, 9, 9])
    #expect(strategy.observationsNeeded(before: 12) == 12)
    // The next bracket: all but eight, and those before the last rung.
    #expect(strategy.observationsNeeded(before: 13) == 12)
    #expect(strategy.observationsNeeded(before: 21) == 13)
    var proposals: [ProposedTraining] = []
    for number in 0..<9 {
      let proposal = try propose(&strategy, number)
      #expect(proposal.continues == nil && proposal.epochLimit == 1)
      proposals.append(proposal)
    }
    // Trial 7 is best and whole, then 6, then 5.
    for number in 0..<9 {
      observe(
        &strategy, number, proposals[number], number == 8 ? nil : [Double(10 - number)],
        number == 8 ? .untrained : number == 7 ? .whole : .paused)
    }
    let second = try [9, 10, 11].map { try propose(&strategy, $0) }
    #expect(second.map(\.continues) == [6, 5, nil])
    #expect(second.map(\.epochLimit) == [3, 3, 1])
    for number in 9..<12 { observe(&strategy, number, second[number - 9], [Double(number)]) }
    let third = try propose(&strategy, 12)
    #expect(third.continues == 9 && third.epochLimit == nil)
  }

  @Test func `the strategy hears of each candidate once, by its own numbers`() throws {
    let recorder = Recorder()
    var strategy = ASHA(over: Listening(recorder: recorder), ladder: ladder, lookahead: 0)
    for number in 0..<12 {
      let proposal = try propose(&strategy, number)
      observe(&strategy, number, proposal, [Double(100 - number)])
    }
    #expect(recorder.numbers == Array(0..<recorder.numbers.count))
    #expect((4..<12).contains(recorder.numbers.count))
  }

  private final class Recorder: @unchecked Sendable { var numbers: [Int] = [] }

  private struct Listening: SearchStrategy {
    let name = "listening"
    let recorder: Recorder
    func observationsNeeded(before trial: Int) -> Int { 0 }
    mutating func propose(trial: Int) -> Assignment? { Assignment(values: ["n": .integer(trial)]) }
    mutating func observe(_ trial: ObservedTrial) { recorder.numbers.append(trial.number) }
  }
}
