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
  /// The environment that its programs are started from; nil for this process's own.
  var environment: [String: String]?

  /// The environment variable that names the folder with the scheduler's programs, where they are not on the path.
  static let programsVariable = "WATTLE_SLURM_PROGRAMS"

  /// Runs one of the scheduler's programs.
  func run(_ name: String, _ arguments: [String]) -> SchedulerCommand.Answer {
    let surroundings = surroundings
    return SchedulerCommand(
      name: programs.map { "\($0)/\(name)" } ?? name, arguments: surroundings.arguments + arguments,
      environment: surroundings.variables
    ).run(timeoutSeconds: Self.patience)
  }

  /// What the scheduler's programs are started with.
  private var surroundings: SchedulerSurroundings {
    SchedulerSurroundings(environment ?? ProcessInfo.processInfo.environment)
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
  /// More processors no node has.
  private static let mostProcessors = 1 << 20

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

  /// More names than this are not given to a program at once: an argument ends at 128 KiB.
  static let longestList = 4_000

  /// Asks how the tasks of all these jobs stand, in one call unless there are thousands; tasks that the scheduler has forgotten
  /// are left out.
  ///
  /// - Throws: ``SchedulerSilentError``.
  func states(ofJobs names: [String]) throws(SchedulerSilentError) -> [Place: Status] {
    var states: [Place: Status] = [:]
    for part in names.parts(of: Self.longestList) { try add(statesOfJobs: part, to: &states) }
    return states
  }

  private func add(
    statesOfJobs names: ArraySlice<String>, to states: inout [Place: Status]
  ) throws(SchedulerSilentError) {
    let answer = run(
      "squeue",
      [
        // Tasks in hidden partitions are no less there.
        "--all", "--noheader", "--states=all", "--array", "--user=\(getuid())",
        "--name=\(names.joined(separator: ","))",
        "--format=%j|%F|%K|%T|%N|%r",
      ])
    guard answer.isFine else { throw SchedulerSilentError(reason: "squeue: \(answer.complaint)") }
    for line in answer.output.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|", omittingEmptySubsequences: false)
      guard fields.count >= 5, Int(fields[1]) != nil, let task = Int(fields[2]) else { continue }
      states[Place(job: String(fields[0]), task: task)] = Status(
        jobID: String(fields[1]), state: SchedulerState(slurmName: fields[3]),
        node: String(fields[4]).onOneLine(limit: 100),
        reason: fields.count > 5 ? String(fields[5]).onOneLine(limit: 100) : "")
    }
  }

  /// How many tasks the partition can run at once.
  ///
  /// - Returns: the processors of its nodes, or the nodes where each task has one for itself; of ``section``'s number of
  ///   nodes where it has one.
  /// - Throws: ``SchedulerSilentError`` if there is no scheduler or no such partition.
  func capacity() throws(SchedulerSilentError) -> Int {
    if let problem = surroundings.problem { throw SchedulerSilentError(reason: problem) }
    let answer = run(
      "sinfo",
      ["--noheader", "--Node", "--format=%N|%c"]
        + (section.partition.map { ["--partition=\($0)"] } ?? []))
    guard answer.isFine else { throw SchedulerSilentError(reason: "sinfo: \(answer.complaint)") }
    var processors: [Substring: Int] = [:]
    for line in answer.output.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|")
      guard fields.count == 2 else { continue }
      let count = Int(fields[1].prefix { $0.isNumber }) ?? 1
      processors[fields[0]] = min(max(1, count), Self.mostProcessors)
    }
    guard !processors.isEmpty else {
      let partition = section.partition.map { "the partition '\($0)'" } ?? "the cluster"
      throw SchedulerSilentError(reason: "sinfo names no node of \(partition); see its names with: sinfo")
    }
    let counts = processors.values.sorted(by: >).prefix(section.nodes ?? processors.count)
    return isExclusive ? counts.count : counts.reduce(0, +)
  }

  // MARK: Cancelling

  /// Cancels tasks, in one call unless there are thousands.
  ///
  /// - Parameters:
  ///   - places: the tasks by the scheduler's own names, such as `12_3`.
  ///   - onlyWaiting: leave those alone that have begun.
  /// - Returns: why that was not possible; nil if it was, also for tasks that were over already.
  func cancel(_ places: [String], onlyWaiting: Bool) -> String? {
    for part in places.parts(of: Self.longestList) {
      let answer = run("scancel", (onlyWaiting ? ["--state=PENDING"] : []) + ["--quiet"] + part)
      guard answer.isFine || Self.isOver(answer.complaint) else { return "scancel: \(answer.complaint)" }
    }
    return nil
  }

  /// Whether a complaint means only that tasks were over already.
  private static func isOver(_ complaint: String) -> Bool {
    !isSilence(complaint) && !complaint.localizedCaseInsensitiveContains("denied")
      && ["Invalid job id specified", "already completing or completed"]
        .contains { complaint.localizedCaseInsensitiveContains($0) }
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
