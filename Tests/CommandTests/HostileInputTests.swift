import Foundation
import Testing

/// Input that is too large, endless or of the wrong kind: one line with the right exit code, soon.
@Suite struct HostileInputTests {
  let place: Workplace

  init() throws { place = try .withSmallStudy() }

  private func refused(_ script: String, _ status: Int32, _ says: String) throws {
    let ended = try place.shell(script)
    #expect(ended.status == status, "\(script): \(ended.errors)")
    // Where it takes long, that is said as well.
    let lines = ended.errorLines.filter { !$0.hasPrefix("Preparing the search") }
    #expect(lines.count == 1, "\(script): \(ended.errors)")
    #expect(ended.errors.contains(says), "\(script): \(ended.errors)")
  }

  /// What limits the memory of the commands behind it. A sanitiser maps terabytes, and its tests go without.
  private static func limit(_ kilobytes: Int) -> String {
    ProcessInfo.processInfo.environment["WATTLE_SANITIZER"] == nil ? "ulimit -v \(kilobytes)" : "true"
  }

  @Test("files of a size that nobody can hold are refused before they are read, in little memory")
  func sizes() throws {
    let limit = Self.limit(1_500_000)
    try refused(
      "truncate -s 1G big.yaml; \(limit); wattle search big.yaml --run run", 65,
      "big.yaml: larger than 1000000 bytes; this is no configuration")
    try place.write("name: " + String(repeating: "x", count: 900_000) + "\n", to: "long.yaml")
    try refused("\(limit); wattle search long.yaml --run run", 65, "long.yaml:1:7: name: expected a name")
    for key in ["csv: big", "npz: big", "npy: big, labels: big", "idx: big, labels: big", "cifar10: big"] {
      try refused(
        "truncate -s 100G big; \(limit); wattle search small.yaml --run run --set 'dataset={\(key)}'", 65,
        "big: ")
    }
    #expect(!place.names().contains("run"))
    guard limit != "true" else { return }
    // 800 MB of nothing in 800 kB.
    try refused(
      """
      head -c 800M /dev/zero | gzip -1 > bomb.csv; \(limit); wattle search small.yaml --run run --set 'dataset={csv: bomb.csv}'
      """, 65, "bomb.csv: ")
    #expect(!place.names().contains("run"))
  }

  @Test(
    "numbers beyond all bounds are refused",
    arguments: [
      "dataset={name: teacher, samples: 9223372036854775807}", "dataset={name: teacher, samples: 1e18}",
      "dataset={name: spirals, samples: 4611686018427387904}",
      "dataset={name: glyphs, samples: 1000000000000}",
      "dataset={name: friedman, values: 9223372036854775807}", "dataset={name: friedman, noise: .inf}",
      "dataset={name: friedman, noise: .nan}", "architecture[0].dense.units=9223372036854775807",
      "architecture[0]={repeat: {times: 9223372036854775807, layers: [{activation: relu}]}}",
      "architecture[0]={repeat: {times: 100000, layers: [{repeat: {times: 100000, layers: [{activation: relu}]}}]}}",
      "architecture[0]={reshape: {shape: [4611686018427387904, 4]}}",
      "architecture[0]={conv2d: {filters: 9223372036854775807, kernel: 9223372036854775807}}",
      "architecture[0]={embedding: {vocabulary: 9223372036854775807, dimension: 9223372036854775807}}",
      "training.epochs=9223372036854775807", "training.learning-rate=.inf", "training.learning-rate=.nan",
      "training.learning-rate={float: [1e-400, .inf]}", "training.batch-size=9223372036854775808",
      "search.budget=1e999 J", "search.trials=99999999999999999999", "energy.pue=.inf",
      "energy.inferences=.nan",
      "constraints.max-parameters=.inf",
    ])
  func numbers(override: String) throws {
    try refused("\(Self.limit(3_000_000)); wattle search small.yaml --run run --set '\(override)'", 65, ": ")
    #expect(place.names() == ["small.yaml"])
  }

