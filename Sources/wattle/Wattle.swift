import ArgumentParser
import Studies

@main
struct Wattle: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wattle",
    abstract: "Architecture search with energy in the objective.",
    discussion: """
      Wattle proposes neural networks, trains each while metering the energy, ranks them on a Pareto front of \
      accuracy against kWh, and keeps the account of what the search itself cost: CT = Σ T_h.

      A first search:   wattle search search-spaces/digits-mlp.yaml

      Results go to standard output, progress and warnings to standard error. Exit codes: 0 done, 64 wrong usage, \
      65 bad input, 66 no input, 69 no such energy source here, 70 an error of the program or no trial completed, \
      71 a limit of the system is too low, 73 cannot write, 75 interrupted before the end or in use, 130 stopped by Ctrl-C.
      """,
    version: version,
    subcommands: [
      Search.self, QuoteCommand.self, Compare.self, Pareto.self, Show.self, Train.self, LifeCycleCommand.self,
      Meter.self,
      Calibrate.self, Doctor.self,
      WorkerCommand.self, EngineProbeCommand.self, EngineBenchCommand.self, ProblemBenchCommand.self,
    ])

  static func main() {
    StandardStreams.fill()
    FileSizeSignal.ignore()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      UsageMistake.exit(with: error)
    }
  }

  /// The program's version.
  static let version = "0.1.0"
}
