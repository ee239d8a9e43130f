import ArgumentParser
import Studies

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Train what standard input asks for; started by wattle itself.",
    shouldDisplay: false)

  @Option(help: "The logical processor to be pinned to.")
  var processor: Int?

  @Flag(help: "Count what is computed in memory that the starter shares under descriptor 3.")
  var tally = false

  func run() {
    Worker.serve(processor: processor, countsOperations: tally)
  }
}

struct EngineProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine-probe", abstract: "Measure this process's BLAS; started by wattle itself.",
    shouldDisplay: false)

  func run() throws {
    try reportingFailures { try EngineProbe.serve() }
  }
}

struct EngineBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine-bench", abstract: "Repeat the steps of a network; started by tools/bench.",
    shouldDisplay: false)

  func run() throws {
    try reportingFailures { try EngineBench.serve() }
  }
}
