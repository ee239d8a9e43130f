import Datasets
import EnergyMetering
import Foundation
import Logging
import Training

/// Trains the candidate of a trial in full again, with several seeds, and keeps the weights.
///
/// The first training draws from the trial's own streams, so that it ends with the trial's own weights; the others from
/// the seeds that follow. Data and split are those of the run. The trainings run one after the other in one worker
/// process and are metered; they belong to no account of the run, whose books are closed: their energy is the T of
/// E_life = CT + T + I · e (Gitzel, Platenius-Mohr and Burger 2023).
public struct Retraining: Sendable {
  /// The trial whose candidate is trained.
  public let trial: Trial
  /// How often it is trained.
  public let seedCount: Int
  /// The folder that the weights go to; made when the first training has ended.
  public let folder: String

  private let run: RunRecord

  /// One training.
  public struct Training: Sendable {
    /// The seed of its random streams.
    public var seed: UInt64
    /// The name of its weights in the folder; nil if it failed.
    public var weights: String?
    /// How it ended and what it took.
    public var completion: TrialCompletion

    /// What it led to; nil if it failed.
    public var outcome: TrainingOutcome? {
      if case .trained(let outcome) = completion.result { outcome } else { nil }
    }

    /// Why it led to nothing.
    public var failure: String? {
      if case .failed(let reason) = completion.result { reason } else { nil }
    }
  }

  /// A retraining of a trial of a run.
  ///
  /// - Parameters:
  ///   - folder: where the weights go; by default `trained/trial-N` in the run's folder.
  /// - Throws: ``RetrainingError`` if the trial has nothing to train again.
  public init(of number: Int?, in run: RunRecord, seedCount: Int, folder: String? = nil) throws {
    guard let chosen = number ?? run.mostAccurate?.number else {
      throw RetrainingError.nothingCompleted(path: run.folder.path)
    }
    guard run.trials.indices.contains(chosen) else {
      throw RetrainingError.noTrial(path: run.folder.path, number: chosen, count: run.trials.count)
    }
    guard run.dataAreUnchanged else {
      throw RunFolderError.otherData(path: run.folder.path, dataset: run.configuration.dataset.name)
    }
    trial = run.trials[chosen]
    guard trial.outcome != nil else {
      throw RetrainingError.notCompleted(
        path: run.folder.path, number: chosen, state: trial.state, failure: trial.failure)
    }
    self.run = run
    self.seedCount = seedCount
    self.folder = folder ?? run.folder.path + "/trained/trial-\(chosen)"
  }

  /// The key of the random streams of each training.
  var streams: [TrialJob.Streams] {
    // A duplicate has the result of the trial that was trained in its place.
    let number = trial.duplicateOf ?? trial.number
    return (0..<UInt64(seedCount)).map { TrialJob.Streams(seed: trial.seed &+ $0, trial: number) }
  }

  /// Trains.
  ///
  /// The weights are written into the draft of ``folder``; the caller puts it in place with ``Output/publish()``
  /// when all is done, and nothing is left otherwise.
  ///
  /// - Parameter watch: hears of each training that ended.
  /// - Throws: ``RetrainingError/interrupted`` if `shouldStop` said so, and what the executor throws.
  public func train(
    into output: Output, log: Logger, shouldStop: () -> Bool = { false },
    watch: (Training, _ index: Int) -> Void = { _, _ in }
  ) throws -> [Training] {
    let configuration = run.configuration
    let host = HostDescription()
    let plan = WorkerPlan(workers: .count(1), blasCore: configuration.execution.blasCore, host: host)
    var environment = MeterEnvironment()
    environment.reservedCPUs = 1
    let (meter, _) = try EnergyMeter.choose(
      source: EnergySourceChoice(configuration.energy.source), environment: environment)
    let executor = try LocalExecutor(
      LocalExecutor.Configuration(
        workers: 1, processors: plan.processors, blasCore: plan.blasCore,
        setup: WorkerSetup(
          dataset: configuration.dataset.reference, split: configuration.dataset.split,
          seed: configuration.search.seed)), meter: meter, log: log)
    defer { _ = executor.finish() }
    var trainings: [Training] = []
    for (index, streams) in streams.enumerated() {
      let name = "seed-\(streams.seed).safetensors"
      try wait(until: { executor.freeSlots > 0 }, executor, shouldStop)
      try executor.start(
        TrialJob(
          trial: index, candidate: trial.candidate, streams: streams, weightsPath: output.path(of: name)))
      var ended: [TrialCompletion] = []
      try wait(until: { !ended.isEmpty }, executor, shouldStop) { ended += $0 }
      guard let completion = ended.first else { continue }
      var training = Training(seed: streams.seed, weights: nil, completion: completion)
      if training.failure == nil { training.weights = name }
      trainings.append(training)
      watch(training, index)
    }
    return trainings
  }

  private func wait(
    until condition: () -> Bool, _ executor: LocalExecutor, _ shouldStop: () -> Bool,
    take: ([TrialCompletion]) -> Void = { _ in }
  ) throws {
    while !condition() {
      if shouldStop() { throw RetrainingError.interrupted }
      take(try executor.waitForCompletions(timeoutSeconds: 0.2))
    }
  }
}

/// Why a candidate cannot be trained again.
public enum RetrainingError: Error, Equatable, CustomStringConvertible {
  /// The run has no completed trial.
  case nothingCompleted(path: String)
  /// There is no trial of this number.
  case noTrial(path: String, number: Int, count: Int)
  /// The trial has no result.
  case notCompleted(path: String, number: Int, state: TrialState, failure: String?)
  /// The folder for the weights is there already.
  case folderExists(path: String)
  /// Someone asked to stop.
  case interrupted
  /// The summary of an earlier retraining is not what it should be.
  case damagedSummary(path: String, problem: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .nothingCompleted(let path): "\(path): no trial is completed; go on with the search first"
    case .noTrial(let path, let number, let count):
      "\(path): no trial \(number); the run has \(count == 0 ? "none yet" : "0 to \(count - 1)")"
    case .notCompleted(let path, let number, let state, let failure):
      "\(path): trial \(number) is \(state.rawValue)\(failure.map { " (\($0))" } ?? ""); choose a completed one, "
        + "such as one of the front"
    case .folderExists(let path):
      "\(path): is there already; replace it with --force, or choose another folder with --output"
    case .interrupted: "stopped before all trainings were done; nothing was written"
    case .damagedSummary(let path, let problem):
      "\(path): \(problem); train the trial again with `wattle train … --force`, or take the folder away"
    }
  }
}
