import SearchSpaces
import Testing

/// A small space and the number of its cells by hand.
struct SmallSpace: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let architecture: String
  var training: [String: String] = [:]
  let cells: Int
}

let smallSpaces = [
  SmallSpace(testDescription: "a single point", architecture: "  - dense: {units: classes}", cells: 1),
  SmallSpace(
    testDescription: "siblings multiply",
    architecture:
      "  - dense: {units: {choice: [4, 8]}}\n  - dense: {units: {int: [1, 9], step: 3}}\n  - dense: {units: 3}",
    training: ["learning-rate": "{float: [0.001, 0.1], scale: log, grid: 5}"], cells: 2 * 3 * 5),
  SmallSpace(
    testDescription: "repetitions sum over their number",
    architecture:
      "  - repeat: {times: {int: [0, 3]}, layers: [dense: {units: {choice: [4, 8]}}]}\n  - dense: {units: 3}",
    training: ["batch-size": "{choice: [1, 2]}"], cells: (1 + 2 + 4 + 8) * 2),
  SmallSpace(
    testDescription: "shared repetitions have one body",
    architecture:
      "  - repeat: {times: {int: [0, 3]}, share: true, layers: [dense: {units: {choice: [4, 8]}}]}\n  - dense: {units: 3}",
    cells: 1 + 2 + 2 + 2),
  SmallSpace(
    testDescription: "nested repetitions",
    architecture: """
        - repeat:
            times: {choice: [2, 1]}
            layers: [repeat: {times: {int: [0, 2]}, layers: [activation: {choice: [relu, tanh]}]}]
        - dense: {units: classes}
      """, cells: 7 * 7 + 7),
  SmallSpace(
    testDescription: "options with choices of their own",
    architecture: """
        - choice:
            - none
            - dense: {units: {choice: [4, 8, 16]}}
            - [dense: {units: {choice: [4, 8]}}, activation: {choice: [relu, gelu]}]
            - choice: [dropout: {rate: {float: [0.1, 0.3], grid: 3}}, activation: relu]
        - dense: {units: classes}
      """, cells: 1 + 3 + 4 + (3 + 1)),
  SmallSpace(
    testDescription: "ranges inside the options of a value, times and momentum",
    architecture: """
        - repeat:
            times: {choice: [1, {int: [2, 3]}]}
            layers: [dense: {units: {choice: [4, {int: [6, 7]}, {choice: [8, 9]}]}}]
        - dense: {units: classes}
      """,
    training: ["optimizer": "{choice: [sgd, adam]}", "momentum": "{choice: [0, 0.5, 0.9]}"],
    cells: (5 + 25 + 125) * (3 + 1)),
]

@Suite struct GridTests {
  @Test(arguments: smallSpaces)
  func `grid index and assignment are a bijection`(_ small: SmallSpace) throws {
    let space = try makeSpace(architecture: small.architecture, training: small.training)
    #expect(space.choices.gridSize == small.cells)
    #expect(try space.choices.requiredGridSize() == small.cells)
    var distinct: Set<Assignment> = []
    for index in 0..<small.cells {
      let assignment = space.choices.gridAssignment(at: index)
      distinct.insert(assignment)
      #expect(space.choices.gridIndex(of: assignment) == index)
      #expect(space.choices.contains(assignment))
      _ = try space.candidate(for: assignment)
    }
    #expect(distinct.count == small.cells)
    #expect(distinct.flatMap(\.values.keys).allSatisfy(Set(space.choices.parameterNames).contains))
  }

