import EnergyMetering
import Foundation
import SearchSpaces

/// What one job array asks its tasks to do. Written into the run folder before the array is submitted, so that a study whose
/// process died finds its tasks again.
struct ClusterBatch: Codable, Sendable {
  /// The name of the array's job: no other of any study bears it.
  var name: String
  /// Batches of a run are counted from 1, so that the younger of two hand-outs of a trial is known.
  var number: Int
  /// The version of the program that made it.
  var programVersion: String
  /// The data that the tasks prepare.
  var setup: WorkerSetup
  /// The kernel set for the workers; nil for what suits the task's node.
  var blasCore: String?
  /// The source of energy readings, by the name that the configuration gives it.
  var energySource: StudyConfiguration.EnergySourceName
  /// What trainings may take.
  var limits: WorkerLimits
  /// Whether each task has its node for itself.
  var isExclusive: Bool
  /// The folder that relative paths of data start from.
  var workingFolder: String
  /// What the tasks do, by their number within the array.
  var tasks: [ClusterWork]

  /// The greatest number that a batch may have.
  static let greatestNumber = 1_000_000_000

  /// A name for a new batch.
  static func makeName() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return "wattle-" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Whether a text is a name as ``makeName()`` gives it.
  static func isName(_ text: String) -> Bool { text.wholeMatch(of: /wattle-[0-9a-f]{16}/) != nil }
}

/// What one task does.
enum ClusterWork: Codable, Sendable {
  /// A training.
  case train(TrialJob)
  /// A measuring of what inferences take.
  case measure(InferenceJob)

  /// What it is for: no two tasks with the same purpose may both count.
  var purpose: ClusterPurpose {
    switch self {
    case .train(let job): ClusterPurpose(trial: job.trial, isTraining: true)
    case .measure(let job): ClusterPurpose(trial: job.trial, isTraining: false)
    }
  }

  /// Whether two tasks do the very same, down to the paths of their files.
  func isSame(as other: ClusterWork) -> Bool {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let own = try? encoder.encode(self), let others = try? encoder.encode(other) else { return false }
    return own == others
  }
}

/// The trial that a task is of, and whether it trains it or measures its inferences.
struct ClusterPurpose: Codable, Hashable, Sendable {
  var trial: Int
  var isTraining: Bool

  /// The trial as messages name it.
  var words: String { isTraining ? "trial \(trial)" : "trial \(trial)'s inferences" }
}
