import Foundation
import NeuralNetworks
import SearchSpaces
import Testing

/// A space of three classes, with further sections before the architecture or behind the training.
func makeSpace(
  blocks: String? = nil, layers: String, training: [String: String] = [:], sections: String = "",
  estimates: (any CandidateEstimates)? = nil
) throws -> SearchSpace {
  try makeConfiguration(blocks: blocks, layers: layers, training: training, sections: sections)
    .searchSpace(sampleShape: [4], task: .classification(classes: 3), estimates: estimates)
}

/// The configuration of such a space; the architecture's first line is line 4, or behind the blocks.
func makeConfiguration(
  blocks: String? = nil, layers: String, training: [String: String] = [:], sections: String = ""
) throws -> StudyConfiguration {
  var values = ["optimizer": "adam", "learning-rate": "0.01", "batch-size": "32", "epochs": "5"]
  values.merge(training) { $1 }
  let lines = values.keys.sorted().map { "  \($0): \(values[$0] ?? "")\n" }.joined()
  let yaml =
    "name: s\ndataset: {name: digits}\n" + (blocks.map { "blocks:\n\($0)\n" } ?? "")
    + "architecture:\n\(layers)\n  - dense: {units: classes}\ntraining:\n\(lines)\(sections)\n"
  return try StudyConfiguration(yaml: yaml, fileName: "s.yaml")
}

/// The error of making such a space, in one line.
func spaceError(
  blocks: String? = nil, layers: String, training: [String: String] = [:], sections: String = "",
  estimates: (any CandidateEstimates)? = nil
) -> String? {
  do {
    _ = try makeSpace(
      blocks: blocks, layers: layers, training: training, sections: sections, estimates: estimates)
    return nil
  } catch {
    return "\(error)"
  }
}

/// All points of a space's grid.
func cells(_ space: SearchSpace) throws -> [Assignment] {
  (0..<(try space.choices.requiredGridSize())).map { space.choices.gridAssignment(at: $0) }
}

/// Checks that grid index and assignment are a bijection between so many points, all of them candidates.
func expectBijection(_ space: SearchSpace, cells count: Int) throws {
  let points = try cells(space)
  #expect(points.count == count)
  #expect(Set(points).count == count)
  for (index, point) in points.enumerated() {
    #expect(space.choices.gridIndex(of: point) == index)
    try space.choices.validate(point)
    _ = try space.candidate(for: point)
  }
}

@Suite struct BlockTests {
  private static let stem = "  stem: [dense: {units: {choice: [4, 8]}}, activation: {choice: [relu, tanh]}]"

