import Numerics
import SearchSpaces
import Testing

@Suite struct SamplingTests {
  private func draws(_ training: [String: String], _ name: String, count: Int = 20_000) throws -> [Double] {
    let space = try makeSpace(architecture: "  - dense: {units: classes}", training: training)
    var stream = stream(name)
    return try (0..<count).map { _ in
      try #require(space.choices.sample(using: &stream)[name].flatMap { Double($0.text) })
    }
  }

  @Test func `options and integers are equally likely`() throws {
    for values in ["{choice: [1, 2, 3, 4]}", "{int: [1, 4]}", "{int: [1, 8], step: 2}"] {
      let counts = Dictionary(grouping: try draws(["epochs": values], "epochs")) { $0 }.mapValues(\.count)
      #expect(counts.count == 4)
      // Five standard deviations of a count with probability 1/4.
      #expect(counts.values.allSatisfy { abs(Double($0) - 5000) < 5 * 61.3 })
    }
  }

  @Test func `floats are uniform in their scale`() throws {
    let linear = try draws(["learning-rate": "{float: [0.1, 0.5]}"], "learning-rate")
    let mean = linear.reduce(0, +) / 20_000
    let standardError = 0.4 / (12.0 * 20_000).squareRoot()
    #expect(abs(mean - 0.3) < 5 * standardError)
    #expect(linear.allSatisfy { $0 >= 0.1 && $0 <= 0.5 })
    let log = try draws(["learning-rate": "{float: [1e-4, 1e-1], scale: log}"], "learning-rate")
    for (low, high) in [(1e-4, 1e-3), (1e-3, 1e-2), (1e-2, 1e-1)] {
      let share = Double(log.filter { $0 >= low && $0 < high }.count) / 20_000
      #expect(abs(share - 1.0 / 3) < 0.017)
    }
  }

  @Test func `integers on the log scale thin out by the logarithm`() throws {
    let values = try draws(["epochs": "{int: [1, 15], scale: log}"], "epochs")
    for (low, high) in [(1.0, 2.0), (2, 4), (4, 8), (8, 16)] {
      let share = Double(values.filter { $0 >= low && $0 < high }.count) / 20_000
      #expect(abs(share - 0.25) < 0.016)
    }
  }

  @Test func `the same stream gives the same sample`() throws {
    let space = try StudyConfiguration(contentsOf: shippedPath("digits-mlp"))
      .searchSpace(sampleShape: [64], classCount: 10)
    var first = stream()
    var second = stream()
    for _ in 0..<100 {
      let assignment = space.choices.sample(using: &first)
      #expect(space.choices.sample(using: &second) == assignment)
      #expect(
        space.choices.mutate(assignment, using: &first) == space.choices.mutate(assignment, using: &second))
    }
  }
}

@Suite struct MutationTests {
  @Test(arguments: shippedNames)
  func `a mutation changes one parameter and what depends on it`(_ name: String) throws {
    let space = try StudyConfiguration(contentsOf: shippedPath(name))
      .searchSpace(sampleShape: [64], classCount: 10)
    var stream = stream(name)
    var assignment = space.choices.sample(using: &stream)
    for _ in 0..<5000 {
      let mutated = space.choices.mutate(assignment, using: &stream)
      #expect(space.choices.contains(mutated))
      let changed = assignment.values.keys.filter { key in
        mutated[key] != nil && mutated[key] != assignment[key]
      }
      #expect(changed.count == 1)
      assignment = mutated
    }
  }

  @Test(arguments: smallSpaces)
  func `mutations never stand still and reach every cell`(_ small: SmallSpace) throws {
    let space = try makeSpace(architecture: small.architecture, training: small.training)
    var stream = stream(small.testDescription)
    var assignment = space.choices.sample(using: &stream)
    var seen: Set<Assignment> = [assignment]
    for _ in 0..<5000 {
      let mutated = space.choices.mutate(assignment, using: &stream)
      #expect(space.choices.contains(mutated))
      #expect((mutated == assignment) == (small.cells == 1))
      assignment = mutated
      seen.insert(mutated)
    }
    let hasFloat = space.choices.parameters.contains { $0.domain.count == nil }
    // A walk of 5000 steps is long enough to visit a few dozen cells, each many times.
    #expect(hasFloat || small.cells > 100 || seen.count == small.cells)
  }

  @Test func `every active parameter is as likely to be the one that changes`() throws {
    let space = try makeSpace(
      architecture: "  - dense: {units: {choice: [4, 8]}}\n  - dense: {units: classes}",
      training: [
        "learning-rate": "{float: [0.1, 0.5]}", "epochs": "{int: [1, 50]}", "batch-size": "{choice: [7]}",
      ])
    var stream = stream("fairness")
    let start = space.choices.sample(using: &stream)
    var counts: [String: Int] = [:]
    for _ in 0..<9000 {
      let mutated = space.choices.mutate(start, using: &stream)
      for name in space.choices.parameterNames where mutated[name] != start[name] {
        counts[name, default: 0] += 1
      }
    }
    #expect(Set(counts.keys) == ["dense.units", "learning-rate", "epochs"])
    #expect(counts.values.allSatisfy { abs($0 - 3000) < 224 })
  }

  @Test func `integers move by a step half of the time and floats stay near`() throws {
    let space = try makeSpace(
      architecture: "  - dense: {units: classes}", training: ["epochs": "{int: [1, 1001], step: 10}"])
    var stream = stream("steps")
    let start = Assignment(values: ["epochs": .integer(501)])
    var neighbours = 0
    for _ in 0..<4000 {
      let value = space.choices.mutate(start, using: &stream)["epochs"]
      if value == .integer(491) || value == .integer(511) { neighbours += 1 }
    }
    #expect(abs(Double(neighbours) / 4000 - 0.51) < 0.04)

    let floats = try learningRateSpace("{float: [0.0001, 1], scale: log}")
    let middle = Assignment(values: ["learning-rate": .real(0.01)])
    var squares = 0.0
    for _ in 0..<4000 {
      guard case .real(let value) = floats.choices.mutate(middle, using: &stream)["learning-rate"] else {
        continue
      }
      let step = (value.logarithm - 0.01.logarithm) / 10_000.0.logarithm
      squares += step * step
    }
    // The steps of 0.2 are cut off at 2.5 standard deviations.
    #expect(abs((squares / 4000).squareRoot() - 0.2) < 0.01)
  }

  @Test func `completing keeps what exists, draws what is missing and drops the rest`() throws {
    let space = try makeSpace(
      architecture:
        "  - repeat: {times: {int: [1, 2]}, layers: [dense: {units: {int: [1, 1000]}}]}\n  - dense: {units: classes}"
    )
    var stream = stream()
    let partial = Assignment(values: [
      "repeat.times": .integer(1), "repeat[1].dense.units": .integer(77),
      "repeat[2].dense.units": .integer(5),
    ])
    let whole = space.choices.completing(partial, using: &stream)
    #expect(whole.values == ["repeat.times": .integer(1), "repeat[1].dense.units": .integer(77)])
    #expect(
      space.choices.contains(
        space.choices.completing(Assignment(values: ["repeat.times": .integer(9)]), using: &stream)))
  }

  private func learningRateSpace(_ learningRate: String) throws -> SearchSpace {
    try makeSpace(
      architecture: "  - dense: {units: classes}", training: ["learning-rate": learningRate])
  }
}
