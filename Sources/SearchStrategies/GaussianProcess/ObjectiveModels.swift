import Foundation
import ParetoAnalysis

/// A Gaussian process for each objective, over the same trials.
struct ObjectiveModels: Sendable {
  private let features: PointFeatures
  private let processes: [GaussianProcess]
  /// The objectives of the trials, scaled.
  let points: [[Double]]
  /// How many standard deviations below its mean an objective is hoped to be.
  private let optimism: Double

  /// Models of some trials.
  ///
  /// - Parameters:
  ///   - entries: the trials, not empty.
  ///   - hyperparameters: for each objective where to start from; what is found takes its place.
  ///   - steps: how many steps the hyperparameters are improved by.
  /// - Returns: nil where a process cannot be made.
  init?(
    of entries: [TrialHistory.Entry], features: PointFeatures,
    hyperparameters: inout [GaussianProcess.Hyperparameters], steps: Int
  ) {
    let vectors = entries.map { features.vector(of: $0.places) }
    let losses = entries.map(\.losses)
    let front = nonDominatedIndexes(of: losses)
    let objectives = losses[0].count
    let start = GaussianProcess.Hyperparameters(parameterCount: features.parameterCount)
    if hyperparameters.count != objectives {
      hyperparameters = [GaussianProcess.Hyperparameters](repeating: start, count: objectives)
    }
    var columns: [[Double]] = []
    var processes: [GaussianProcess] = []
    for axis in 0..<objectives {
      let values = losses.map { $0[axis] }
      let scale = ObjectiveScale(of: values, frontCeiling: front.map { values[$0] }.max() ?? 0)
      let scaled = values.map { scale($0) }
      if steps > 0 {
        let likelihood = MarginalLikelihood(vectors: vectors, parameters: features.parameters, values: scaled)
        hyperparameters[axis] = likelihood.climb(from: hyperparameters[axis], steps: steps)
      }
      guard
        let process = GaussianProcess(
          vectors: vectors, parameters: features.parameters, values: scaled, hyperparameters[axis])
      else { return nil }
      processes.append(process)
      columns.append(scaled)
    }
    self.features = features
    self.processes = processes
    points = entries.indices.map { index in columns.map { $0[index] } }
    optimism = Self.optimism(objectives: objectives)
  }

  /// The objectives that points can be hoped to have, scaled.
  ///
  /// - Parameter places: see `TrialHistory.Entry.places`.
  func hopes(at places: [[Double]]) -> [[Double]] {
    let vectors = places.map { features.vector(of: $0) }
    let columns = processes.map { process in
      process.predictions(at: vectors).map { $0.mean - optimism * $0.deviation }
    }
    return places.indices.map { index in columns.map { $0[index] } }
  }

  /// The z for which all of *m* objectives are below their means less z deviations with probability ½·½^(1/*m*) each, as
  /// SMS-EGO has it: 0.67 for one, 0.38 for two, 0.26 for three.
  private static func optimism(objectives: Int) -> Double {
    let target = 0.5 * pow(0.5, 1 / Double(objectives))
    var (low, high) = (0.0, 3.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) / 2 > target { low = middle } else { high = middle }
    }
    return low
  }
}
