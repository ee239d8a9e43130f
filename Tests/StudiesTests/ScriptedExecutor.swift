import EnergyMetering
import Foundation
import Studies
import Testing
import Training

/// Numbers that look random and are the same each time (SplitMix64).
struct Sequence64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

let fakeProvenance = EnergyProvenance(source: "fake", domains: ["all"], tier: .measured, detail: "")

/// A reading of so many joules, known to a quarter.
func joules(_ amount: Double) -> EnergyReading {
  EnergyReading(
    energy: Energy(joules: amount), low: Energy(joules: 0.75 * amount), high: Energy(joules: 1.25 * amount),
    provenance: fakeProvenance)
}

/// The process "dies" here: what a study is told when an executor's calls are used up.
struct Cut: Error {}

/// Trains nothing: results follow from the candidate alone, and trainings end in an order of the test's choice.
final class ScriptedExecutor: TrialExecutor {
  struct Script {
    /// How many trainings run at once.
    var slots = 1
    /// Decides which of the running trainings end next; nil lets them end in the order of their start.
    var order: UInt64?
    /// The trials whose training fails.
    var failing: Set<Int> = []
    /// The accuracies of trials, where they shall not follow from the candidate.
    var accuracies: [Int: Double] = [:]
    /// What trials take in joules, where it shall not follow from the candidate.
    var costs: [Int: Double] = [:]
    /// The trials whose inferences cannot be measured.
    var unmeasurable: Set<Int> = []
    /// How often the measuring of a trial's inferences is cut off by the end of its worker, by number.
    var cuttingOff: [Int: Int] = [:]
    /// How often the worker of a trial's training fails, by number.
    var faulting: [Int: Int] = [:]
    /// Whether trainings write a checkpoint after a quarter of what they take.
    var writesCheckpoints = false
    /// Whether trainings that have written one stop behind it.
    var pauses = false
    /// Whether trainings go on when the study's process dies.
    var tasksOutliveStudy = false
    /// Throws at this call, counted from 1; nil never.
    var cutAtCall: Int?
    /// Joules on the meter that no account claims.
    var unbookedJoules = 0.0
  }

  let workerDescription: WorkerDescription? = nil
  private let script: Script
  private var generator: Sequence64
  private var running: [Job] = []
  /// What the running trainings have taken in this attempt.
  private var spent: [Int: Double] = [:]
  private var checkpoints: [TrialCheckpoint] = []
  /// Why running trainings could not go on from checkpoints of their own.
  private var lostCheckpoints: [Int: String] = [:]
  /// The trials whose training went on from a checkpoint of its own.
  private(set) var wentOn: [Int] = []
  private(set) var wasAskedToPause = false
  private var overhead = 0.0
  private var measuring = 0.0
  private var measurements: [InferenceCompletion] = []
  private var metered = 0.0
  private(set) var calls = 0
  /// The trials in the order in which their training began, and what the meter said at that moment.
  private(set) var started: [Int] = []
  /// What was to be trained, by trial.
  private(set) var jobs: [Int: TrialJob] = [:]
  private(set) var meteredAtStarts: [Double] = []
  /// The trials in the order in which the measuring of their inferences began.
  private(set) var measured: [Int] = []
  private(set) var largestRunningCount = 0
  private(set) var isFinished = false
  /// How often the strategy's computing was charged.
  private(set) var charges = 0

  init(_ script: Script = Script()) {
    self.script = script
    generator = Sequence64(state: script.order ?? 0)
  }

  var freeSlots: Int { script.slots - running.count }
  var runningCount: Int { running.count }
  var tasksOutliveStudy: Bool { script.tasksOutliveStudy }
  var runningTrials: [Int] { running.map(\.trial) }

  private enum Job {
    case training(TrialJob)
    case measuring(InferenceJob)

    var trial: Int {
      switch self {
      case .training(let job): job.trial
      case .measuring(let job): job.trial
      }
    }
  }

  /// What training the candidate takes, in joules; a quarter of it at the very start.
  static func cost(of candidate: Candidate) -> Double { 1 + Double(byte(2, of: candidate)) / 64 }

