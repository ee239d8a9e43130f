import Datasets
import EnergyMetering
import Foundation
import NeuralNetworks
import Studies
import Testing
import Training

/// Suites that start processes; one test at a time, since they look at this process's children.
@Suite("Workers", .serialized)
enum WorkerSuites {}

/// The built program, which lies beside the tests.
let wattlePath: String = {
  let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  let beside = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("wattle").path
  if FileManager.default.isExecutableFile(atPath: beside) { return beside }
  // The runner is another program where tests are a library that it loads.
  let bundle = URL(fileURLWithPath: CommandLine.arguments.first { $0.contains("PackageTests") } ?? "")
  return bundle.deletingLastPathComponent().appendingPathComponent("wattle").path
}()

func makeMeter() throws -> EnergyMeter {
  let host = HostDescription()
  return try EnergyMeter(source: PowerModel(processor: host.processor, reservedCPUs: 1))
}

let digits = WorkerSetup(dataset: DatasetReference(.builtIn(.digits)), split: [0.6, 0.2, 0.2], seed: .max)

/// Real workers of the built program.
func makeExecutor(
  workers: Int = 1, processors: [Int] = [], setup: WorkerSetup = digits,
  limits: WorkerLimits = WorkerLimits()
) throws -> LocalExecutor {
  try LocalExecutor(
    LocalExecutor.Configuration(
      workers: workers, processors: processors, blasCore: nil, setup: setup, executable: wattlePath,
      limits: limits),
    meter: makeMeter(), log: quietLog)
}

/// Workers that are shell scripts, for what real ones do only on bad days.
func makeExecutor(workers: Int = 1, script: String, meter: EnergyMeter? = nil) throws -> LocalExecutor {
  try LocalExecutor(
    LocalExecutor.Configuration(
      workers: workers, processors: Array(0..<workers), blasCore: nil, setup: digits, executable: "/bin/sh",
      arguments: ["-c", script]), meter: meter ?? makeMeter(), log: quietLog)
}

/// The line by which a script says that it is ready.
let ready = #"echo '{"ready":{"_0":{"blasCore":"x","blasConfiguration":"y"}}}'"#

func digitsCandidate(
  units: Int = 8, optimizer: Optimizer = .sgd(momentum: 0.9), learningRate: Double = 0.05, epochs: Int = 2
) -> Candidate {
  Candidate(
    architecture: Architecture(
      sampleShape: BuiltInDataset.digits.sampleShape,
      layers: [.dense(units: units), .activation(.relu), .dense(units: 10)]),
    training: TrainingHyperparameters(
      optimizer: optimizer, learningRate: learningRate, schedule: .constant, batchSize: 32, epochs: epochs))
}

extension LocalExecutor {
  fileprivate func wait(for what: String, until isDone: ([TrialCompletion]) -> Bool) throws
    -> [TrialCompletion]
  {
    let deadline = Date().addingTimeInterval(20)
    var completions: [TrialCompletion] = []
    while !isDone(completions) {
      try #require(Date() < deadline, "waited 20 s for \(what)")
      completions += try waitForCompletions(timeoutSeconds: 0.2)
    }
    return completions
  }

  func waitForFreeSlots(_ count: Int) throws {
    _ = try wait(for: "workers to be ready") { _ in freeSlots >= count }
  }

  func train(_ trial: Int, _ candidate: Candidate) throws -> TrialCompletion {
    try train(TrialJob(trial: trial, candidate: candidate))
  }

  func train(_ job: TrialJob) throws -> TrialCompletion {
    try waitForFreeSlots(1)
    try start(job)
    return try waitForCompletion()
  }

  func waitForCompletion() throws -> TrialCompletion {
    try #require(try wait(for: "a training to end") { !$0.isEmpty }.first)
  }
}

extension LocalExecutor {
  func measure(_ trial: Int, _ candidate: Candidate) throws -> InferenceCompletion {
    try waitForFreeSlots(1)
    try start(InferenceJob(trial: trial, candidate: candidate))
    var measured: [InferenceCompletion] = []
    _ = try wait(for: "a measuring to end") { _ in
      measured += takeMeasurements()
      return !measured.isEmpty
    }
    return try #require(measured.first)
  }
}

extension InferenceCompletion {
  var measurement: InferenceMeasurement? {
    if case .measured(let measurement) = result { measurement } else { nil }
  }
  var failure: String? { if case .failed(let reason) = result { reason } else { nil } }
  /// What its worker died of.
  var cutOffBy: String? { if case .cutOff(let reason) = result { reason } else { nil } }
}

extension TrialCompletion {
  var outcome: TrainingOutcome? { if case .trained(let outcome) = result { outcome } else { nil } }
  /// Why it failed, by its training or by its worker.
  var failure: String? { result.failure }
  var isFault: Bool { if case .faulted = result { true } else { false } }
}

extension EnergyBooks {
  /// What the accounts differ from the meter by, relative to it.
  func imbalance(with completions: [TrialCompletion]) -> Double {
    let trials = completions.reduce(0) { $0 + $1.energy.energy.joules }
    let booked =
      overhead.energy.joules + strategy.energy.joules + idle.energy.joules + running.energy.joules
      + measuring.energy.joules + trials
    return abs(booked - metered.energy.joules) / metered.energy.joules
  }
}

/// The processes that this one started and has not waited for.
func children() -> [pid_t] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return names.compactMap { pid_t($0) }.filter { child in
    guard let stat = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return false }
    guard stat[end...].split(separator: " ").dropFirst(2).first == "\(getpid())"[...] else { return false }
    // Other tests of this process run the program at the same time.
    let command = (try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)) ?? ""
    return command.split(separator: "\0").dropFirst().first == "worker"
  }
}

/// How many ends of pipes this process has open.
func openPipes() -> Int {
  let manager = FileManager.default
  let descriptors = (try? manager.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
  return descriptors.count {
    (try? manager.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasPrefix("pipe:") == true
  }
}
