import EnergyMetering
import Foundation
import SearchSpaces

/// The part of a run's folder that its study and the tasks on the cluster share: `slurm/`, and `nodes/` beside it.
///
/// | file | what it says |
/// |---|---|
/// | `batches/NAME.json` | what a job array's tasks do; written before it is submitted |
/// | `batches/NAME.job` | the scheduler's number of the array |
/// | `batches/NAME.withdrawn` | the tasks that the study itself took back |
/// | `results/NAME-TASK.RUN.progress` | the books of a task that runs; each start of a task is a run of its own |
/// | `results/NAME-TASK.RUN.result` | how it ended |
/// | `logs/NAME-TASK.log` | what a task printed |
/// | `tasks.csv` | the runs of tasks that are over: ``TaskTable`` |
struct ClusterFolder: Sendable {
  /// The absolute path of `slurm/`.
  let path: String
  /// The absolute path of `nodes/`.
  let nodesPath: String

  /// A run's folder, whose path must be absolute.
  init(runPath: String) {
    path = runPath + "/slurm"
    nodesPath = runPath + "/nodes"
  }

  /// The folder that a batch's file is in.
  ///
  /// - Parameter batchPath: the path that a task was given.
  init(holding batchPath: String) {
    self.init(runPath: parentFolder(of: parentFolder(of: parentFolder(of: batchPath))))
  }

  var batchesPath: String { path + "/batches" }
  var resultsPath: String { path + "/results" }
  var logsPath: String { path + "/logs" }
  var scriptPath: String { path + "/task.sh" }
  var tablePath: String { path + "/tasks.csv" }

  func batchPath(_ name: String) -> String { "\(batchesPath)/\(name).json" }
  func jobPath(_ name: String) -> String { "\(batchesPath)/\(name).job" }
  func withdrawnPath(_ name: String) -> String { "\(batchesPath)/\(name).withdrawn" }
  func logPath(_ place: SlurmScheduler.Place) -> String { "\(logsPath)/\(place.job)-\(place.task).log" }
  func progressPath(_ run: TaskRun) -> String { "\(resultsPath)/\(run.name).progress" }
  func resultPath(_ run: TaskRun) -> String { "\(resultsPath)/\(run.name).result" }

  /// More than this no batch may have: some tens of thousands of trainings.
  static let largestBatchBytes = 256 << 20

  /// What every task of every study starts with. Nothing is ever written into it: the program and the batch are its
  /// arguments, so that no path can be read as a command.
  static let script = """
    #!/bin/sh
    # Written by wattle: starts the program $1 on the batch $2; the task's number comes from Slurm.
    exec "$1" worker --batch "$2"

    """

  /// Makes the folders and the script.
  ///
  /// - Throws: ``RunFolderError``.
  func make() throws {
    for folder in [batchesPath, resultsPath, logsPath, nodesPath] { try makeFolders(folder) }
    try writeAtomically(Self.script, to: scriptPath)
  }

  /// The names of all batches that are not over.
  func batchNames() -> [String] {
    names(in: batchesPath).compactMap { name in
      guard name.hasSuffix(".json") else { return nil }
      let batch = String(name.dropLast(5))
      return ClusterBatch.isName(batch) ? batch : nil
    }.sorted()
  }

  /// Reads a batch; nil if there is none that can be read.
  func batch(_ name: String) -> ClusterBatch? { try? Self.readBatch(at: batchPath(name), named: name) }

