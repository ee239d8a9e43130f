import Datasets
import EnergyMetering
import Foundation
import Logging
import SearchSpaces
import Studies
import Testing

/// Slurm as a handful of shell scripts: arrays run as processes of this machine or are only written down, and every task is
/// in the state that a test gives it.
final class FakeSlurm {
  private let place: TemporaryFolder
  /// The run's folder.
  let run: TemporaryFolder
  /// The folder with the scripts.
  var programs: String { place.path }

  /// A scheduler.
  ///
  /// - Parameter runsTasks: whether tasks are started at once; else they wait for ever.
  init(runsTasks: Bool = true) throws {
    place = try TemporaryFolder()
    run = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: place.path + "/tasks", withIntermediateDirectories: true)
    for (name, script) in Self.scripts {
      let path = place.path + "/" + name
      try ("#!/bin/sh\nhere=${0%/*}\n" + script).write(toFile: path, atomically: true, encoding: .utf8)
      chmod(path, 0o755)
    }
    setRunsTasks(runsTasks)
  }

  deinit {
    for name in names(in: place.path + "/tasks") where name.hasSuffix(".pid") {
      if let pid = pid_t(text("tasks/" + name)), pid > 1 { kill(pid, SIGKILL) }
    }
  }

  func setRunsTasks(_ runs: Bool) {
    if runs { write("", to: "runs") } else { unlink(place.path + "/runs") }
  }

  /// An executor of this scheduler, at a pace that does not try patience.
  func executor(
    capacity: Int = 8, program: String = wattlePath, booked: [String: EnergyReading] = [:],
    endedTrials: Set<Int> = [], cluster: StudyConfiguration.ClusterSection? = nil, grace: Double = 0.3,
    slowestQuestion: Double = 0.06, farewell: Double = 5, variables: [String: String] = [:],
    log: Logger = quietLog
  ) throws -> SlurmExecutor {
    var configuration = SlurmExecutor.Configuration(
      cluster: cluster ?? .init(), capacity: capacity, runPath: run.path, setup: digits, program: program,
      programVersion: "0.1.0")
    configuration.energySource = .powerModel
    configuration.booked = booked
    configuration.endedTrials = endedTrials
    configuration.schedulerPrograms = programs
    configuration.pace.firstQuestion = 0.03
    configuration.pace.slowestQuestion = slowestQuestion
    configuration.pace.farewell = farewell
    configuration.schedulerEnvironment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    configuration.pace.look = 0.02
    configuration.pace.grace = grace
    configuration.pace.shortGrace = 0.1
    return try SlurmExecutor(configuration, meter: makeMeter(), log: log)
  }

  /// A program that takes the place of wattle in tasks.
  func program(_ script: String) throws -> String {
    let path = place.path + "/program"
    try ("#!/bin/sh\n" + script).write(toFile: path, atomically: true, encoding: .utf8)
    chmod(path, 0o755)
    return path
  }

  /// The arguments of each call of one of the scheduler's programs.
  func calls(of program: String) -> [String] {
    text(program + ".calls").split(separator: "\n").map(String.init)
  }

  /// The tasks that were ever submitted, by the name of their array and their number, in the order of submission.
  var tasks: [String] {
    calls(of: "sbatch").flatMap { call -> [String] in
      guard let name = call.firstMatch(of: /--job-name=(\S+)/)?.1,
        let last = call.firstMatch(of: /--array=0-(\d+)/).flatMap({ Int($0.1) })
      else { return [] }
      return (0...last).map { "\(name)-\($0)" }
    }
  }

  /// Has one of the scheduler's programs fail with a complaint, once or until further notice.
  func fail(_ program: String, saying complaint: String) { write(complaint + "\n", to: program + ".says") }

  /// Ends that.
  func mend(_ program: String) { unlink(place.path + "/\(program).says") }

  /// Has sbatch submit and yet complain that it had no answer.
  func loseAnswers(_ loses: Bool) {
    if loses { write("", to: "loses") } else { unlink(place.path + "/loses") }
  }

  /// Has sbatch submit and die before it says so.
  func killSubmissions(_ kills: Bool) {
    if kills { write("", to: "kills") } else { unlink(place.path + "/kills") }
  }

  /// Has sbatch refuse larger arrays.
  func limitArrays(to size: Int) { write("\(size)", to: "limit") }

  /// What the accounting says: `JOB_TASK|STATE|NODE|JOULES`.
  ///
  /// - Parameter name: the job's name; nil for that of the array which has its number.
  func setAccounts(_ text: String, name: String? = nil) {
    write(text + "\n", to: "sacct.text")
    if let name { write(name, to: "sacct.name") }
  }

  /// Gives a task a state; `GONE` has the scheduler forget it.
  func set(_ task: String, _ state: String, node: String = "node7") {
    let job = text("tasks/\(task)").prefix { $0 != "|" }
    write("\(job)|\(state)|\(node)\n", to: "tasks/\(task)")
  }

  func state(_ task: String) -> String {
    text("tasks/\(task)").split(separator: "|", omittingEmptySubsequences: false).dropFirst().first
      .map(String.init) ?? ""
  }

  /// Ends a task's processes as the death of its node does.
  func killProcesses(of task: String) {
    for name in [task + ".pid"] {
      if let pid = pid_t(text("tasks/" + name)), pid > 1 { kill(pid, SIGKILL) }
    }
  }

  /// Leaves a file of a task's run among the results.
  func leave(_ bytes: String, for task: String, as kind: String = "result", start: String = "1") throws {
    try bytes.write(
      toFile: run.path + "/slurm/results/\(task).\(start).\(kind)", atomically: true, encoding: .utf8)
  }

  /// The names of the batches that are not over.
  var batches: [String] {
    names(in: run.path + "/slurm/batches").filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
  }

  /// The names of the files among the results.
  var results: [String] { names(in: run.path + "/slurm/results") }

  func text(_ name: String) -> String {
    ((try? String(contentsOfFile: place.path + "/" + name, encoding: .utf8)) ?? "")
      .trimmingCharacters(in: .newlines)
  }

  private func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private func write(_ text: String, to name: String) {
    try? text.write(toFile: place.path + "/" + name, atomically: true, encoding: .utf8)
  }

  private static let scripts = [
    "sbatch": """
    echo "$*" >>"$here/sbatch.calls"
    [ ! -e "$here/sbatch.says" ] || { cat "$here/sbatch.says" >&2; exit 1; }
    for argument; do
      case $argument in
        --array=0-*) last=${argument#--array=0-} ;;
        --job-name=*) name=${argument#--job-name=} ;;
        --chdir=*) logs=${argument#--chdir=} ;;
      esac
    done
    if [ -e "$here/limit" ] && [ $((last + 1)) -gt "$(cat "$here/limit")" ]; then
      echo 'sbatch: error: Batch job submission failed: Invalid job array specification' >&2
      exit 1
    fi
    while [ $# -gt 3 ]; do shift; done
    job=$(($(cat "$here/jobs" 2>/dev/null || echo 100) + 1))
    echo $job >"$here/jobs"
    task=0
    while [ $task -le $last ]; do
      echo "$job|PENDING|" >"$here/tasks/$name-$task"
      export SLURM_ARRAY_TASK_ID=$task SLURM_JOB_ID=$job SLURMD_NODENAME=node$((task % 2))
      if [ -e "$here/runs" ]; then
        "$here/run-task" "$here/tasks/$name-$task" "$logs/$name-$task.log" "$@" </dev/null >/dev/null 2>&1 &
      fi
      task=$((task + 1))
    done
    [ ! -e "$here/kills" ] || kill -9 $$
    [ ! -e "$here/loses" ] || { echo 'sbatch: error: Socket timed out on send/recv operation' >&2; exit 1; }
    echo $job
    """,
    "run-task": """
    file=$1 log=$2
    shift 2
    IFS='|' read -r job state node <"$file"
    echo "$job|RUNNING|$SLURMD_NODENAME" >"$file"
    # Started in its own place, so that its number is the program's.
    /bin/sh "$@" >>"$log" 2>&1 &
    echo $! >"$file.pid"
    wait $!
    code=$?
    IFS='|' read -r job state node <"$file"
    [ "$state" = RUNNING ] || exit 0
    if [ $code = 0 ]; then state=COMPLETED; else state=FAILED; fi
    echo "$job|$state|$node" >"$file"
    """,
    "squeue": """
    echo "$*" >>"$here/squeue.calls"
    [ ! -e "$here/squeue.says" ] || { cat "$here/squeue.says" >&2; exit 1; }
    # A filter of the user's, which hides all tasks.
    [ -z "$SQUEUE_PARTITION" ] || exit 0
    for file in "$here"/tasks/*[0-9]; do
      [ -e "$file" ] || continue
      IFS='|' read -r job state node <"$file"
      name=${file##*/}
      [ "$state" = GONE ] || echo "${name%-*}|$job|${name##*-}|$state|$node"
    done
    """,
    "scancel": """
    echo "$*" >>"$here/scancel.calls"
    [ ! -e "$here/scancel.says" ] || { cat "$here/scancel.says" >&2; exit 1; }
    [ -z "$SCANCEL_STATE" ] || exit 0
    for place; do
      case $place in
        --state=PENDING) only=PENDING ;;
        [0-9]*)
          for file in "$here"/tasks/*-"${place#*_}"; do
            IFS='|' read -r job state node <"$file"
            [ "$job" = "${place%_*}" ] || continue
            case $state in ${only:-*}) ;; *) continue ;; esac
            case $state in PENDING | RUNNING) echo "$job|CANCELLED|$node" >"$file" ;; esac
            [ ! -e "$file.pid" ] || kill -TERM "$(cat "$file.pid")" 2>/dev/null
          done
          ;;
      esac
    done
    """,
    "sacct": """
    echo "$*" >>"$here/sacct.calls"
    [ ! -e "$here/sacct.says" ] || { cat "$here/sacct.says" >&2; exit 1; }
    [ -e "$here/sacct.text" ] || { echo 'Slurm accounting storage is disabled' >&2; exit 1; }
    while IFS='|' read -r place rest; do
      name=$(cat "$here/sacct.name" 2>/dev/null)
      for file in "$here"/tasks/*[0-9]; do
        [ -z "$name" ] || break
        IFS='|' read -r job state node <"$file"
        file=${file##*/}
        [ "$job" != "${place%%_*}" ] || name=${file%-*}
      done
      echo "$place|$name|$rest"
    done <"$here/sacct.text"
    """,
    "sinfo": "printf 'node0|2\\nnode1|2\\n'",
  ]
}

