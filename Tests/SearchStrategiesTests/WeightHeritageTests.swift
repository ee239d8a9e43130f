import SearchSpaces
import SearchStrategies
import Testing

/// What strategies say of the weights that their children begin with.
@Suite struct WeightHeritageTests {
  /// Random points have hardly a value in common, so that a child's parents are those that it shares values with.
  private static let wide = SpaceUnderTest(
    name: "a wide space", points: nil, cells: nil,
    architecture: Array(repeating: "dense: {units: {int: [1, 1000]}}", count: 8))
  private static let names = ["evolutionary", "nsga-ii", "semoa"]
  private static let trials = 120

  private func strategy(_ name: String, inherits: Bool = true) throws -> any SearchStrategy {
    let space = try Self.wide.makeSpace().choices
    switch name {
    case "evolutionary":
      return RegularizedEvolution(
        space: space, seed: 7,
        options: RegularizedEvolution.Options(
          population: 8, sample: 3, lookahead: 4, inheritsWeights: inherits))
    case "nsga-ii":
      return NSGAII(
        space: space, seed: 7,
        options: NSGAII.Options(population: 8, lookahead: 3, inheritsWeights: inherits))
    default:
      return SEMOA(
        space: space, seed: 7,
        options: SEMOA.Options(population: 8, lookahead: 3, capacity: 6, inheritsWeights: inherits))
    }
  }

  /// What is proposed, with the heritable trials just before; every seventh trial fails.
  private func proposals(
    _ strategy: any SearchStrategy
  ) throws -> [(training: ProposedTraining, heritable: Set<Int>, observed: Int)] {
    var strategy = strategy
    var record: [(training: ProposedTraining, heritable: Set<Int>, observed: Int)] = []
    var observed = 0
    while record.count < Self.trials {
      while observed < strategy.observationsNeeded(before: record.count) {
        let assignment = record[observed].training.assignment
        let (losses, validationLoss) = sometimesFailing(observed, assignment)
        strategy.observe(
          ObservedTrial(
            number: observed, assignment: assignment, losses: losses, validationLoss: validationLoss))
        observed += 1
      }
      let heritable = strategy.heritableTrials
      let proposal = strategy.proposeTraining(trial: record.count)
      record.append((try #require(proposal), heritable, observed))
    }
    return record
  }

  private func shared(_ left: Assignment, _ right: Assignment) -> Int {
    left.values.count { right[$0.key] == $0.value }
  }

  @Test(arguments: names)
  func `children inherit from a parent that was observed, did not fail and was announced`(_ name: String)
    throws
  {
    let record = try proposals(strategy(name))
    #expect(record[..<8].allSatisfy { $0.training.inherits == nil && $0.training.continues == nil })
    for (number, proposal) in record.enumerated().dropFirst(8) {
      let parent = try #require(proposal.training.inherits, "trial \(number)")
      #expect(parent < proposal.observed && parent % 7 != 3)
      // A generation's parents are chosen when its first trial is proposed, out of those announced.
      #expect(proposal.heritable.contains(parent), "trial \(number)")
      #expect(shared(proposal.training.assignment, record[parent].training.assignment) > 0)
    }
    #expect(try strategy(name).name == "\(name)+inherit")
  }

  @Test(arguments: names)
  func `inheritance changes nothing in what is proposed, and is said only where it is wanted`(_ name: String)
    throws
  {
    let (plain, heirs) = (try proposals(strategy(name, inherits: false)), try proposals(strategy(name)))
    #expect(plain.map(\.training.assignment) == heirs.map(\.training.assignment))
    #expect(plain.allSatisfy { $0.training.inherits == nil && $0.heritable.isEmpty })
    #expect(try strategy(name, inherits: false).name == name)
  }

  @Test func `the living are heritable, so that what is kept does not grow with the search`() throws {
    // The last eight of those observed that did not fail.
    for proposal in try proposals(strategy("evolutionary")) {
      let living = (0..<proposal.observed).filter { $0 % 7 != 3 }.suffix(8)
      #expect(proposal.heritable == Set(living))
    }
    for name in Self.names {
      #expect(try proposals(strategy(name)).allSatisfy { $0.heritable.count <= 8 + 8 + 8 })
    }
  }

  @Test func `of two parents the one that more values come from bequeaths`() throws {
    let record = try proposals(strategy("nsga-ii"))
    var (nearest, crossed) = (0, 0)
    for (number, proposal) in record.enumerated().dropFirst(8) {
      let parent = try #require(proposal.training.inherits)
      let counts = record[..<number].map { shared($0.training.assignment, proposal.training.assignment) }
      crossed += 1
      if counts[parent] == counts.max() { nearest += 1 }
    }
    // Siblings may be as near as a parent, and a mutation may take from the nearer parent's share.
    #expect(nearest * 10 >= crossed * 8, "\(nearest) of \(crossed)")
  }
}
