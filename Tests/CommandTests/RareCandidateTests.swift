import Foundation
import Testing

/// Spaces of which next to no candidate keeps the constraints.
@Suite struct RareCandidateTests {
  private func configuration(units: Int, _ training: String, _ constraints: String) -> String {
    """
    name: rare
    dataset: {name: digits}
    architecture:
      - dense: {units: {int: [1, \(units)]}}
      - activation: relu
      - dense: {units: {int: [1, \(units)]}}
      - dense: {units: classes}
    training:
      optimizer: adam
      batch-size: {choice: [16, 32, 64, 128]}
      epochs: {int: [1, 20]}
      \(training)
    constraints: {\(constraints)}
    search: {strategy: random, trials: 3}
    """
  }

  @Test("five candidates in a million are found, searched and shown")
  func rare() throws {
    let place = try Workplace()
    // With u and v units there are 65u + uv + v + 10v + 10 parameters: only u = 1 with v < 6 has at most 140.
    try place.write(
      configuration(units: 1000, "learning-rate: {float: [0.001, 0.1]}", "max-parameters: 140"),
      to: "rare.yaml")
    let ended = try place.run("search", "rare.yaml", "--run", "run")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("run/trials.csv").numbers("parameters").allSatisfy { $0 <= 140 })
    #expect(try place.run("show", "run").status == 0)
    let resumed = try place.run("search", "rare.yaml", "--run", "run", "--resume", "--trials", "5")
    #expect(resumed.status == 0, "\(resumed.errors)")
    // The quote is that of all five.
    #expect(resumed.errors.contains("for 5 trials") || resumed.errors.contains("for about 5 trials"))
  }

  @Test("while candidates are looked for, that is said, and the first Ctrl-C ends the program")
  func interrupted() throws {
    let place = try Workplace()
    // 800,000 cells, each of which is looked at, and no candidate.
    try place.write(
      configuration(units: 100, "learning-rate: 0.01", "max-training-energy: 1e-9 J"), to: "rare.yaml")
    let running = try place.start(["search", "rare.yaml", "--run", "run"])
    #expect(
      eventually(within: 60) {
        running.errors.contains("Preparing the search: reading the data and looking for candidates")
      })
    running.signal(SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 130)
    #expect(!ended.errors.contains("no candidate"), "\(ended.errors)")
    #expect(place.names() == ["rare.yaml"])
  }
}