  /// What is measured of the candidate's inferences: 1 J and more for 400 of them at batch 1, 1 J for 6,400 at batch 32.
  static func inference(of candidate: Candidate) -> InferenceMeasurement {
    InferenceMeasurement(
      single: .init(
        batchSize: 1, inferences: 400, seconds: 0.25, energy: joules(1 + Double(byte(3, of: candidate)) / 64)),
      trainingBatch: .init(batchSize: 32, inferences: 6400, seconds: 0.25, energy: joules(1)))
  }

  /// What measuring takes, in joules: the windows and 1 J of warm-up, of which the warm-up comes first.
  static func measuringCost(of candidate: Candidate) -> Double {
    inference(of: candidate).single.energy.energy.joules + 2
  }

  /// What a training has come to after so many of its 5 epochs; the accuracy grows by the epoch.
  static func outcome(of candidate: Candidate, epochs: Int = 5) -> TrainingOutcome {
    // Few accuracies, so that many are equal and the loss has to decide.
    let accuracy = Double(byte(0, of: candidate) % 8) / 8 * Double(epochs) / 5
    return TrainingOutcome(
      epochs: epochs, steps: 10 * epochs, trainingLoss: 0.1,
      validationLoss: Double(byte(1, of: candidate)) / 100,
      validationAccuracy: accuracy, testAccuracy: accuracy / 2)
  }

