import Foundation
import SearchSpaces
import Studies
import Testing

@Suite("A table of recorded results")
struct ReplayTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Four cells: 3 kWh lead to ½ and to nothing, 9 kWh to ¾ and ⅞.
  private static let fourCells = """
    units,activation,accuracy,energy
    16,tanh,0.75,4
    16,relu,0.875,5
    8,tanh,0.5,2
    8,relu,,1

    """

  private func table(
    _ csv: String = fourCells, parameters: String = "[units, activation]",
    quality: String = "accuracy: accuracy",
    unit: String = "kWh", _ more: String = ""
  ) throws -> ReplayTable {
    try Data(csv.utf8).write(to: URL(fileURLWithPath: folder.path + "/cells.csv"))
    let yaml =
      "csv: cells.csv\nparameters: \(parameters)\n\(quality)\nenergy: {column: energy, unit: \(unit)}\n\(more)\n"
    let path = folder.path + "/cells.yaml"
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
    return try ReplayTable.reading(path)
  }

  private func search(_ table: ReplayTable, _ overrides: String...) throws -> ComparedSearch {
    let options = try StudyConfiguration.SearchSection(overrides: overrides.map { "search.\($0)" })
    return try SimulatedSearch(name: "test", options: options).run(on: table.problem)
  }

  @Test("is searched cell by cell, numbers ascending and texts as they come first")
  func lexicographic() throws {
    let table = try table()
    #expect(table.name == "cells" && table.count == 4)
    let search = try search(table, "strategy=grid", "order=lexicographic")
    #expect(search.steps.map(\.cost) == [2, 1, 4, 5])
    #expect(search.steps.map(\.state) == [.completed, .failed, .completed, .completed])
    #expect(search.steps.map(\.goodness) == [0.5, nil, 0.75, 0.875])
    #expect(search.steps.map(\.losses) == [[0.5, 2], nil, [0.25, 4], [0.125, 5]])
    #expect(search.cost == 12)
  }

  @Test("has a hypervolume of its own, up to 1.1 times its highest energy")
  func hypervolume() throws {
    let problem = try table().problem
    #expect(problem.reference == [1, 1.1 * 5])
    // ⅞ · ½ + ¾ · 1 + ½ · 2.
    #expect(abs(try #require(problem.largestHypervolume) - 2.1875) < 1e-12)
    #expect(problem.objectives == ["accuracy", "training-energy"])
  }

  @Test(
    "is exhausted by strategies that do not repeat themselves", arguments: ["random", "grid", "evolutionary"])
  func exhausted(strategy: String) throws {
    let search = try search(table(), "strategy=\(strategy)", "trials=100")
    #expect(search.steps.map(\.cost).sorted() == [1, 2, 4, 5])
  }

  @Test("ends with the trials and with the energy that are asked for")
  func limits() throws {
    let table = try table()
    let grid = ["strategy=grid", "order=lexicographic"]
    #expect(try search(table, grid[0], grid[1], "trials=3").steps.count == 3)
    // 2 + 1 kWh are spent: no further trial is started.
    #expect(try search(table, grid[0], grid[1], "budget=3 kWh").steps.count == 2)
    #expect(try search(table, grid[0], grid[1], "budget=3.1 kWh").steps.count == 3)
  }

  @Test("charges a network once, by its hash")
  func duplicates() throws {
    let csv = """
      x,accuracy,energy,hash
      1,0.5,2,p
      2,0.5,2,p
      3,0.75,4,
      4,0.75,4,
      5,,8,q
      6,,8,q
      """
    let search = try search(
      table(csv, parameters: "[x]", "hash: hash"), "strategy=grid", "order=lexicographic")
    // Two without a hash are two networks; what failed is tried again.
    #expect(search.steps.map(\.cost) == [2, 0, 4, 4, 8, 8])
    #expect(
      search.steps.map(\.state) == [.completed, .duplicate, .completed, .completed, .failed, .failed])
    #expect(search.steps[1].goodness == 0.5)
  }

  @Test("takes whole trainings where there are shorter ones too")
  func fidelity() throws {
    let csv = "x,epochs,accuracy,energy\n1,1,0.1,1\n1,10,0.5,10\n2,10,0.75,20\n2,1,0.2,2\n"
    let search = try search(
      table(csv, parameters: "[x]", "fidelity: epochs"), "strategy=grid", "order=lexicographic")
    #expect(search.steps.map(\.cost) == [10, 20])
    #expect(search.steps.map(\.goodness) == [0.5, 0.75])
  }

  @Test("reads errors, losses and other units of energy")
  func measures() throws {
    // 3,600 kJ are 1 kWh.
    let errors = try search(
      table("x,e,energy\na,0.25,3600\n", parameters: "[x]", quality: "error: e", unit: "kJ"), "strategy=grid")
    #expect(errors.steps[0].cost == 1)
    #expect(errors.steps[0].goodness == 0.75 && errors.steps[0].losses == [0.25, 1])
    let losses = try table("x,l,energy\na,2,1\nb,4,1\n", parameters: "[x]", quality: "loss: l")
    #expect(losses.problem.reference == [4.4, 1.1])
    #expect(losses.quality == .loss)
    // A worst loss below 0: a tenth of itself beyond it.
    let negative = try table("x,l,energy\na,-2,1\nb,-1,1\n", parameters: "[x]", quality: "loss: l")
    #expect(negative.problem.reference[0] == -0.9)
  }

  @Test("leads to the same searches however many run at once")
  func parallel() throws {
    let problem = try table().problem
    let searches = try ["random", "evolutionary"].flatMap { strategy in
      try (0..<20).map { seed in
        SimulatedSearch(
          name: strategy,
          options: try StudyConfiguration.SearchSection(
            overrides: ["search.strategy=\(strategy)", "search.seed=\(seed)"]))
      }
    }
    let together = try #require(try SimulatedSearch.run(searches, on: problem, shouldStop: { false }))
    let alone = try searches.map { try $0.run(on: problem) }
    #expect(together.map(\.seed) == alone.map(\.seed) && together.map(\.strategy) == alone.map(\.strategy))
    #expect(together.map { $0.steps.map(\.cost) } == alone.map { $0.steps.map(\.cost) })
    #expect(Set(alone.map { $0.steps.map(\.cost) }).count > 1)
    #expect(try SimulatedSearch.run(searches, on: problem, shouldStop: { true }) == nil)
  }

  @Test("a test function costs one evaluation a trial, and its hypervolume has a largest value")
  func testFunction() throws {
    let problem = try #require(SimulatedProblem.named("schaffer"))
    let options = try StudyConfiguration.SearchSection(overrides: [
      "search.strategy=random", "search.trials=2000",
    ])
    let search = try SimulatedSearch(name: "random", options: options).run(on: problem)
    #expect(search.cost == 2000)
    let comparison = Comparison([search], .init(problem, source: "schaffer"), target: .hypervolume(0.9))
    let share = try #require(comparison.share(ofHypervolume: comparison.entries[0].hypervolume))
    #expect(share > 0.98 && share < 1)
    // At x = 1 both are 1: of 40/3 the box to (4, 4) has 9.
    #expect(problem.evaluate(Assignment(values: ["x": .real(1)])).losses == [1, 1])
  }
}
