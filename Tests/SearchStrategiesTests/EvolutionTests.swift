import SearchSpaces
import SearchStrategies
import Testing

/// NSGA-II and SEMOA choose who has children; in a space this wide a child shares most of its values with its parents.
@Suite struct EvolutionTests {
  private static let wide = ParameterSpace(
    (0..<40).map { SearchParameter(name: "x\($0)", domain: .options((0..<50).map { "\($0)" })) })

  /// How many values two points have in common.
  private func kinship(_ first: Assignment, _ second: Assignment) -> Int {
    first.values.count { second[$0.key] == $0.value }
  }

  /// The ones among the first `count` proposals that some later one descends from directly.
  private func parents(of child: Assignment, among founders: ArraySlice<Assignment>) -> Set<Int> {
    Set(founders.indices.filter { kinship(child, founders[$0]) >= 8 })
  }

  private func families(
    _ strategy: any SearchStrategy, founders: Int, children: Int,
    ending: @escaping @Sendable (Int) -> [Double]?
  ) -> [Set<Int>] {
    var rehearsal = StudyRehearsal(strategy) { trial, _ in (ending(trial), nil) }
    let record = rehearsal.proposals(upTo: founders + children)
    return record[founders...].map { parents(of: $0, among: record[..<founders]) }
  }

  // MARK: NSGA-II

  private func nsga(population: Int, seed: UInt64 = 7) -> NSGAII {
    NSGAII(space: Self.wide, seed: seed, options: NSGAII.Options(population: population))
  }

  @Test func `the first generation of NSGA-II is random search`() {
    var evolution = StudyRehearsal(nsga(population: 30))
    var random = StudyRehearsal(RandomSearch(space: Self.wide, seed: 7))
    #expect(evolution.proposals(upTo: 30) == random.proposals(upTo: 30))
  }

  @Test func `children of NSGA-II have one or two parents of the generation before`() {
    let found = families(nsga(population: 20), founders: 20, children: 20) { [Double($0), Double(-$0)] }
    #expect(found.allSatisfy { (1...2).contains($0.count) })
    #expect(found.contains { $0.count == 2 })
  }

  @Test func `the front has more children than those it dominates`() {
    // The first five dominate the others.
    let found = families(nsga(population: 20), founders: 20, children: 20) { trial in
      trial < 5 ? [Double(trial), Double(-trial)] : [100 + Double(trial), 100 + Double(trial)]
    }
    let fathered = found.reduce(0) { $0 + $1.filter { $0 < 5 }.count }
    let others = found.reduce(0) { $0 + $1.filter { $0 >= 5 }.count }
    // Of two drawn from 20 one is among the five with probability 1 − (15 / 20)² = 0.44; without selection 0.25.
    #expect(Double(fathered) > 0.3 * Double(fathered + others))
  }

  @Test func `only survivors have children, and a generation that failed has none`() {
    let strategy = nsga(population: 10)
    var rehearsal = StudyRehearsal(strategy) { trial, _ in
      // The second generation is better than the first; the third fails.
      trial < 10
        ? ([10 + Double(trial), 30 - Double(trial)], nil)
        : trial < 20 ? ([Double(trial) - 10, 10 - Double(trial)], nil) : (nil, nil)
    }
    let record = rehearsal.proposals(upTo: 50)
    for child in record[30...] {
      #expect(parents(of: child, among: record[20..<30]).isSubset(of: parentsByDescent(child, record)))
      #expect(!parents(of: child, among: record[10..<20]).isEmpty)
    }
  }

  /// Failed trials are kin of a child only where both descend from the same survivors.
  private func parentsByDescent(_ child: Assignment, _ record: [Assignment]) -> Set<Int> {
    let survivors = parents(of: child, among: record[10..<20])
    return Set(
      (20..<30).filter { !parents(of: record[$0], among: record[10..<20]).isDisjoint(with: survivors) })
  }

  @Test func `a generation runs at once, and the next waits for it but for the lookahead`() {
    let strict = nsga(population: 16)
    #expect((0..<48).map { strict.observationsNeeded(before: $0) / 16 } == (0..<48).map { $0 / 16 })
    let eager = NSGAII(
      space: Self.wide, seed: 7, options: NSGAII.Options(population: 16, lookahead: 5))
    #expect([0, 15, 16, 31, 32].map { eager.observationsNeeded(before: $0) } == [0, 0, 11, 11, 27])
  }

  // MARK: SEMOA

  @Test func `the best in each objective are parents in every generation of SEMOA`() {
    let options = SEMOA.Options(population: 10)
    for seed in UInt64(0)..<5 {
      // Trial 3 is best in the first objective and trial 6 in the second; the others lie between them.
      let found = families(
        SEMOA(space: Self.wide, seed: seed, options: options), founders: 10, children: 10
      ) { trial in
        switch trial {
        case 3: [0, 10]
        case 6: [10, 0]
        default: [2 + Double(trial) / 2, 8 - Double(trial) / 2]
        }
      }
      #expect(found[0] == [3] && found[1] == [6])
      #expect(found.allSatisfy { $0.count == 1 })
    }
  }

  @Test func `dominated and failed trials have no children in SEMOA`() {
    let found = families(SEMOA(space: Self.wide, seed: 7), founders: 10, children: 10) { trial in
      switch trial {
      case 1, 4: [Double(trial), Double(-trial)]
      case 5: nil
      default: [50, 50 + Double(trial)]
      }
    }
    #expect(found.reduce(into: Set()) { $0.formUnion($1) } == [1, 4])
  }

  @Test func `what contributes more hypervolume has more children in SEMOA`() {
    var counts = [Int](repeating: 0, count: 10)
    for seed in UInt64(0)..<200 {
      let options = SEMOA.Options(population: 10)
      let found = families(
        SEMOA(space: Self.wide, seed: seed, options: options), founders: 10, children: 10
      ) { trial in
        // Trial 5 has the corner for itself; trials 1 to 4 and 6 to 8 crowd near the ends.
        switch trial {
        case 0: [0, 100]
        case 9: [100, 0]
        case 5: [20, 20]
        case 1...4: [Double(trial), 96 - Double(trial)]
        default: [90 + Double(trial) / 2, 10 - Double(trial) / 2]
        }
      }
      for family in found.dropFirst(2) { for parent in family { counts[parent] += 1 } }
    }
    // Linear ranking gives the first of ten 2 / 10 of 8 children in each of 200 searches.
    let expected = 0.2 * 8 * 200
    #expect(abs(Double(counts[5]) - expected) < 60, "\(counts)")
  }

  @Test func `children of SEMOA differ from their parent in two to three parameters on average`() {
    var rehearsal = StudyRehearsal(SEMOA(space: Self.wide, seed: 7)) { trial, _ in
      ([trial == 0 ? 0 : 1], nil)
    }
    let record = rehearsal.proposals(upTo: 400)
    let changes = record[10...].map { 40 - kinship($0, record[0]) }
    let mean = Double(changes.reduce(0, +)) / Double(changes.count)
    // A binomial of 40 draws with the mean 2.5, but at least 1, has the mean 2.5 + 0.0769.
    #expect((changes.min() ?? 0) == 1)
    #expect(abs(mean - 2.577) < 0.25)
  }
}
