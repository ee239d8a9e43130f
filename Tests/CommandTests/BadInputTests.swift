import Foundation
import Testing

/// Something wrong with the input, and what the one line about it must say.
struct BadInput: Sendable, CustomTestStringConvertible {
  var name: String
  /// The text of `bad.yaml`; nil for no such file.
  var text: Data?
  var options: [String] = []
  var status: Int32 = 65
  /// What stands in the line.
  var says: [String]

  var testDescription: String { name }

  /// The small configuration with a part replaced.
  init(_ name: String, _ part: String, _ replacement: String, _ options: [String] = [], says: [String]) {
    precondition(smallConfiguration.contains(part), "\(part) is not in the configuration")
    let text = smallConfiguration.replacingOccurrences(of: part, with: replacement)
    self.init(name, text: Data(text.utf8), options, says: says)
  }

  init(_ name: String, text: Data?, _ options: [String] = [], status: Int32 = 65, says: [String]) {
    self.name = name
    self.text = text
    self.options = options
    self.status = status
    self.says = says
  }

  private static let small = Data(smallConfiguration.utf8)

  static let all = [
    BadInput("missing file", text: nil, status: 66, says: ["bad.yaml: no such file"]),
    BadInput("empty file", text: Data(), says: ["bad.yaml:1:1:", "empty"]),
    BadInput(
      "binary garbage", text: Data((0..<4096).map { UInt8(truncatingIfNeeded: $0 * 131 + 200) }),
      says: ["bad.yaml", "UTF-8"]),
    BadInput("control characters", text: Data([0, 1, 2, 3, 10, 0, 27]), says: ["bad.yaml:1:1"]),
    BadInput("malformed YAML", "{name: digits", "{name: digits]", says: ["bad.yaml:2:", "malformed YAML"]),
    BadInput("another document", "name: small", "- a list", says: ["bad.yaml:"]),
    BadInput(
      "negative units", "{choice: [8, 16]}", "-3",
      says: ["bad.yaml:4:20: units: expected a positive integer", "got -3"]),
    BadInput("no options", "{choice: [relu, tanh]}", "{choice: []}", says: ["bad.yaml:5:", "choice"]),
    BadInput(
      "misspelt layer", "- dropout:", "- dropuot:",
      says: ["bad.yaml:8:", "dropuot", "did you mean 'dropout'?"]),
    BadInput(
      "misspelt key", "batch-size", "batchsize", says: ["bad.yaml:13:3:", "did you mean 'batch-size'?"]),
    BadInput("unknown data set", "name: digits", "name: digit", says: ["bad.yaml:2:17: name:", "'digits'"]),
    BadInput(
      "a set that does not come with the program", "name: digits", "name: mnist",
      says: ["bad.yaml:2:17: name: 'mnist' does not come", "tools/fetch-data mnist", "idx: FILE"]),
    BadInput(
      "split above 1", "[0.6, 0.2, 0.2]", "[0.6, 0.4, 0.4]",
      says: ["bad.yaml:2:", "split", "sum to 1", "1.4"]),
    BadInput(
      "unknown region", "region: DE", "region: Atlantis", says: ["bad.yaml:16:", "region", "Atlantis", "DE"]),
    BadInput(
      "float without a grid", ", grid: 2", "", ["--strategy", "grid"],
      says: ["bad.yaml:12:", "learning-rate", "grid: N"]),
    BadInput(
      "budget without unit", "trials: 8", "budget: 2", says: ["bad.yaml:15:", "budget", "Wh", "got 2"]),
    BadInput(
      "wrong number of classes", "units: classes", "units: 7",
      says: ["bad.yaml:9:", "10", "got 7", "units: classes"]),
    BadInput("no learning rate", "optimizer: {", "# optimizer: {", says: ["bad.yaml:", "optimizer"]),
    BadInput(
      "override of nothing", text: small, ["--set", "training.epochs"],
      says: ["--set training.epochs:", "KEY=VALUE"]),
    BadInput(
      "wrong override", text: small, ["--set", "training.epochs=many"],
      says: ["--set training.epochs=many: epochs: expected a positive integer", "'many'"]),
    BadInput(
      "the run is a file", text: small, ["--run", "bad.yaml"], says: ["bad.yaml: expected a folder", "--run"]),
  ]
}

@Suite struct BadInputTests {
  @Test("bad input gives one line with the place, and nothing is written", arguments: BadInput.all)
  func oneLine(input: BadInput) throws {
    let place = try Workplace()
    if let text = input.text { try text.write(to: place.url.appendingPathComponent("bad.yaml")) }
    let before = place.names()
    for command in ["search", "compare"] {
      // A comparison sets the strategy itself.
      let options =
        command == "compare" ? input.options.filter { !["--strategy", "grid"].contains($0) } : input.options
      let ended = try place.run([command, "bad.yaml"] + options)
      #expect(ended.status == input.status, "\(command): \(ended.errors)")
      #expect(ended.errorLines.count == 1, "\(command): \(ended.errors)")
      for part in input.says { #expect(ended.errors.contains(part), "\(command): \(ended.errors)") }
      #expect(ended.output.isEmpty)
      #expect(place.names() == before)
    }
  }

  @Test("a folder is no configuration")
  func folder() throws {
    let place = try Workplace()
    let ended = try place.run("search", ".")
    #expect(ended.status == 66)
    #expect(ended.errorLines == [".: not a regular file; give the path of a YAML file, or /dev/stdin"])
    #expect(place.names().isEmpty)
  }

  @Test("a folder that holds something is not taken for a new run")
  func occupiedFolder() throws {
    let place = try Workplace.withSmallStudy()
    #expect(try place.run("search", "small.yaml", "--trials", "1", "--run", "run").status == 0)
    let trials = try place.text(of: "run/trials.csv")
    let again = try place.run("search", "small.yaml", "--trials", "1", "--run", "run")
    #expect(again.status == 65)
    #expect(
      again.errorLines.count == 1 && again.errors.contains("already holds the study 'small'"),
      "\(again.errors)")
    #expect(try place.text(of: "run/trials.csv") == trials)

    try FileManager.default.createDirectory(atPath: place.path("papers"), withIntermediateDirectories: true)
    try place.write("mine", to: "papers/letter")
    for command in ["search", "compare"] {
      let other = try place.run(command, "small.yaml", "--run", "papers")
      #expect(other.status == 65)
      #expect(
        other.errorLines.count == 1 && other.errors.contains("files that are no run"), "\(other.errors)")
    }
    #expect(place.names(in: "papers") == ["letter"])
  }

  @Test("a run that cannot be made says so", arguments: ["small.yaml/run", "/proc/nowhere/run"])
  func impossibleFolder(path: String) throws {
    let place = try Workplace.withSmallStudy()
    let ended = try place.run("search", "small.yaml", "--run", path)
    #expect(ended.status == 73)
    #expect(ended.errorLines.count == 1 && ended.errors.hasPrefix("\(path): "), "\(ended.errors)")
  }

  @Test("what is no run is not shown", arguments: ["show", "pareto"])
  func noRun(command: String) throws {
    let place = try Workplace.withSmallStudy()
    for path in ["nowhere", "small.yaml", "."] {
      let ended = try place.run(command, path)
      #expect(ended.status == 66)
      #expect(
        ended.errorLines.count == 1 && ended.errors.hasPrefix("\(path)/study.sqlite: no such"),
        "\(ended.errors)")
    }
    try place.write("certainly no database", to: "study.sqlite")
    let ended = try place.run(command, ".")
    #expect(ended.status == 65)
    #expect(ended.errorLines == ["./study.sqlite: not a journal of this program, or damaged"])
  }
}