  /// The last epoch of a job, and the one that its checkpoint was written after.
  private static func epochs(of job: TrialJob) -> (last: Int, first: Int) {
    if lineage(of: job) != nil { return (job.inheritedEpochs ?? 5, 0) }
    let former = job.resumesFrom.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }
    return (job.untilEpoch ?? 5, former.flatMap(Int.init) ?? 0)
  }

  /// The trials whose weights led to those that a job begins with; nil for initial weights. Weights are written as that list.
  private static func lineage(of job: TrialJob) -> [Int]? {
    job.inheritsFrom.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      .map { $0.split(separator: " ").compactMap { Int($0) } }
  }

  /// What a job takes: of the candidate's cost the share of the epochs that are trained.
  private func cost(of job: TrialJob) -> Double {
    let (last, first) = Self.epochs(of: job)
    return (script.costs[job.trial] ?? Self.cost(of: job.candidate)) * Double(last - first) / 5
  }

  private static func byte(_ index: Int, of candidate: Candidate) -> Int {
    let digits = Array(candidate.canonicalHash)[2 * index...2 * index + 1]
    return Int(String(digits), radix: 16) ?? 0
  }

  func start(_ job: TrialJob) throws {
    precondition(freeSlots > 0, "a training was started without a free slot")
    try count()
    started.append(job.trial)
    meteredAtStarts.append(metered)
    let goesOn = Self.goesOn(job)
    if goesOn { wentOn.append(job.trial) }
    lostCheckpoints[job.trial] = job.interim?.resumesFrom != nil && !goesOn ? "no such file" : nil
    spent[job.trial] = goesOn ? 0 : cost(of: job) / 4
    metered += goesOn ? 0 : cost(of: job) / 4
    if script.writesCheckpoints, !goesOn, let path = job.interim?.path(ofEpoch: 1) {
      try? Data("1".utf8).write(to: URL(fileURLWithPath: path))
      checkpoints.append(
        TrialCheckpoint(
          trial: job.trial, path: path, energy: joules(cost(of: job) / 4), wallSeconds: cost(of: job) / 2,
          cpuSeconds: cost(of: job) / 4, lostCheckpoint: lostCheckpoints[job.trial]))
    }
    jobs[job.trial] = job
    running.append(.training(job))
    largestRunningCount = max(largestRunningCount, running.count)
  }

  private static func goesOn(_ job: TrialJob) -> Bool {
    job.interim?.resumesFrom.map { FileManager.default.fileExists(atPath: $0) } ?? false
  }

  func takeCheckpoints() -> [TrialCheckpoint] {
    defer { checkpoints = [] }
    return checkpoints
  }

  func pause() { wasAskedToPause = true }

  func start(_ job: InferenceJob) throws {
    precondition(freeSlots > 0, "a measuring was started without a free slot")
    try count()
    measured.append(job.trial)
    metered += 1
    measuring += 1
    running.append(.measuring(job))
  }

  func takeMeasurements() -> [InferenceCompletion] {
    defer { measurements = [] }
    return measurements
  }

  func waitForCompletions(timeoutSeconds: Double) throws -> [TrialCompletion] {
    try count()
    overhead += 0.125
    metered += 0.125
    guard !running.isEmpty else {
      Issue.record("the study waits, and nothing runs that it could wait for")
      throw Cut()
    }
    guard script.order != nil else { return complete([running.removeFirst()]) }
    var jobs: [Job] = []
    for _ in 0..<Int.random(in: 0...running.count, using: &generator) {
      jobs.append(running.remove(at: Int.random(in: 0..<running.count, using: &generator)))
    }
    return complete(jobs)
  }

  private func complete(_ jobs: [Job]) -> [TrialCompletion] {
    jobs.compactMap { job in
      switch job {
      case .training(let job): return complete(job)
      case .measuring(let job):
        let cost = Self.measuringCost(of: job.candidate) - 1
        metered += cost
        measuring += cost
        measurements.append(InferenceCompletion(trial: job.trial, result: measuringResult(job)))
        return nil
      }
    }
  }

  private func measuringResult(_ job: InferenceJob) -> InferenceResult {
    if script.unmeasurable.contains(job.trial) { return .failed("told to fail") }
    if measured.count(where: { $0 == job.trial }) <= script.cuttingOff[job.trial, default: 0] {
      return .cutOff("told to die")
    }
    return .measured(Self.inference(of: job.candidate))
  }

  private func complete(_ job: TrialJob) -> TrialCompletion {
    let cost = cost(of: job)
    let earlier = spent.removeValue(forKey: job.trial) ?? 0
    // One that went on has done the first quarter before.
    let before = earlier == 0 ? cost / 4 : 0
    if script.pauses, earlier > 0 {
      return TrialCompletion(
        trial: job.trial, result: .paused, energy: joules(earlier), wallSeconds: 2 * earlier,
        cpuSeconds: earlier, peakMemoryBytes: nil, lostCheckpoint: lostCheckpoints[job.trial])
    }
    if started.count(where: { $0 == job.trial }) <= script.faulting[job.trial, default: 0] {
      metered += cost / 4
      return TrialCompletion(
        trial: job.trial, result: .faulted("told to die"), energy: joules(earlier + cost / 4),
        wallSeconds: 2 * (earlier + cost / 4), cpuSeconds: earlier + cost / 4, peakMemoryBytes: nil,
        lostCheckpoint: lostCheckpoints[job.trial])
    }
    metered += cost * 3 / 4
    let fails = script.failing.contains(job.trial)
    let (last, first) = Self.epochs(of: job)
    if let path = job.checkpointPath, !fails {
      try? Data("\(last)".utf8).write(to: URL(fileURLWithPath: path))
    }
    let lineage = Self.lineage(of: job)
    if let path = job.weightsPath, !fails {
      let text = ((lineage ?? []) + [job.trial]).map(String.init).joined(separator: " ")
      try? Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    var outcome = Self.outcome(of: job.candidate, epochs: last)
    // It shows in the result which weights it began with.
    for (depth, ancestor) in (lineage ?? []).enumerated() {
      outcome.trainingLoss += Double((depth + 1) * (ancestor + 1))
    }
    if let accuracy = script.accuracies[job.trial] { outcome.validationAccuracy = accuracy }
    return TrialCompletion(
      trial: job.trial, result: fails ? .failed("told to fail") : .trained(outcome),
      energy: joules(cost - before), wallSeconds: (cost - before) * 2, cpuSeconds: cost - before,
      peakMemoryBytes: 1 << 20,
      restart: job.resumesFrom != nil && first == 0 || job.inheritsFrom != nil && lineage == nil
        ? "no such file" : nil,
      lostCheckpoint: lostCheckpoints[job.trial])
  }

  func charge(strategySeconds: Double) {
    precondition(strategySeconds >= 0)
    charges += 1
  }

  func books() throws -> EnergyBooks {
    try count()
    return currentBooks
  }

  func finish() throws -> EnergyBooks {
    try count()
    isFinished = true
    return currentBooks
  }

  private var currentBooks: EnergyBooks {
    EnergyBooks(
      overhead: joules(overhead), idle: joules(0),
      running: joules(spent.values.reduce(0, +)),
      measuring: joules(measuring),
      metered: joules(metered + script.unbookedJoules))
  }

  private func count() throws {
    calls += 1
    if calls == script.cutAtCall { throw Cut() }
  }
}
