import EnergyMetering
import Foundation
import SearchSpaces
import Training

/// What a task on the cluster says of itself, while it runs and when it has ended.
struct TaskReport: Codable, Sendable {
  /// What it is of.
  var purpose: ClusterPurpose
  /// The node's name.
  var node: String
  /// The scheduler's number of the task's job.
  var jobID: String?
  /// How often the task had been requeued before this run.
  var restarts: Int
  /// The machine, its meter and its engine.
  var host: RunHost
  /// The energy of the task's processes so far.
  var books: EnergyBooks
  /// How far it is.
  var state: State

  /// How far a task is.
  enum State: Codable, Sendable {
    /// At work.
    case running
    /// The training ended.
    case trained(Training)
    /// The measuring of inferences ended.
    case measured(Measuring)
    /// The task cannot work on its node, for instance since the data do not load there.
    case unusable(reason: String)
    /// What a training led to could not be written.
    case notWritten(path: String, reason: String)
    /// The scheduler ended it.
    case terminated
  }

  /// How a training ended: `TrialCompletion` as it is written.
  struct Training: Codable, Sendable {
    var outcome: TrainingOutcome?
    var failure: String?
    /// Whether it failed by its worker and not by itself.
    var isFault: Bool?
    var energy: EnergyReading
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMemoryBytes: Int?
    var restart: String?
  }

  /// How a measuring ended.
  struct Measuring: Codable, Sendable {
    var measurement: InferenceMeasurement?
    var failure: String?
    var isCutOff: Bool
  }

  /// The energy of the training that ended; nothing where none did.
  var trainingEnergy: EnergyReading? {
    if case .trained(let training) = state { training.energy } else { nil }
  }

  /// More than this no report may have.
  static let largestBytes = 1 << 20
  /// As much as a large power station delivers in a few hours: no task takes more. Of millions of such reports the books
  /// still stay below what a reader of the journal takes for possible.
  static let greatestJoules = 1e13

  /// Reads a report. It comes from another machine, over a file system that may have lost a part of it: nothing in it is taken
  /// on trust.
  ///
  /// - Throws: ``UnusableReport``.
  init(readingFrom path: String) throws(UnusableReport) {
    let bytes: [UInt8]
    do {
      bytes = try SystemFiles().bytes(of: path, atMost: Self.largestBytes)
    } catch {
      throw UnusableReport(reason: error.reason, isPassing: true)
    }
    do {
      self = try JSONDecoder().decode(TaskReport.self, from: Data(bytes))
    } catch {
      throw UnusableReport(
        reason: "expected a report in JSON, found \((error as? DecodingError)?.problem ?? "\(error)")")
    }
    try check()
  }

  init(
    purpose: ClusterPurpose, node: String, jobID: String?, restarts: Int, host: RunHost, books: EnergyBooks,
    state: State
  ) {
    self.purpose = purpose
    self.node = node
    self.jobID = jobID
    self.restarts = restarts
    self.host = host
    self.books = books
    self.state = state
  }

  func write(to path: String) throws {
    try writeAtomically(JSONEncoder().encode(self), to: path, isSynchronized: true)
  }

  // MARK: Checking

  private mutating func check() throws(UnusableReport) {
    node = node.onOneLine(limit: 100)
    if let problem = books.problem ?? trainingEnergy?.problem {
      throw UnusableReport(reason: "an energy in it cannot be true: \(problem)")
    }
    let readings = books.accounts.map(\.reading) + [trainingEnergy].compactMap(\.self)
    if let greatest = readings.map(\.high.joules).max(), greatest > Self.greatestJoules {
      throw UnusableReport(
        reason: "an energy in it cannot be true: expected at most \(Self.greatestJoules) J, found \(greatest)"
      )
    }
    let parts = [books.overhead, books.strategy, books.idle, books.running, books.measuring, trainingEnergy]
    let booked = parts.reduce(0) { $0 + ($1?.energy.joules ?? 0) }
    let metered = books.metered.energy.joules
    guard abs(booked - metered) <= EnergyLedger.toleratedImbalance * max(metered, 1e-6) else {
      throw UnusableReport(
        reason: "its energy accounts add up to \(booked) J, and its meter says \(metered) J")
    }
    switch state {
    case .trained(let training): try check(training)
    case .measured(let measuring):
      guard (measuring.measurement == nil) != (measuring.failure == nil) else {
        throw UnusableReport(reason: "it has neither a measurement nor a reason for none")
      }
      if let problem = measuring.measurement?.problem {
        throw UnusableReport(reason: "its measurement cannot be true: \(problem)")
      }
    case .running, .unusable, .notWritten, .terminated: break
    }
  }

  private func check(_ training: Training) throws(UnusableReport) {
    guard (training.outcome == nil) != (training.failure == nil) else {
      throw UnusableReport(reason: "it has neither an outcome nor a reason for none")
    }
    guard [training.wallSeconds, training.cpuSeconds].allSatisfy({ 0...Trial.greatestSeconds ~= $0 }),
      training.peakMemoryBytes.map({ $0 >= 0 }) ?? true
    else { throw UnusableReport(reason: "its times or its memory cannot be true") }
    if let problem = training.outcome?.problem {
      throw UnusableReport(reason: "its outcome cannot be true: \(problem)")
    }
  }
}

extension TaskReport {
  /// Makes sure that the report can be that of a task.
  ///
  /// - Throws: ``UnusableReport``.
  func check(against work: ClusterWork) throws(UnusableReport) {
    guard purpose == work.purpose else { throw UnusableReport(reason: "it is that of another task") }
    switch (state, work) {
    case (.trained(let training), .train(let job)):
      // A trial with more epochs than its candidate would make the journal unreadable.
      let most = min(job.candidate.training.epochs, job.untilEpoch ?? .max)
      if let epochs = training.outcome?.epochs, epochs > most {
        throw UnusableReport(
          reason: "its outcome cannot be true: epochs: expected 1 to \(most), found \(epochs)")
      }
    case (.trained, .measure), (.measured, .train):
      throw UnusableReport(reason: "it is that of another task")
    case (.measured, .measure), (.running, _), (.unusable, _), (.notWritten, _), (.terminated, _): break
    }
  }
}

/// A report of a task that is of no use, and why, in one line.
struct UnusableReport: Error, CustomStringConvertible {
  let reason: String
  /// Whether the file could not be read at all, which may be otherwise a moment later.
  var isPassing = false
  var description: String { reason }
}
