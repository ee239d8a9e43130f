import SearchSpaces
import SearchStrategies
import Testing

@Suite struct GridSearchTests {
  private func cells(
    _ tested: SpaceUnderTest, _ order: GridSearch.Order, seed: UInt64 = 7, upTo count: Int = .max
  ) throws -> [Int] {
    let space = try tested.makeSpace().choices
    var rehearsal = StudyRehearsal(
      GridSearch(space: space, gridSize: try space.requiredGridSize(), order: order, seed: seed))
    return try rehearsal.proposals(upTo: count).map { try #require(space.gridIndex(of: $0)) }
  }

  private static let listed: [SpaceUnderTest] = [.singlePoint, .pair, .small, .flat, .nested, .gridded]

  @Test(arguments: listed.map(\.name))
  func `the lexicographic order is that of the cells`(_ name: String) throws {
    let tested = try #require(Self.listed.first { $0.name == name })
    #expect(try cells(tested, .lexicographic) == Array(0..<(tested.cells ?? 0)))
  }

  @Test(arguments: listed.map(\.name))
  func `the shuffled order visits each cell once`(_ name: String) throws {
    let tested = try #require(Self.listed.first { $0.name == name })
    let count = tested.cells ?? 0
    for seed in UInt64(0)..<3 {
      let order = try cells(tested, .shuffled, seed: seed)
      #expect(order.sorted() == Array(0..<count))
      #expect(count <= 2 || order != Array(0..<count))
    }
  }

  @Test func `the lexicographic order changes the last parameter fastest`() throws {
    let space = try SpaceUnderTest.small.makeSpace().choices
    var rehearsal = StudyRehearsal(GridSearch(space: space, gridSize: 12, order: .lexicographic, seed: 0))
    let texts = rehearsal.proposals(upTo: 12).map { assignment in
      space.parameterNames.compactMap { assignment[$0]?.text }
    }
    #expect(space.parameterNames == ["dense.units", "batch-size", "epochs"])
    #expect(
      texts
        == ["4", "8"].flatMap { units in
          ["16", "32"].flatMap { size in ["1", "2", "3"].map { [units, size, $0] } }
        })
  }

  @Test func `a shuffled grid that is cut short has seen every value of every parameter`() throws {
    let space = try SpaceUnderTest.flat.makeSpace().choices
    var rehearsal = StudyRehearsal(GridSearch(space: space, gridSize: 420, order: .shuffled, seed: 7))
    let early = rehearsal.proposals(upTo: 60)
    for parameter in space.parameters {
      #expect(Set(early.compactMap { $0[parameter.name] }).count == parameter.domain.count)
    }
  }

  @Test(arguments: GridSearch.Order.allCases)
  func `a grid of a quadrillion cells is walked, not listed`(_ order: GridSearch.Order) throws {
    let space = try SpaceUnderTest.vast.makeSpace().choices
    let size = try space.requiredGridSize()
    var strategy = GridSearch(space: space, gridSize: size, order: order, seed: 7)
    let proposals = [strategy.propose(trial: size / 2), strategy.propose(trial: size - 1)]
    let middle = try #require(proposals[0])
    let last = try #require(proposals[1])
    #expect(space.contains(middle) && space.contains(last) && middle != last)
    #expect(strategy.propose(trial: size) == nil)
    #expect(strategy.propose(trial: .max) == nil)
    if order == .lexicographic {
      #expect(space.gridIndex(of: middle) == size / 2)
      #expect(space.gridIndex(of: last) == size - 1)
    }
  }

  /// The numbers come from an independent implementation in Python. Changing them makes recorded studies
  /// unrepeatable.
  @Test func `the shuffled order is frozen by seed`() throws {
    #expect(
      try cells(.flat, .shuffled, upTo: 24) == [
        83, 8, 368, 79, 340, 367, 231, 54, 226, 112, 169, 300, 396, 343, 163, 152, 285, 416, 26, 403, 222,
        411, 51, 309,
      ])
  }
}
