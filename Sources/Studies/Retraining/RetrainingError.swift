/// Why a candidate cannot be trained again.
public enum RetrainingError: Error, Equatable, CustomStringConvertible {
  /// The run has no completed trial.
  case nothingCompleted(path: String)
  /// There is no trial of this number.
  case noTrial(path: String, number: Int, count: Int)
  /// The trial has no result.
  case notCompleted(path: String, number: Int, state: TrialState, failure: String?)
  /// The folder for the weights is there already, from an earlier training.
  case folderExists(path: String)
  /// What is in the place of the folder for the weights was not made by an earlier training.
  case notReplaceable(path: String, cause: String)
  /// Another process is training into the folder.
  case inUse(path: String)
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
    case .notReplaceable(let path, let cause):
      "\(path): \(cause), so it is not replaced; choose another folder with --output"
    case .inUse(let path): "\(path): another wattle is training into it; wait for it or stop it"
    case .interrupted: "stopped before the first training was done; nothing was written"
    case .damagedSummary(let path, let problem):
      "\(path): \(problem); train the trial again with `wattle train … --force`, or take the folder away"
    }
  }
}