  @Test(
    "what has no end or no writer is not waited for", arguments: ["pipe", "/dev/zero", "/dev/tty", "folder"])
  func kinds(path: String) throws {
    let make = "(mkfifo pipe; mkdir folder) 2>/dev/null"
    for key in [
      "csv: \(path)", "npz: \(path)", "npy: \(path), labels: \(path)", "idx: \(path), labels: \(path)",
    ] {
      try refused(
        "\(make); wattle search small.yaml --run run --set 'dataset={\(key)}'", 66, "\(path): ")
    }
    try refused("wattle compare --table \(path == "folder" ? "./folder" : path) --run result", 66, "\(path)")
    try refused("wattle search \(path) --run run", 66, "\(path): not a regular file")
  }

  @Test(
    "a name that would lead out of the folder is none",
    arguments: ["../out", "/tmp/out", "a/b", "..", ".", #""a\0b""#, #""a\nb""#, "\"\""])
  func traversal(name: String) throws {
    let ended = try place.run("search", "small.yaml", "--set", "name=\(name)")
    #expect(ended.status == 65 && ended.errorLines.count == 1, "\(ended.errors)")
    #expect(ended.errors.contains(": name: expected a name of letters, digits"), "\(ended.errors)")
    #expect(place.names() == ["small.yaml"])
  }

  @Test("files of carbon intensities that are no table of text are bad input, and none is no input")
  func carbonFiles() throws {
    #expect(try place.run("search", "small.yaml", "--run", "run", "--trials", "1").status == 0)
    for option in ["--hourly", "--carbon"] {
      let command = "wattle life-cycle run --inferences 1e6 \(option) file.csv"
      try refused("rm -f file.csv; \(command)", 66, "file.csv: no such file")
      try refused(
        "printf 'a\\xff\\n' > file.csv; \(command)", 65, "file.csv: expected UTF-8 text, found other bytes")
      try refused("truncate -s 64000001 file.csv; \(command)", 65, "file.csv: larger than 64000000 bytes")
    }
    try place.write("2026-01-01T00:00Z;300,5\n", to: "semi.csv")
    try refused(
      "wattle life-cycle run --inferences 1e6 --hourly semi.csv", 65, "semi.csv: row 1: expected")
    try place.write("2026-01-01T00:00Z;300\n", to: "semi.csv")
    try refused(
      "wattle life-cycle run --inferences 1e6 --hourly semi.csv", 65,
      "found 1; fields stand between commas here, not semicolons, and a number has a point")
    try refused(
      "wattle life-cycle run --inferences 1e6 --hourly semi.csv --best-hours -1h", 64,
      "--best-hours: expected a time such as 6h, 90min or 1.5d, got -1h")
  }

  @Test("a table whose rows are not there is no input")
  func missingRows() throws {
    try place.write(
      "csv: cells.csv\nparameters: [a]\naccuracy: b\nenergy: {column: c, unit: J}\n", to: "cells.yaml")
    try refused(
      "wattle compare --table cells.yaml --run result", 66, "cells.yaml:1:6: csv: cells.csv: no such file")
  }

  @Test("decimal commas are answered with what to write")
  func decimals() throws {
    try place.write("a;b;kind\n1,5;2;x\n2;3;y\n", to: "semi.csv")
    try refused(
      "wattle search small.yaml --run run --set 'dataset={csv: semi.csv}'", 65,
      "expected a number, got '1,5'; write decimals with a point, or say separator: comma")
  }

  @Test("a project's name is no formula in the meter's table")
  func formula() throws {
    let ended = try place.run("meter", "-q", "--csv", "rows.csv", "--project", "=1+1", "--", "true")
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try place.table("rows.csv")["project_name"] == ["'=1+1"])
  }

  @Test("a configuration that grows too large with its defaults is named as what it is")
  func resolved() throws {
    let layers = (0..<3000).map { _ in "- dropout: {rate: 0.1}" }.joined(separator: "\n  ")
    try place.write(
      smallConfiguration.replacingOccurrences(of: "architecture:\n", with: "architecture:\n  \(layers)\n"),
      to: "large.yaml")
    let ended = try place.run("search", "large.yaml", "--run", "run", "--trials", "1")
    #expect(ended.status == 65, "\(ended.errors)")
    #expect(!ended.errors.contains("aliases") && !ended.errors.contains("config.yaml"), "\(ended.errors)")
    #expect(!place.names().contains("run"))
  }
}
