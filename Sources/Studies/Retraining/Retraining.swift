import Datasets
import EnergyMetering
import Foundation
import Logging
import Training

/// Trains the candidate of a trial again, as far as the trial did, with several seeds, and keeps the weights.
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

  let run: RunRecord

  /// Trainings below so many seconds are warmed up for: of longer ones the first costs too little more to be seen.
  private static let briefSeconds = 1.0

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
      completion.result.failure
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
    try run.checkData()
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
    // A duplicate has the result of the trial that was trained in its place, and a trial that continues another its
    // streams. A repeat has its own.
    let begun = trial.isProposal ? trial.origin(among: run.trials) : trial
    let number = begun.streamNumber(among: run.trials)
    return (0..<UInt64(seedCount)).map { TrialJob.Streams(seed: trial.seed &+ $0, trial: number) }
  }

  /// Trains.
  ///
  /// The weights are written into the draft of ``folder``; the caller puts it in place with ``Output/publish()``,
  /// and nothing is left otherwise.
  ///
  /// - Parameter watch: hears of each training that ended.
  /// - Returns: the trainings that ended; fewer than ``seedCount`` if `shouldStop` said so.
  /// - Throws: ``RetrainingError/interrupted`` if `shouldStop` said so before any had a result,
  ///   ``RunFolderError/cannotWrite(path:reason:)`` if there is no room for the weights, and what the executor throws.
  public func train(
    into output: Output, log: Logger, shouldStop: () -> Bool = { false },
    watch: (Training, _ index: Int) -> Void = { _, _ in }
  ) throws -> [Training] {
    let configuration = run.configuration
    let host = HostDescription()
    let plan = WorkerPlan(workers: .count(1), blasCore: configuration.execution.blasCore, host: host)
    var environment = MeterEnvironment()
    environment.reservedCPUs = 1
    let (meter, report) = try EnergyMeter.choose(
      source: EnergySourceChoice(configuration.energy.source), environment: environment)
    for note in report.profileNotes ?? [] { log.warning("\(note)") }
    let executor = try LocalExecutor(
      LocalExecutor.Configuration(
        workers: 1, processors: plan.processors, blasCore: plan.blasCore,
        setup: WorkerSetup(
          dataset: configuration.dataset.reference, split: configuration.dataset.split,
          seed: configuration.search.seed),
        limits: WorkerLimits(configuration.execution.limits, memoryBytes: host.memoryBytes)), meter: meter,
      log: log)
    defer { _ = executor.finish() }
    var trainings: [Training] = []
    do {
      try trainAll(with: executor, into: output, shouldStop: shouldStop) { training, index in
        trainings.append(training)
        watch(training, index)
      }
    } catch RetrainingError.interrupted where trainings.contains(where: { $0.outcome != nil }) {
      // What is finished is kept.
    } catch RunFolderError.cannotWrite(let path, let reason) {
      throw RunFolderError.cannotWrite(path: output.placed(path), reason: reason)
    }
    return trainings
  }

  private func trainAll(
    with executor: LocalExecutor, into output: Output, shouldStop: () -> Bool,
    watch: (Training, _ index: Int) -> Void
  ) throws {
    if (original.wallSeconds ?? 0) < Self.briefSeconds {
      try warmUp(executor, into: output, shouldStop)
    }
    for (index, streams) in streams.enumerated() {
      let name = Self.weightsName(streams)
      try wait(until: { executor.freeSlots > 0 }, executor, shouldStop)
      try executor.start(
        TrialJob(
          trial: index, candidate: trial.candidate, streams: streams, weightsPath: output.path(of: name),
          untilEpoch: (trial.duplicateOf.map { run.trials[$0] } ?? trial).epochLimit))
      var ended: [TrialCompletion] = []
      try wait(until: { !ended.isEmpty }, executor, shouldStop) { ended += $0 }
      guard let completion = ended.first else { continue }
      var training = Training(seed: streams.seed, weights: nil, completion: completion)
      if training.failure == nil { training.weights = name }
      watch(training, index)
    }
  }

  private static func weightsName(_ streams: TrialJob.Streams) -> String {
    "seed-\(streams.seed).safetensors"
  }

  /// The trial that was trained: a duplicate's original.
  private var original: Trial { trial.duplicateOf.map { run.trials[$0] } ?? trial }

  /// Does the first training once without counting it. What a process does for the first time takes longer, writing weights
  /// most of all, for a small network by half a millisecond: its training would be dearer than those of the other seeds.
  private func warmUp(_ executor: LocalExecutor, into output: Output, _ shouldStop: () -> Bool) throws {
    guard let first = streams.first else { return }
    try wait(until: { executor.freeSlots > 0 }, executor, shouldStop)
    try executor.start(
      TrialJob(
        trial: seedCount, candidate: trial.candidate, streams: first,
        weightsPath: output.path(of: Self.weightsName(first))))
    var isOver = false
    try wait(until: { isOver }, executor, shouldStop) { isOver = isOver || !$0.isEmpty }
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
