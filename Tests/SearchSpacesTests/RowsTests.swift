import Foundation
import Numerics
import SearchSpaces
import Testing

@Suite("The space of a table's rows")
struct RowsTests {
  private let optimizer = SearchParameter(name: "optimizer", domain: .options(["sgd", "adam"]))
  private let momentum = SearchParameter(name: "momentum", domain: .options(["0.5", "0.9"]))
  private let units = SearchParameter(name: "units", domain: .options(["8", "16"]))

  @Test("finds what exists only under some values, and nothing else")
  func conditions() throws {
    let rows: [[Int?]] = [
      [1, nil, 1], [0, 0, 0], [0, 0, 1], [0, 1, 1], [1, nil, 0], [0, 1, 0],
    ]
    let space = try ParameterSpace(columns: [optimizer, momentum, units], rows: rows)
    #expect(space.size == .finite(6))
    #expect(space.parameterNames == ["optimizer", "momentum", "units"])
    let cells = (0..<6).map { index in
      let cell = space.gridAssignment(at: index)
      return ["optimizer", "momentum", "units"].map { cell[$0]?.text ?? "-" }.joined(separator: " ")
    }
    #expect(cells == ["sgd 0.5 8", "sgd 0.5 16", "sgd 0.9 8", "sgd 0.9 16", "adam - 8", "adam - 16"])
    var stream = RandomStream(seed: 1, purpose: "rows")
    for _ in 0..<200 {
      let drawn = space.sample(using: &stream)
      #expect((drawn["momentum"] == nil) == (drawn["optimizer"]?.text == "adam"))
      // What does not depend on the optimizer is kept when it changes.
      let other = space.mutate(drawn, using: &stream)
      #expect(space.contains(other) && other != drawn)
    }
  }

  @Test("draws each row as often as every other, whatever exists beside it")
  func alike() throws {
    // Of six rows two have the second optimizer: drawn by option, it would be half of all.
    let rows: [[Int?]] = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, nil, 0], [1, nil, 1]]
    let space = try ParameterSpace(columns: [optimizer, momentum, units], rows: rows)
    var stream = RandomStream(seed: 1, purpose: "rows")
    var counts = [Int](repeating: 0, count: rows.count)
    for _ in 0..<6_000 {
      counts[try #require(space.gridIndex(of: space.sample(using: &stream)))] += 1
    }
    // 1,000 each are expected, with a standard deviation of 29.
    for (row, count) in counts.enumerated() { #expect((850...1_150).contains(count), "row \(row): \(count)") }
  }

  @Test("is the space that a grid was searched in")
  func shippedGrid() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("search-spaces/digits-mlp-grid.yaml").path
    let original = try StudyConfiguration(contentsOf: path).searchSpace(sampleShape: [64], classCount: 10)
      .choices
    let columns = original.parameters.map { parameter -> SearchParameter in
      let texts = (0..<(parameter.domain.gridCount ?? 0)).map { parameter.domain.gridValue(at: $0).text }
      return SearchParameter(name: parameter.name, domain: .options(texts))
    }
    let count = try original.requiredGridSize()
    #expect(count == 360)
    let cells = (0..<count).map(original.gridAssignment)
    let rows = cells.map { cell in
      original.parameters.map { parameter in cell[parameter.name].flatMap(parameter.domain.gridIndex) }
    }
    let space = try ParameterSpace(columns: columns, rows: rows.reversed())
    #expect(space.gridSize == 360)
    for (index, cell) in cells.enumerated() {
      let texts = space.gridAssignment(at: index).values.mapValues(\.text)
      #expect(texts == cell.values.mapValues(\.text))
    }
  }

  @Test("tells gaps from conditions")
  func gaps() {
    #expect(throws: RowsError.missing(combination: ["optimizer=sgd", "momentum=0.9", "units=8"])) {
      _ = try ParameterSpace(
        columns: [optimizer, momentum, units],
        rows: [[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, nil, 0], [1, nil, 1]])
    }
    #expect(throws: RowsError.missing(combination: ["optimizer=adam"])) {
      _ = try ParameterSpace(columns: [optimizer, units], rows: [[0, 0], [0, 1]])
    }
    #expect(throws: RowsError.undecided(column: "momentum", emptyRow: 2, filledRow: 0)) {
      _ = try ParameterSpace(columns: [momentum, optimizer], rows: [[0, 0], [1, 0], [nil, 1]])
    }
  }
}
