import EnergyMetering
import Foundation
import SearchSpaces

/// `slurm/tasks.csv`: a row a run of a task, with what the task metered and what the scheduler's own sensors say, where it has
/// any. No account of the study is made of it.
struct TaskTable {
  /// One run of a task.
  struct Row {
    /// The scheduler's name of the task, such as `12_3`; empty where it never said.
    var task: String
    /// The trial.
    var trial: Int
    /// `training` or `inference`.
    var work: String
    /// The node's name.
    var node: String
    /// How often the task had been requeued.
    var restarts: Int
    /// `counted`, or `lost` for a run that led to nothing.
    var result: String
    /// What the task metered on its node, in joules; of a lost run at least so much.
    var meteredJoules: Double
    /// What the scheduler says that the task took, in joules; nil where it has no sensors.
    var schedulerJoules: Double?
  }

  private static let header =
    "task,trial,work,node,restarts,result,metered_joules,scheduler_joules\n"
  /// Of an earlier session's file no more than this is read.
  private static let largestBytes = 256 << 20

  private let path: String
  private var rows: [Row] = []
  /// How many rows are in the file.
  private var writtenCount = 0

  /// The table of a file; a file that is no such table is begun anew.
  init(path: String) {
    self.path = path
    let text = (try? SystemFiles().contents(of: path, atMost: Self.largestBytes)) ?? ""
    guard text.hasPrefix(Self.header) else { return }
    rows = text.dropFirst(Self.header.count).split(separator: "\n").compactMap(Row.init)
    writtenCount = rows.count
  }

  /// Adds a run that is over.
  mutating func add(_ row: Row) { rows.append(row) }

  /// Appends what is new to the file. That a table for people cannot be written is no reason to end a search.
  mutating func append() {
    guard writtenCount < rows.count else { return }
    let text = (writtenCount == 0 ? Self.header : "") + rows[writtenCount...].map(\.line).joined()
    // Without O_NONBLOCK, opening a pipe waits for somebody to read from it.
    let descriptor = open(
      path,
      O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (writtenCount == 0 ? O_TRUNC : O_APPEND),
      0o666)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    if writeWhole(Data(text.utf8), to: descriptor) { writtenCount = rows.count }
  }

  /// The tasks whose figure of the scheduler's is still wanted.
  var unanswered: [String] {
    Set(rows.lazy.filter { $0.schedulerJoules == nil && !$0.task.isEmpty }.map(\.task)).sorted()
  }

  /// Takes in the scheduler's figures, each for the last run of its task, and writes the table anew.
  mutating func take(joules: [String: Double]) {
    guard !joules.isEmpty else { return }
    var joules = joules
    for index in rows.indices.reversed() where rows[index].schedulerJoules == nil {
      rows[index].schedulerJoules = joules.removeValue(forKey: rows[index].task)
    }
    if (try? writeAtomically(Self.header + rows.map(\.line).joined(), to: path)) != nil {
      writtenCount = rows.count
    }
  }
}

extension TaskTable.Row {
  /// The row of a line; nil for anything else.
  fileprivate init?(_ line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 8, let trial = Int(fields[1]), let restarts = Int(fields[4]),
      let metered = Double(fields[6])
    else { return nil }
    self.init(
      task: fields[0], trial: trial, work: fields[2], node: fields[3], restarts: restarts, result: fields[5],
      meteredJoules: metered, schedulerJoules: Double(fields[7]))
  }

  fileprivate var line: String {
    let scheduler = schedulerJoules.map { "\($0)" } ?? ""
    return "\(task),\(trial),\(work),\(node),\(restarts),\(result),\(meteredJoules),\(scheduler)\n"
  }
}
