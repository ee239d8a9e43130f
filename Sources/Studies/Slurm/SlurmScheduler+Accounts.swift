import Foundation

/// What Slurm's accounting knows of tasks that the scheduler itself may have forgotten.
extension SlurmScheduler {
  /// What the accounting knows of a task.
  struct Account: Sendable {
    /// The name of its job: numbers begin anew where a scheduler is set up again.
    var job: String
    /// The state.
    var state: SchedulerState
    /// Where it ran.
    var node: String
    /// The energy that the scheduler's own sensors have seen; nil where there are none.
    var joules: Double?
  }

  /// What the accounting answers.
  struct Accounts: Sendable {
    /// The tasks that it knows, by the scheduler's own names.
    var tasks: [String: Account] = [:]
    /// Whether there is no accounting, nor will there be one later.
    var areMissing = false
  }

  /// What the accounting knows of some tasks, in one call unless there are thousands. What it does not answer is left out.
  ///
  /// - Parameter places: the tasks by the scheduler's own names, such as `12_3`.
  func accounts(of places: [String]) -> Accounts {
    var accounts = Accounts()
    for part in places.parts(of: Self.longestList) {
      let answer = run(
        "sacct",
        [
          "--noheader", "--parsable2", "--allocations", "--jobs=\(part.joined(separator: ","))",
          "--format=JobID,JobName,State,NodeList,ConsumedEnergyRaw",
        ])
      guard answer.isFine else {
        accounts.areMissing = !answer.isStarted || Self.saysMissing(answer.complaint)
        break
      }
      for line in answer.output.split(whereSeparator: \.isNewline) { Self.add(line, to: &accounts) }
    }
    return accounts
  }

  private static func add(_ line: Substring, to accounts: inout Accounts) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count == 5 else { return }
    // What no sensor has seen is 0 or empty, and a figure that was never read has all bits set.
    let joules = Double(fields[4]).flatMap { $0 > 0 && $0 < 1e15 ? $0 : nil }
    let account = Account(
      job: String(fields[1]), state: SchedulerState(slurmName: fields[2]),
      node: String(fields[3]).onOneLine(limit: 100), joules: joules)
    for name in names(in: fields[0]) { accounts.tasks[name] = account }
  }

  /// The tasks that a name of the accounting's stands for: `12_3`, or `12_[3-5,9%2]` for those that have not begun.
  private static func names(in text: Substring) -> [String] {
    guard let match = text.wholeMatch(of: /(\d+)_\[([\d,-]+)(?:%\d+)?\]/) else { return [String(text)] }
    return match.2.split(separator: ",").flatMap { range -> [String] in
      let ends = range.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last - first < 1_000_000 else {
        return []
      }
      return (first...last).map { "\(match.1)_\($0)" }
    }
  }

  /// Whether a complaint means that there is no accounting, as against that it does not answer for now.
  private static func saysMissing(_ complaint: String) -> Bool {
    ["accounting storage is disabled", "not running a supported accounting_storage"]
      .contains { complaint.localizedCaseInsensitiveContains($0) }
  }
}

extension Array {
  /// The elements in their order, at most so many at once.
  func parts(of length: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: length).map { self[$0..<Swift.min($0 + length, count)] }
  }
}
