import ArgumentParser
import Foundation
import Studies

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Train what standard input asks for; started by wattle itself.",
    shouldDisplay: false)

  @Option(help: "The logical processor to be pinned to.")
  var processor: Int?

  @Flag(help: "Count what is computed in memory that the starter shares under descriptor 3.")
  var tally = false

  @Option(help: "Do one task of this batch, as the scheduler of a cluster asks for it.")
  var batch: String?

  func run() throws {
    guard let batch else { Worker.serve(processor: processor, countsOperations: tally) }
    try reportingFailures {
      let task = try ClusterTask(batchPath: batch, log: Terminal.log)
      // Ended by the scheduler's signal, as its code says.
      if try !task.serve(programVersion: Wattle.version) { throw ExitCode(128 + SIGTERM) }
    }
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
