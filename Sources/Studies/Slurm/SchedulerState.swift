/// How the scheduler says that a task stands.
enum SchedulerState: Hashable, Sendable {
  /// It waits for its turn, for the first time or again after it was requeued or pre-empted.
  case waiting
  /// It runs, or is being cleaned up after.
  case running
  /// It is over.
  case over(SchedulerEnding)

  /// The state of a name that Slurm gives, such as `RUNNING` or `CANCELLED by 1000`; an unknown one is taken for waiting.
  init(slurmName text: some StringProtocol) {
    let name = text.prefix { $0.isLetter || $0 == "_" }.uppercased()
    self =
      switch name {
      case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": .running
      case "COMPLETED": .over(.completed)
      case "FAILED", "LAUNCH_FAILED", "RECONFIG_FAIL": .over(.failed)
      case "NODE_FAIL", "BOOT_FAIL": .over(.nodeFailed)
      case "PREEMPTED", "REVOKED": .over(.preempted)
      case "TIMEOUT", "DEADLINE": .over(.timedOut)
      case "OUT_OF_MEMORY": .over(.outOfMemory)
      case "CANCELLED": .over(.cancelled)
      default: .waiting
      }
  }
}

/// How the scheduler says that a task ended.
enum SchedulerEnding: String, Hashable, Sendable {
  /// Its program ended with the code 0.
  case completed
  /// Its program ended with another code or by a signal.
  case failed
  /// Its node did not answer any more or did not start.
  case nodeFailed
  /// It had to make room and was not queued again.
  case preempted
  /// Its time was over.
  case timedOut
  /// It used more memory than it had.
  case outOfMemory
  /// Somebody cancelled it.
  case cancelled
  /// The scheduler knows nothing of it.
  case vanished

  /// Whether the same task may well succeed when it is handed out again: it was not the training's doing.
  var isWorthAnotherTry: Bool {
    switch self {
    case .completed, .failed, .nodeFailed, .preempted, .vanished: true
    case .timedOut, .outOfMemory, .cancelled: false
    }
  }

  /// What became of a task without a result, in words behind "its task".
  var words: String {
    switch self {
    case .completed: "ended without a result"
    case .failed: "failed"
    case .nodeFailed: "was lost with its node"
    case .preempted: "was pre-empted"
    case .timedOut: "reached the scheduler's time limit (execution: {time: …})"
    case .outOfMemory: "ran out of the memory that the scheduler gave it (execution: {memory: …})"
    case .cancelled: "was cancelled by someone"
    case .vanished: "vanished from the scheduler without a result"
    }
  }
}