extension SlurmExecutor {
  /// Waits until something is so, and hands over what ended meanwhile.
  func wait(
    for what: String, until isDone: ([TrialCompletion]) -> Bool
  ) throws -> [TrialCompletion] {
    let deadline = Date().addingTimeInterval(60)
    var completions: [TrialCompletion] = []
    while !isDone(completions) {
      try #require(Date() < deadline, "waited 60 s for \(what)")
      completions += try waitForCompletions(timeoutSeconds: 0.05)
    }
    return completions
  }

  /// Waits until so many trainings have ended, in the order of their trials.
  func waitForEnds(_ count: Int) throws -> [TrialCompletion] {
    try wait(for: "\(count) trainings to end") { $0.count >= count }.sorted { $0.trial < $1.trial }
  }

  func train(_ trials: Int..., epochs: Int = 2) throws {
    for trial in trials { try start(TrialJob(trial: trial, candidate: digitsCandidate(epochs: epochs))) }
  }
}

/// Keeps what is logged.
final class Messages: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: [String] = []
  var all: [String] { lock.withLock { kept } }
  func add(_ text: String) { lock.withLock { kept.append(text) } }

  var log: Logger { Logger(label: "test") { _ in Handler(messages: self) } }

  private struct Handler: LogHandler {
    let messages: Messages
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning
    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
    func log(event: LogEvent) { messages.add("\(event.message)") }
  }
}
