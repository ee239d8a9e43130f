import Foundation
import SearchSpaces

/// Slurm, as its command-line programs show it.
struct SlurmScheduler: Sendable {
  /// What tasks ask for.
  var section: StudyConfiguration.ClusterSection
  /// Whether a task has its node for itself.
  var isExclusive: Bool
  /// The folder with the scheduler's programs; nil looks for them on the path.
  var programs: String?

  /// The environment variable that names the folder with the scheduler's programs, where they are not on the path.
  static let programsVariable = "WATTLE_SLURM_PROGRAMS"

  /// Runs one of the scheduler's programs.
  private func run(_ name: String, _ arguments: [String]) -> SchedulerCommand.Answer {
    SchedulerCommand(name: programs.map { "\($0)/\(name)" } ?? name, arguments: arguments)
      .run(timeoutSeconds: Self.patience)
  }

  /// One task of a job array.
  struct Place: Hashable, Sendable {
    /// The name of the array's job, which no other array bears.
    var job: String
    /// The task's number within the array.
    var task: Int
  }

  /// How a task stands.
  struct Status: Sendable {
    /// The number that the scheduler gave the array.
    var jobID: String
    /// The state.
    var state: SchedulerState
    /// Where it runs or ran; empty while it waits.
    var node: String
    /// Why it waits, in the scheduler's words.
    var reason = ""
  }

  /// Reasons for waiting that end only when somebody does something about them.
  static let lastingReasons = [
    "PartitionTimeLimit", "PartitionNodeLimit", "PartitionDown", "PartitionInactive", "BadConstraints",
    "Held",
    "held", "InvalidAccount", "InvalidQOS", "QOSMaxWallDurationPerJobLimit", "QOSMaxMemoryPerJob",
    "AssocMaxWallDurationPerJobLimit",
  ]

  /// What became of a submission.
  enum Submission: Equatable {
    /// The array is queued under this number.
    case accepted(jobID: String)
    /// The scheduler did not answer: it may have the array or not.
    case unanswered(reason: String)
    /// The scheduler answered that it will not have it.
    case rejected(reason: String)
  }

  /// The most tasks of an array: Slurm's own limit is 1,001 where nobody changed it.
  static let largestArray = 1000

  private static let patience = 60.0

  // MARK: Submitting

  /// Submits an array whose tasks run `PROGRAM worker --batch FILE`.
  ///
  /// - Parameters:
  ///   - script: a fixed shell script that starts its first argument; nothing is ever written into it.
  ///   - logFolder: where the tasks' output goes.
  func submit(
    job: String, tasks: Int, script: String, program: String, batchPath: String, logFolder: String
  ) -> Submission {
    var arguments = [
      "--parsable", "--array=0-\(tasks - 1)", "--job-name=\(job)", "--nodes=1", "--ntasks=1",
      "--cpus-per-task=1", "--requeue", "--open-mode=append", "--chdir=\(logFolder)",
      "--output=\(job)-%a.log",
    ]
    arguments += isExclusive ? ["--exclusive"] : []
    let wishes: [(String, String?)] = [
      ("partition", section.partition), ("account", section.account), ("qos", section.qos),
      ("constraint", section.constraint), ("time", section.time), ("mem", section.memory),
    ]
    arguments += wishes.compactMap { option, value in value.map { "--\(option)=\($0)" } }
    let answer = run("sbatch", arguments + [script, program, batchPath])
    if answer.isFine {
      // `12` or, with several clusters, `12;name`; behind what plugins of the site may print.
      let last = answer.output.split(whereSeparator: \.isNewline).last ?? ""
      let identifier = last.prefix { $0 != ";" }
      guard !identifier.isEmpty, identifier.allSatisfy({ $0.isASCII && $0.isNumber }) else {
        return .unanswered(
          reason: "sbatch: expected a job's number, got '\(String(last).onOneLine())'")
      }
      return .accepted(jobID: String(identifier))
    }
    let reason = "sbatch: \(answer.complaint)"
    return Self.isSilence(answer.complaint) ? .unanswered(reason: reason) : .rejected(reason: reason)
  }

  /// Whether a complaint means that the scheduler did not answer, as against that it answered no.
  static func isSilence(_ complaint: String) -> Bool {
    [
      "Unable to contact slurm controller", "Connection refused", "Connection timed out", "Connection reset",
      "Communication connection failure", "Socket timed out", "Zero Bytes were transmitted",
      "Unexpected message received", "in standby mode", "Resource temporarily unavailable", "did not answer",
      "Slurm temporarily unable to accept job", "Unable to establish controller machine",
    ].contains { complaint.localizedCaseInsensitiveContains($0) }
  }

  // MARK: Asking

