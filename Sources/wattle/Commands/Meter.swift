import ArgumentParser
import EnergyMetering
import Foundation
import Reports
import SearchSpaces
import Studies

struct Meter: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The energy of any command and all that it starts.",
    discussion: """
      Runs the command and says on standard error what it used: energy with interval and source, power, CPU time, wall \
      time, memory, CO2eq. The command's input, output and errors are its own, its exit code is passed on (128 + n if \
      signal n ended it; 127 if there is no such command, 126 if it cannot be run), and so are signals. Children count \
      in full, however they detach themselves, until the command ends.

      Examples:
        wattle meter -- make -j4
        wattle meter --region FR --json energy.json -- python3 train.py
        wattle meter --repeat 20 --csv emissions.csv -- sort numbers.txt
      """)

  @Option(help: "The source of energy readings.")
  var energySource: EnergySourceChoice = .auto

  @Option(
    help:
      "Where the electricity comes from, one of \(CarbonIntensity.all.map(\.code).joined(separator: ", ")), or a name such as France.",
    transform: { text in
      do { return try CarbonIntensity(region: text) } catch { throw ValidationError("\(error)") }
    })
  var region: CarbonIntensity?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Power usage effectiveness, the site's energy over the machine's, such as 1.1 or, from least to most, 1.05-1.2.",
      valueName: "factor"),
    transform: powerUsageEffectiveness(in:))
  var pue = UncertainValue(exactly: 1)

  @Option(
    name: .customLong("repeat"), help: "Run the command so many times, and give means and their spread.")
  var times = 1

  @Flag(help: "Wait for what the command leaves running, and count it in full.")
  var waitAll = false

  @Option(help: "Write the result as JSON to this file; - for standard output.", completion: .file())
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Append a row a run to this file, in the columns of CodeCarbon's emissions.csv; - for standard output."),
    completion: .file())
  var csv: String?

  @Option(help: "The project's name in the CSV; by default the command's.")
  var project: String?

  @Flag(name: .shortAndLong, help: "Print no result on standard error.")
  var quiet = false

  @Argument(
    parsing: .captureForPassthrough,
    help: "The command with its arguments; everything from here on is its own.")
  var command: [String] = []

  /// The command without the `--` before it.
  private var words: ArraySlice<String> { command.first == "--" ? command.dropFirst() : command[...] }

  func validate() throws {
    // The command takes all words that are no options of this program's, and the parser adds --help only afterwards.
    if ["--help", "-h"].contains(command.first) { throw CleanExit.helpRequest(self) }
    if command.first != "--", let first = command.first, first.hasPrefix("-") {
      throw ValidationError(
        "Unknown option '\(first)'; what belongs to the command stands behind it or behind --")
    }
    if words.isEmpty { throw ValidationError("expected a command, such as: wattle meter -- make") }
    if times < 1 { throw ValidationError("--repeat must be at least 1, got \(times)") }
    try requirePath(json, of: "--json")
    try requirePath(csv, of: "--csv")
    if json == "-" && csv == "-" {
      throw ValidationError("--json and --csv cannot both go to standard output")
    }
  }

  func run() throws {
    try reportingFailures {
      // Found out before the command runs: afterwards its result would be lost.
      try requireSeparateOutputs()
      let emissions = try csv.map { try EmissionsFile(path: $0) }
      if let json, json != "-" { try requireWritable(json) }
      let (energyMeter, sources) = try EnergyMeter.choose(source: energySource)
      for note in sources.profileNotes ?? [] { Terminal.log.warning("\(note)") }
      let series = try runs(meter: CommandMeter(energyMeter, waitsForAll: waitAll))
      let report = CommandReport(
        series: series, carbonIntensity: try region ?? CarbonIntensity(region: "World"), pue: pue,
        source: sources.chosen)
      if !quiet { Terminal.complain(report.text.trimmingCharacters(in: ["\n"])) }
      try Self.failingAfterCommand(series.exitCode) {
        if let json {
          try json == "-" ? Terminal.print(report.json(), isData: true) : writeOutput(report.json(), to: json)
        }
        if let emissions {
          let name = project ?? (series.command[0] as NSString).lastPathComponent
          try emissions.append(EmissionsTable(report, project: name, host: HostDescription()))
        }
      }
      throw ExitCode(series.exitCode)
    }
  }

  /// Neither output may be what the command reads or the other; rows are appended to --csv, which takes nothing away.
  private func requireSeparateOutputs() throws {
    var command = OutputFiles()
    for word in words where access(word, F_OK) == 0 { command.protect(word, as: "a word of the command") }
    try command.add(json, of: "--json")
    var outputs = OutputFiles(withStandardStreams: true)
    try outputs.add(json, of: "--json")
    try outputs.add(csv, of: "--csv")
  }

  private func runs(meter: CommandMeter) throws -> CommandSeries {
    let command = MeteredCommand(lastArguments: words.count)
    var runs: [CommandRun] = []
    do {
      while runs.count < times && meter.endingSignal == nil {
        let run = try meter.run(command)
        runs.append(run)
        if case .killed = run.ending { break }
      }
    } catch let error as CommandNotStarted {
      Terminal.complain("\(error)".onOneLine(limit: .max))
      throw ExitCode(error.exitCode)
    }
    // A signal between two runs ends the series; before the first there is nothing to say.
    guard !runs.isEmpty else { throw ExitCode(128 + (meter.endingSignal ?? SIGINT)) }
    return CommandSeries(
      command: command.texts, runs: runs, wantedCount: times, stoppingSignal: meter.endingSignal)
  }

  /// A failed command's exit code says more than that its result could not be written.
  private static func failingAfterCommand(_ exitCode: Int32, _ body: () throws -> Void) throws {
    do { try body() } catch {
      guard exitCode != 0 else { throw error }
      Terminal.complain("\(error)".onOneLine(limit: .max))
    }
  }
}

extension EnergySourceChoice: ExpressibleByArgument {}
