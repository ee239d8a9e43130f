import Datasets
import Foundation
import NeuralNetworks
import Training

/// Both ends of a worker's pipe without its process, to try what they make of any bytes.
package enum WorkerRehearsal {
  /// The work of a training that is done rather than only read: a request may ask for years of it.
  private static let mostOperations = 1e5
  private static let mostParameters = 1000

  /// What a worker answers to the lines of a descriptor. It writes no files, loads no data and does no long work.
  package static func answers(toRequestsFrom descriptor: Int32, data: PreparedData) -> [[UInt8]] {
    let setup = WorkerSetup(dataset: DatasetReference(.builtIn(.digits)), split: [0.6, 0.2, 0.2], seed: 1)
    var loop = WorkerLoop(setup, data)
    return lines(of: descriptor).compactMap { line in
      guard isHarmless(line) else { return nil }
      return try? encodeLine(loop.response(to: line))
    }
  }

  /// Reads the lines of a descriptor as what a worker said.
  package static func readResponses(from descriptor: Int32) {
    for line in lines(of: descriptor) {
      guard let response = try? JSONDecoder().decode(WorkerResponse.self, from: Data(line)) else { continue }
      _ = response.isPlausible
    }
  }

  private static func lines(of descriptor: Int32) -> [[UInt8]] {
    var reader = LineReader()
    var all: [[UInt8]] = []
    while case .lines(let lines) = reader.read(from: descriptor) { all += lines }
    return all
  }

  private static func isHarmless(_ line: [UInt8]) -> Bool {
    // What is no request is refused, which is to be tried.
    guard let request = try? JSONDecoder().decode(WorkerRequest.self, from: Data(line)) else { return true }
    switch request {
    case .prepare, .pause: return false
    case .infer(let turn): return turn.seconds <= 0
    case .prepareInference(let job): return isSmall(job.candidate, epochs: 1)
    case .train(let job):
      let paths = [
        job.weightsPath, job.checkpointPath, job.resumesFrom, job.inheritsFrom, job.interim?.prefix,
      ]
      return paths.allSatisfy { $0 == nil } && isSmall(job.candidate, epochs: job.candidate.training.epochs)
    }
  }

  /// Whether a candidate is soon trained, or soon refused since it cannot be built.
  private static func isSmall(_ candidate: Candidate, epochs: Int) -> Bool {
    guard let costs = try? candidate.architecture.costs() else { return true }
    let operations = Double(costs.trainingFlopsPerSample) * Double(max(0, epochs))
    return operations <= mostOperations && costs.parameters <= mostParameters
  }
}
