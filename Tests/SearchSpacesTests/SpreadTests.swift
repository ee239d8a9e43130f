import Numerics
import SearchSpaces
import Testing

@Suite struct SpreadTests {
  /// One cell and 99: by options a half each, by leaves 1 in 100.
  private static let layers = """
      - choice:
          - none
          - [dense: {units: {int: [1, 3]}}, repeat: {times: {int: [0, 2]}, layers: [dense: {units: {int: [1, 5]}}]}]
      - activation: {choice: [relu, tanh]}
    """

  /// The cells are 2 · (1 + 3 · (1 + 5 + 25)) = 188.
  @Test func `by leaf, every cell of a finite space is as likely as the others`() throws {
    for sections in [
      "search: {sampling: by-leaf}",
      "search: {sampling: by-leaf}\nunless: [{activation: tanh, choice: none}]",
    ] {
      let space = try makeSpace(layers: Self.layers, sections: sections)
      let count = sections.contains("unless") ? 187 : 188
      #expect(space.choices.size == .finite(count))
      var stream = stream("leaves")
      var counts: [Assignment: Int] = [:]
      let draws = 100 * count
      for _ in 0..<draws { counts[space.choices.sample(using: &stream), default: 0] += 1 }
      #expect(counts.count == count)
      // The 0.999 quantile of χ² with k degrees of freedom (Wilson and Hilferty 1931).
      let statistic = counts.values.reduce(0.0) { $0 + (Double($1) - 100) * (Double($1) - 100) / 100 }
      let freedom = Double(count - 1)
      let root = 1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)).squareRoot()
      #expect(statistic < freedom * root * root * root)
    }
  }

  @Test func `by option, each option is as likely as the others`() throws {
    let space = try makeSpace(layers: Self.layers)
    #expect(space.choices.sampling == .byOption)
    var stream = stream("options")
    let empty = (0..<4000).filter { _ in
      space.choices.sample(using: &stream)["choice"]?.text == "none"
    }.count
    #expect(abs(empty - 2000) < 158)
  }

  @Test func `by leaf also where the cells are too many for an Int`() throws {
    // 0, 1 or 2 times ten layers of 1000 units: nearly all cells have two.
    let block = Array(repeating: "dense: {units: {int: [1, 1000]}}", count: 10).joined(separator: ", ")
    let space = try makeSpace(
      layers: "  - repeat: {times: {int: [0, 2]}, layers: [\(block)]}",
      sections: "search: {sampling: by-leaf}")
    var stream = stream("huge")
    for _ in 0..<50 { #expect(space.choices.sample(using: &stream)["repeat.times"] == .integer(2)) }
  }
}

@Suite struct CrossoverTests {
  @Test func `a child has each value from one of its parents, either as often`() throws {
    let space = try makeSpace(
      layers: "  - dense: {units: {int: [1, 1000]}}\n  - dropout: {rate: {float: [0.1, 0.5]}}",
      training: ["epochs": "{int: [1, 50]}"])
    var stream = stream("crossover")
    let first = space.choices.sample(using: &stream)
    let second = space.choices.sample(using: &stream)
    var counts: [String: Int] = [:]
    for _ in 0..<2000 {
      let child = space.choices.crossover(first, second, using: &stream)
      try space.choices.validate(child)
      for name in space.choices.parameterNames {
        #expect(child[name] == first[name] || child[name] == second[name])
        if child[name] == first[name] { counts[name, default: 0] += 1 }
      }
    }
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 112 })
  }

  @Test func `what exists for one parent comes from it, what exists for neither is drawn, conditions hold`()
    throws
  {
    let space = try makeSpace(
      layers: """
          - activation: {choice: [relu, tanh]}
          - when: {activation: relu, layers: [dense: {units: {int: [1, 1000]}}]}
          - repeat: {times: {int: [1, 2]}, layers: [dense: {units: {int: [1, 1000]}}]}
        """)
    var stream = stream("conditions")
    for _ in 0..<500 {
      let first = space.choices.sample(using: &stream)
      let second = space.choices.sample(using: &stream)
      let child = space.choices.crossover(first, second, using: &stream)
      try space.choices.validate(child)
      for (name, value) in child.values {
        let known = [first[name], second[name]].compactMap { $0 }
        #expect(known.contains(value))
      }
    }
    let same = space.choices.sample(using: &stream)
    #expect(space.choices.crossover(same, same, using: &stream) == same)
  }
}