  /// Reads a batch.
  ///
  /// - Throws: `FileAccessError`, or a `DecodingError` for a file that is no batch.
  static func readBatch(at path: String, named name: String? = nil) throws -> ClusterBatch {
    let bytes = try SystemFiles().bytes(of: path, atMost: largestBatchBytes)
    let batch = try JSONDecoder().decode(ClusterBatch.self, from: Data(bytes))
    guard ClusterBatch.isName(batch.name), name == nil || name == batch.name, !batch.tasks.isEmpty,
      1...ClusterBatch.greatestNumber ~= batch.number
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: [], debugDescription: "it is no batch of this name"))
    }
    return batch
  }

  func write(_ batch: ClusterBatch) throws {
    try writeAtomically(JSONEncoder().encode(batch), to: batchPath(batch.name), isSynchronized: true)
  }

  /// The scheduler's number of a batch's array; nil if it is not known.
  func jobID(_ name: String) -> String? {
    guard let text = try? SystemFiles().contents(of: jobPath(name), atMost: 100) else { return nil }
    return !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber } ? text : nil
  }

  func write(jobID: String, of name: String) throws {
    try writeAtomically(Data(jobID.utf8), to: jobPath(name), isSynchronized: true)
  }

  /// The tasks of a batch that the study took back.
  func withdrawn(_ name: String) -> Set<Int> {
    guard let text = try? SystemFiles().contents(of: withdrawnPath(name), atMost: 1 << 20) else { return [] }
    return Set(text.split(separator: " ").compactMap { Int($0) })
  }

  func write(withdrawn tasks: Set<Int>, of name: String) throws {
    let text = tasks.sorted().map(String.init).joined(separator: " ")
    try writeAtomically(Data(text.utf8), to: withdrawnPath(name), isSynchronized: true)
  }

  /// The runs of tasks that have left something, and whether it is their result.
  func runs() -> [(run: TaskRun, isResult: Bool)] {
    names(in: resultsPath).compactMap { name in
      if name.hasSuffix(".result") { return TaskRun(name: name.dropLast(7)).map { ($0, true) } }
      if name.hasSuffix(".progress") { return TaskRun(name: name.dropLast(9)).map { ($0, false) } }
      return nil
    }
  }

  /// The last line that a task printed, for people; empty if there is none.
  func lastWords(_ place: SlurmScheduler.Place) -> String {
    let descriptor = open(logPath(place), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = pread(descriptor, &bytes, bytes.count, max(0, size - 4_096))
    let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(
      whereSeparator: \.isNewline)
    return String(lines.last ?? "").onOneLine(limit: 300)
  }

  /// Removes what is left of a run.
  func remove(_ run: TaskRun) {
    unlink(progressPath(run))
    unlink(resultPath(run))
  }

  /// Removes what tasks left that were killed while they wrote.
  func removeDrafts() {
    for name in names(in: resultsPath) where name.hasPrefix(draftPrefix) { unlink("\(resultsPath)/\(name)") }
  }

  /// Removes what a process that died had no time to write of batches, or to remove.
  func removeRemains() {
    let present = Set(batchNames())
    for name in names(in: batchesPath) {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      let isOrphan =
        parts.count == 2 && ["job", "withdrawn"].contains(parts[1]) && ClusterBatch.isName(String(parts[0]))
        && !present.contains(String(parts[0]))
      if isOrphan || name.hasPrefix(draftPrefix) { unlink("\(batchesPath)/\(name)") }
    }
  }

  /// Removes what is left of a batch.
  ///
  /// - Parameter keepsLogs: whether to keep what its tasks printed.
  func remove(batch name: String, tasks: Int, keepsLogs: Bool) {
    for path in [batchPath(name), jobPath(name), withdrawnPath(name)] { unlink(path) }
    guard !keepsLogs else { return }
    for task in 0..<tasks { unlink(logPath(SlurmScheduler.Place(job: name, task: task))) }
  }

  private func names(in folder: String) -> [String] { (try? SystemFiles().entries(of: folder)) ?? [] }
}

/// One start of a task; a task that is requeued is started again.
struct TaskRun: Hashable, Sendable {
  /// The task.
  var place: SlurmScheduler.Place
  /// What tells this start from others of the same task.
  var start: String

  /// A new start of a task.
  init(of place: SlurmScheduler.Place) {
    self.place = place
    start = String(UInt32.random(in: .min ... .max), radix: 16)
  }

  /// The run of a name; nil for anything else.
  init?(name: some StringProtocol) {
    guard let match = String(name).wholeMatch(of: /(wattle-[0-9a-f]{16})-(\d{1,6})\.([0-9a-f]{1,8})/),
      let task = Int(match.2)
    else { return nil }
    place = SlurmScheduler.Place(job: String(match.1), task: task)
    start = String(match.3)
  }

  /// The name that its files and its energy in the journal bear.
  var name: String { "\(place.job)-\(place.task).\(start)" }
}
