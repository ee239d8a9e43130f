import Foundation
import Testing

/// What does not fit together: layers of some candidates, data that changed, workers that outnumber trials.
@Suite struct MisfitTests {
  private static let pooled = """
    name: pooled
    dataset: {name: digits}
    architecture:
      - reshape: {shape: [8, 8, 1]}
      - max-pool: {size: {choice: [2, 9]}}
      - dense: {units: {choice: [4, 5, 6]}}
      - activation: relu
      - dense: {units: classes}
    training: {optimizer: sgd, learning-rate: 0.1, batch-size: 64, epochs: 1}
    search: {strategy: grid, order: lexicographic, trials: 6}
    execution: {workers: 2}
    """

  @Test("candidates whose layers do not fit are failed trials, and cost nothing")
  func layers() throws {
    let place = try Workplace()
    try place.write(Self.pooled, to: "pooled.yaml")
    let ended = try place.run("search", "pooled.yaml", "--run", "run")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("do not fit together"))
    let trials = try place.table("run/trials.csv")
    #expect(trials["state"] == Array(repeating: "completed", count: 3) + Array(repeating: "failed", count: 3))
    #expect(trials["failure"][3].contains("layers[1] (max-pool, size 9×9"), "\(trials["failure"])")
    #expect(trials.numbers("training_energy_kwh").suffix(3) == [0, 0, 0])
    #expect(trials["parameters"].suffix(3) == ["", "", ""])
    // They are in the journal, for those who look and for those who go on.
    #expect(try place.run("show", "run", "3").output.contains("failed"))
    #expect(try place.run("search", "pooled.yaml", "--run", "run", "--resume").status == 0)
  }

  @Test("a space of which nothing fits is refused at once")
  func nothing() throws {
    let place = try Workplace()
    try place.write(Self.pooled.replacingOccurrences(of: "[2, 9]", with: "[9, 10]"), to: "pooled.yaml")
    let ended = try place.run("search", "pooled.yaml", "--run", "run")
    #expect(ended.status == 65)
    #expect(ended.errorLines.count == 1 && ended.errors.contains("max-pool"), "\(ended.errors)")
    #expect(place.names() == ["pooled.yaml"])
  }

  private static func table(_ shift: Int) -> String {
    "a,b,y\n" + (0..<60).map { "\($0 % 7),\($0 % 5),\(($0 + shift) % 3)\n" }.joined()
  }

  @Test("data that changed are neither mixed with the old in a run nor trained on again")
  func changedData() throws {
    let place = try Workplace()
    try place.write(
      """
      name: table
      dataset: {csv: data.csv, target: y}
      architecture: [{dense: {units: classes}}]
      training: {optimizer: sgd, learning-rate: {float: [0.01, 0.1]}, batch-size: 16, epochs: 1}
      search: {strategy: random, trials: 2}
      """, to: "table.yaml")
    try place.write(Self.table(0), to: "data.csv")
    #expect(try place.run("search", "table.yaml", "--run", "run").status == 0)
    let readers = [
      ["show", "run"], ["show", "run", "1"], ["pareto", "run"], ["life-cycle", "run", "--inferences", "1e6"],
    ]
    let shown = try readers.map { try place.run($0).output }
    #expect(shown.allSatisfy { !$0.isEmpty })
    try place.write(Self.table(1), to: "data.csv")
    for command in [
      ["search", "table.yaml", "--run", "run", "--trials", "3", "--resume"],
      ["train", "run", "--trial", "0"],
    ] {
      let ended = try place.run(command)
      #expect(ended.status == 65)
      #expect(ended.errorLines.count == 1 && ended.errors.contains("have changed"), "\(ended.errors)")
    }
    #expect(try place.table("run/trials.csv").rows.count == 2)
    // Everything that is read of the run is as it was, with other data and without any.
    for data in [Self.table(1) + String(repeating: "1,1,1\n", count: 900), nil] {
      if let data { try place.write(data, to: "data.csv") } else { unlink(place.path("data.csv")) }
      for (command, before) in zip(readers, shown) {
        let ended = try place.run(command)
        #expect(ended.status == 0 && ended.output == before, "\(command): \(ended.errors)")
      }
    }
    #expect(try place.run("train", "run").status == 66)
    try place.write(Self.table(0), to: "data.csv")
    #expect(try place.run("search", "table.yaml", "--run", "run", "--trials", "3", "--resume").status == 0)
  }

  @Test("a journal that died before its first word is no study")
  func blankJournal() throws {
    let place = try Workplace.withSmallStudy()
    try FileManager.default.createDirectory(atPath: place.path("run"), withIntermediateDirectories: true)
    for name in [".lock", "study.sqlite"] { try place.write("", to: "run/" + name) }
    try place.write(
      "# Written by wattle 0.1.0: the resolved configuration.\nname: x\n", to: "run/config.yaml")
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "1", "--resume").status == 66)
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "1").status == 0)
    #expect(try place.table("run/trials.csv").rows.count == 1)
    // A configuration of the user's own is not taken for one.
    try FileManager.default.createDirectory(atPath: place.path("own"), withIntermediateDirectories: true)
    try place.write("name: mine\n", to: "own/config.yaml")
    #expect(try place.run("search", "small.yaml", "--run", "own", "--trials", "1").status == 65)
    #expect(place.names(in: "own") == ["config.yaml"])
  }

  @Test("an objective that a run's trials do not have is refused")
  func objective() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "1").status == 0)
    let ended = try place.run("pareto", "run", "--objectives", "rmse,parameters")
    #expect(ended.status == 65)
    #expect(ended.errors.contains("rmse is not for a classification"), "\(ended.errors)")
  }

  @Test("no more workers are started than there are trials, and the end of a space is said")
  func fewTrials() throws {
    let place = try Workplace()
    try place.write(Self.pooled.replacingOccurrences(of: "{choice: [2, 9]}", with: "2"), to: "pooled.yaml")
    let ended = try place.run("search", "pooled.yaml", "--run", "run", "--trials", "1", "--workers", "40")
    #expect(ended.status == 0)
    #expect(try place.json("run/host.json").number("workers") == 1)
    let whole = try place.run("search", "pooled.yaml", "--run", "whole")
    #expect(whole.errors.contains("no further candidate: all 3"), "\(whole.errors)")
  }

  @Test("a kernel set that OpenBLAS does not run is said")
  func kernelSet() throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run(
      "search", "small.yaml", "--run", "run", "--trials", "1", "--set", "execution.blas-core=Nope")
    #expect(ended.status == 0)
    #expect(ended.errors.contains("Nope was asked for"), "\(ended.errors)")
  }
}