  @Test func `every sample of a finite space is a cell of its grid and every cell is sampled`() throws {
    for small in smallSpaces where small.cells < 100 {
      let space = try makeSpace(
        architecture: small.architecture, training: small.training.filter { !$0.value.contains("float") })
      guard space.choices.size == .finite(space.choices.gridSize ?? 0), let size = space.choices.gridSize
      else { continue }
      var stream = stream(small.testDescription)
      var seen: Set<Int> = []
      for _ in 0..<(size * 60) {
        seen.insert(try #require(space.choices.gridIndex(of: space.choices.sample(using: &stream))))
      }
      #expect(seen.count == size)
    }
  }

  @Test func `the first parameter is the slowest`() throws {
    let space = try makeSpace(
      architecture: "  - dense: {units: {choice: [4, 8]}}\n  - dense: {units: classes}",
      training: ["batch-size": "{choice: [1, 2, 3]}"])
    let cells = (0..<6).map { index in
      let assignment = space.choices.gridAssignment(at: index)
      return [assignment["dense.units"]?.text, assignment["batch-size"]?.text]
    }
    #expect(cells == [["4", "1"], ["4", "2"], ["4", "3"], ["8", "1"], ["8", "2"], ["8", "3"]])
  }

  @Test func `grid points include both ends and are round numbers`() throws {
    func points(_ range: String) throws -> [String?] {
      let space = try makeSpace(
        architecture: "  - dense: {units: classes}", training: ["learning-rate": range])
      return (0..<(try space.choices.requiredGridSize())).map {
        space.choices.gridAssignment(at: $0)["learning-rate"]?.text
      }
    }
    #expect(try points("{float: [1e-4, 1e-1], scale: log, grid: 4}") == ["0.0001", "0.001", "0.01", "0.1"])
    #expect(try points("{float: [0.1, 0.5], grid: 5}") == ["0.1", "0.2", "0.3", "0.4", "0.5"])
    #expect(try points("{float: [1e-4, 1e-2], scale: log, grid: 1}") == ["0.001"])
    #expect(try points("{float: [0.1, 0.5], grid: 1}") == ["0.3"])
  }

  @Test func `the grid file has as many cells as its comment says`() throws {
    let configuration = try StudyConfiguration(contentsOf: shippedPath("digits-mlp-grid"))
    let space = try configuration.searchSpace(sampleShape: [64], classCount: 10)
    #expect(try space.choices.requiredGridSize() == 360)
    #expect(configuration.search.strategy == .grid && configuration.search.trials == nil)
  }

  @Test func `a float without grid points is named when a grid is wanted`() throws {
    let configuration = try StudyConfiguration(
      yaml: plainYAML(line: 10, "  learning-rate: {float: [0.01, 0.1]}"), fileName: "plain.yaml")
    let space = try configuration.searchSpace(sampleShape: [64], classCount: 10)
    #expect(space.choices.gridSize == nil && space.choices.size == .continuous)
    let error = #expect(throws: ConfigurationError.self) { try space.choices.requiredGridSize() }
    #expect(
      error?.description == "plain.yaml:10:18: learning-rate: grid search needs to know which points to use; "
        + "add 'grid: N' to the range")
  }

  @Test func `more cells than can be numbered are reported, not wrapped around`() throws {
    let space = try makeSpace(
      architecture: """
          - repeat: {times: 100, layers: [dense: {units: {choice: [4, 8]}}]}
          - dense: {units: classes}
        """)
    #expect(space.choices.gridSize == nil)
    guard case .huge(let power) = space.choices.size else {
      Issue.record("expected a huge size, got \(space.choices.size)")
      return
    }
    #expect(abs(power - 30.103) < 0.001)
    let error = #expect(throws: ConfigurationError.self) { try space.choices.requiredGridSize() }
    #expect(
      error?.description == "s.yaml:4:3: the grid has about 10^30 cells, more than can be numbered; "
        + "offer fewer options or use another strategy")
  }

  @Test func `the largest grid that an Int counts is numbered to its last cell`() throws {
    let space = try makeSpace(
      architecture: """
          - repeat: {times: 62, layers: [dense: {units: {choice: [4, 8]}}]}
          - dense: {units: classes}
        """)
    #expect(space.choices.gridSize == 1 << 62)
    for index in [0, 1, (1 << 62) - 1, 0x1234_5678_9ABC_DEF] {
      #expect(space.choices.gridIndex(of: space.choices.gridAssignment(at: index)) == index)
    }
  }

  @Test func `what is no cell has no index`() throws {
    let space = try makeSpace(
      architecture: "  - dense: {units: classes}",
      training: ["learning-rate": "{float: [0.1, 0.5], grid: 3}"])
    #expect(space.choices.gridIndex(of: Assignment(values: ["learning-rate": .real(0.2)])) == nil)
    #expect(space.choices.gridIndex(of: Assignment(values: [:])) == nil)
    let superfluous = Assignment(values: ["learning-rate": .real(0.1), "other": .integer(1)])
    #expect(space.choices.gridIndex(of: superfluous) == nil)
  }
}