  @Test func `each use of a block draws anew and is named by its place`() throws {
    let space = try makeSpace(
      blocks: Self.stem,
      layers: """
          - block: stem
          - block: {name: stem}
          - repeat: {times: {int: [1, 2]}, layers: [block: stem]}
        """)
    #expect(
      space.choices.parameterNames == [
        "stem.dense.units", "stem.activation", "stem2.dense.units", "stem2.activation", "repeat.times",
        "repeat[1].stem.dense.units", "repeat[1].stem.activation", "repeat[2].stem.dense.units",
        "repeat[2].stem.activation",
      ])
    try expectBijection(space, cells: 4 * 4 * (4 + 16))
  }

  @Test func `shared uses have one set of values, apart from other uses`() throws {
    let space = try makeSpace(
      blocks: Self.stem,
      layers: """
          - block: {name: stem, share: true}
          - block: stem
          - block: {name: stem, share: true}
        """)
    #expect(
      space.choices.parameterNames == [
        "stem.dense.units", "stem.activation", "stem2.dense.units", "stem2.activation",
      ])
    try expectBijection(space, cells: 16)
    let layers = try space.candidate(for: space.choices.gridAssignment(at: 15 - 5)).architecture.layers
    // 10 is 1, 0, 1, 0 in base 2: 8 units and ReLU in the shared uses, 8 and ReLU in the other.
    #expect(
      layers == [
        .dense(units: 8), .activation(.relu), .dense(units: 8), .activation(.relu), .dense(units: 8),
        .activation(.relu), .dense(units: 3),
      ])
  }

  @Test func `a shared block is decided once on each way, wherever its uses stand`() throws {
    // Without the option it is decided behind it: 4 points each way. Its times are not certain: 1 + 4 + 4.
    let option = try makeSpace(
      blocks: Self.stem,
      layers: """
          - choice: [none, block: {name: stem, share: true}]
          - dense: {units: {choice: [1, 2]}}
          - block: {name: stem, share: true}
        """)
    try expectBijection(option, cells: 2 * 2 * 4)
    let repeated = try makeSpace(
      blocks: Self.stem,
      layers:
        "  - repeat: {times: {int: [0, 2]}, layers: [block: {name: stem, share: true}, dropout: {rate: {choice: [0.1, 0.2]}}]}"
    )
    try expectBijection(repeated, cells: 1 + 4 * 2 + 4 * 2 * 2)
    // Decided in the inner choice only where both are taken; else behind it.
    let nested = try makeSpace(
      blocks: Self.stem,
      layers: """
          - choice:
              - none
              - choice: [layer-norm, block: {name: stem, share: true}]
          - block: {name: stem, share: true}
        """)
    try expectBijection(nested, cells: 3 * 4)
  }

  @Test func `blocks stand in blocks and in options`() throws {
    let space = try makeSpace(
      blocks: """
          unit: [dense: {units: {choice: [4, 8, 16]}}]
          pair: [block: unit, activation: relu, block: unit]
        """,
      layers: "  - choice: [none, block: pair]\n  - block: {name: unit, share: true}")
    #expect(
      space.choices.parameterNames == [
        "choice", "choice.pair.unit.dense.units", "choice.pair.unit2.dense.units", "unit.dense.units",
      ])
    try expectBijection(space, cells: (1 + 9) * 3)
    #expect(space.choices.parameters[0].domain == .options(["none", "pair"]))
  }

  @Test(
    arguments: [
      (
        "  a: [block: b]\n  b: [layer-norm, block: a]", "  - block: a",
        "s.yaml:5:19: block: 'a' contains itself: a → b → a"
      ),
      (
        "  a: [dense: {units: 2}, block: a]", "  - block: a", "s.yaml:4:26: block: 'a' contains itself: a → a"
      ),
      (
        "  stem: [layer-norm]", "  - block: sten",
        "s.yaml:6:12: block: unknown name 'sten'; did you mean 'stem'?"
      ),
      (
        "  stem: [layer-norm]\n  tail: [layer-norm]", "  - block: stem",
        "s.yaml:5:3: blocks: 'tail' is never used;"
      ),
      ("  a: [block: b]\n  b: [layer-norm]", "  - layer-norm", "s.yaml:4:3: blocks: 'a' is never used;"),
      (
        "  dense: [layer-norm]", "  - layer-norm", "s.yaml:4:3: blocks: 'dense' means something else already;"
      ),
      ("  a b: [layer-norm]", "  - layer-norm", "s.yaml:4:3: blocks: 'a b' is no name; expected"),
      ("  a: []", "  - block: a", "s.yaml:4:6: blocks: a: expected at least one layer"),
      ("  stem: [layer-norm]", "  - stem", "s.yaml:6:5: 'stem' is a block, not a layer; write 'block: stem'"),
      (
        "  a: [layer-norm]", "  - block: {name: a, share: 1}",
        "s.yaml:6:29: share: expected true or false, got 1"
      ),
    ])
  func `a block that cannot be is an error with its place`(
    _ blocks: String, _ layers: String, _ expected: String
  ) {
    let error = spaceError(blocks: blocks, layers: layers)
    #expect(error?.hasPrefix(expected) == true, "\(error ?? "no error")")
  }

  @Test func `where there are no blocks, the error says where they belong`() {
    #expect(
      spaceError(layers: "  - block: stem")
        == "s.yaml:4:12: block: unknown name 'stem'; there are none; write it under the key blocks")
  }

  @Test func `blocks and repetitions made to exhaust memory are errors`() {
    // Each block has ten of the next: 10¹⁵ layers in fifteen lines.
    let names = (0..<16).map { "b\($0)" }
    var blocks = zip(names, names.dropFirst()).map { name, next in
      "  \(name): [\(Array(repeating: "block: \(next)", count: 10).joined(separator: ", "))]"
    }
    blocks.append("  b15: [layer-norm]")
    #expect(
      spaceError(blocks: blocks.joined(separator: "\n"), layers: "  - block: b0")?
        .contains("block: a network could have more than 10000 layers; lower times") == true)
    // The same with one of ten options a network: few layers, but as many places to write them to.
    var options = zip(names, names.dropFirst()).map { name, next in
      let lists = (1...9).map { "[dropout: {rate: 0.\($0)}, block: \(next)]" }
      return "  \(name): [choice: [\(lists.joined(separator: ", "))]]"
    }
    options.append("  b15: [layer-norm]")
    #expect(
      spaceError(blocks: options.joined(separator: "\n"), layers: "  - block: b0")?
        .contains("block: the space would have more than 50000 parameters; lower times") == true)
    // Nested repetitions of a thousand each.
    let nested = (0..<3).reduce("dense: {units: {choice: [1, 2]}}") { inside, _ in
      "repeat: {times: 1000, share: true, layers: [\(inside)]}"
    }
    #expect(
      spaceError(layers: "  - \(nested)")?
        .contains("repeat: a network could have more than 10000 layers; lower times") == true)
  }

  @Test func `blocks more than sixteen deep are refused`() {
    let blocks = (0..<17).map { "  b\($0): [\($0 < 16 ? "block: b\($0 + 1)" : "layer-norm")]" }
    #expect(
      spaceError(blocks: blocks.joined(separator: "\n"), layers: "  - block: b0")
        == "s.yaml:19:9: block: blocks stand in blocks more than 16 deep")
    #expect(
      spaceError(
        blocks: blocks.dropFirst().joined(separator: "\n"), layers: "  - block: b1") == nil)
  }
}