  /// Asks in one call how the tasks of all these jobs stand; tasks that the scheduler has forgotten are left out.
  ///
  /// - Throws: ``SchedulerSilentError``.
  func states(ofJobs names: [String]) throws(SchedulerSilentError) -> [Place: Status] {
    let answer = run(
      "squeue",
      [
        "--noheader", "--states=all", "--array", "--user=\(getuid())",
        "--name=\(names.joined(separator: ","))",
        "--format=%j|%F|%K|%T|%N|%r",
      ])
    guard answer.isFine else { throw SchedulerSilentError(reason: "squeue: \(answer.complaint)") }
    var states: [Place: Status] = [:]
    for line in answer.output.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      guard fields.count >= 5, Int(fields[1]) != nil, let task = Int(fields[2]) else { continue }
      states[Place(job: String(fields[0]), task: task)] = Status(
        jobID: String(fields[1]), state: SchedulerState(slurmName: fields[3]),
        node: String(fields[4]).onOneLine(limit: 100),
        reason: fields.count > 5 ? String(fields[5]).onOneLine(limit: 100) : "")
    }
    return states
  }

  /// What the accounting knows of some tasks, in one call.
  ///
  /// - Parameter places: the tasks by the scheduler's own names, such as `12_3`.
  /// - Returns: by the same names; nil where there is no accounting.
  func accounts(of places: [String]) -> [String: Account]? {
    guard !places.isEmpty else { return [:] }
    let answer = run(
      "sacct",
      [
        "--noheader", "--parsable2", "--allocations", "--jobs=\(places.joined(separator: ","))",
        "--format=JobID,State,NodeList,ConsumedEnergyRaw",
      ])
    guard answer.isFine else { return nil }
    var accounts: [String: Account] = [:]
    for line in answer.output.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      guard fields.count == 4 else { continue }
      // What no sensor has seen is 0 or empty, and a figure that was never read has all bits set.
      let joules = Double(fields[3]).flatMap { $0 > 0 && $0 < 1e15 ? $0 : nil }
      accounts[String(fields[0])] = Account(
        state: SchedulerState(slurmName: fields[1]), node: String(fields[2]).onOneLine(limit: 100),
        joules: joules)
    }
    return accounts
  }

  /// What the accounting knows of a task.
  struct Account: Sendable {
    /// The state.
    var state: SchedulerState
    /// Where it ran.
    var node: String
    /// The energy that the scheduler's own sensors have seen; nil where there are none.
    var joules: Double?
  }

  /// How many tasks the partition can run at once.
  ///
  /// - Returns: the processors of its nodes, or the nodes where each task has one for itself; of ``section``'s number of
  ///   nodes where it has one.
  /// - Throws: ``SchedulerSilentError`` if there is no scheduler or no such partition.
  func capacity() throws(SchedulerSilentError) -> Int {
    let answer = run(
      "sinfo",
      ["--noheader", "--Node", "--format=%N|%c"]
        + (section.partition.map { ["--partition=\($0)"] } ?? []))
    guard answer.isFine else { throw SchedulerSilentError(reason: "sinfo: \(answer.complaint)") }
    var processors: [Substring: Int] = [:]
    for line in answer.output.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|")
      guard fields.count == 2 else { continue }
      processors[fields[0]] = max(1, Int(fields[1].prefix { $0.isNumber }) ?? 1)
    }
    guard !processors.isEmpty else {
      let partition = section.partition.map { "the partition '\($0)'" } ?? "the cluster"
      throw SchedulerSilentError(reason: "sinfo names no node of \(partition); see its names with: sinfo")
    }
    let counts = processors.values.sorted(by: >).prefix(section.nodes ?? processors.count)
    return isExclusive ? counts.count : counts.reduce(0, +)
  }

  // MARK: Cancelling

  /// Cancels tasks in one call.
  ///
  /// - Parameters:
  ///   - places: the tasks by the scheduler's own names, such as `12_3`.
  ///   - onlyWaiting: leave those alone that have begun.
  /// - Returns: why that was not possible; nil if it was, also for tasks that were over already.
  func cancel(_ places: [String], onlyWaiting: Bool) -> String? {
    guard !places.isEmpty else { return nil }
    let answer = run("scancel", (onlyWaiting ? ["--state=PENDING"] : []) + ["--quiet"] + places)
    return answer.isFine || !Self.isSilence(answer.complaint) ? nil : "scancel: \(answer.complaint)"
  }
}

/// The scheduler cannot be asked, and why, in one line.
public struct SchedulerSilentError: Error, CustomStringConvertible, Sendable {
  /// Why.
  public let reason: String

  /// The reason, and what to do.
  public var description: String {
    "Slurm cannot be used here: \(reason); mend that, or run on this machine with --executor local"
  }
}
