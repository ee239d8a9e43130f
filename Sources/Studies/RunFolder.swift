import EnergyMetering
import Foundation
import SearchSpaces

/// The folder of one run: where each of its files is, and who may work on it.
public struct RunFolder: Sendable, Equatable {
  /// The folder's path as the user gave it.
  public let path: String

  /// A run's folder; nothing is looked at or made.
  public init(path: String) { self.path = path }

  /// The files of a run.
  public enum File: String, CaseIterable, Sendable {
    /// The resolved configuration.
    case configuration = "config.yaml"
    /// The journal.
    case journal = "study.sqlite"
    /// The machine.
    case host = "host.json"
    /// A row a trial.
    case trials = "trials.csv"
    /// The front.
    case front = "pareto.csv"
    /// A row an account.
    case ledger = "ledger.csv"
    /// The study in a few figures.
    case summary = "summary.json"
  }

  /// The path of a file of the run.
  public func path(of file: File) -> String { path + "/" + file.rawValue }

  /// The folder of paused trainings' checkpoints, while a search works on the run.
  var checkpointsPath: String { path + "/checkpoints" }

  /// The journal and what SQLite keeps beside it.
  private static let journalFiles = Journal.files(of: File.journal.rawValue)

  /// The paths and names of all files that searches and retrainings write in the folder, whether they are there or not.
  public var ownFiles: [(path: String, name: String)] {
    var names = File.allCases.map(\.rawValue) + Self.journalFiles.dropFirst() + [Self.lockName]
    let trained = "trained"
    for folder in (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(trained)")) ?? [] {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(trained)/\(folder)")) ?? []
      names += files.map { "\(trained)/\(folder)/\($0)" }
    }
    return names.map { ("\(path)/\($0)", $0) }
  }

  /// Whether a journal is there.
  public var holdsStudy: Bool { FileManager.default.fileExists(atPath: path(of: .journal)) }

  /// Makes the folder for a new study. Nothing in it is touched: another process may be about to begin one there.
  ///
  /// - Throws: ``RunFolderError`` if it holds anything that no such process leaves, or cannot be made.
  public func create() throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw RunFolderError.notAFolder(path: path) }
      _ = try leftovers()
    }
    try makeFolders(path)
  }

  /// Removes what a process left that died before it had begun a study. The run must be locked.
  ///
  /// - Throws: ``RunFolderError`` if a study was begun meanwhile.
  func removeLeftovers() throws {
    for name in try leftovers() where name != Self.lockName {
      try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
  }

  /// The names of the folder's files, which are all of the kind that a study begins with.
  private func leftovers() throws -> [String] {
    if let name = try? heldStudyName() { throw RunFolderError.holdsStudy(path: path, study: name) }
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard contents.allSatisfy(isLeftover), !holdsStudy || Journal.isBlank(at: self.path(of: .journal))
    else { throw RunFolderError.notEmpty(path: path) }
    return contents
  }

  /// Removes files that a process had no time to finish. The run must be locked.
  func removeDrafts() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where name.hasPrefix(draftPrefix) { unlink("\(path)/\(name)") }
  }

  /// Whether a file is one that a study begins with: the lock, its configuration, the journal's files or what was to become one.
  private func isLeftover(_ name: String) -> Bool {
    if name == File.configuration.rawValue {
      let text = try? SystemFiles().contents(
        of: path(of: .configuration), atMost: ConfigurationFile.largestBytes)
      return text?.hasPrefix(Self.configurationMark) == true
    }
    return name == Self.lockName || Self.journalFiles.contains(name) || name.hasPrefix(draftPrefix)
  }

  /// What the configuration of a run begins with.
  static let configurationMark = "# Written by wattle "

  /// The name of the study that the folder holds, or nil if it holds none.
  public func heldStudyName() throws -> String? {
    guard holdsStudy else { return nil }
    return try Journal.open(at: path(of: .journal), readOnly: true).header().name
  }

  /// The path of a new folder under `parent`, named after the study, the day and a running number. Nothing is made.
  ///
  /// The number is above all of that day, so that the newest run is the one that ``latest(studyName:parent:)`` finds.
  public static func next(studyName: String, parent: String = "runs", date: Date = Date()) -> RunFolder {
    let day = date.ISO8601Format(.iso8601Date(timeZone: .current))
    let prefix = "\(studyName)-\(day)-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    let numbers = names.compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }
    return RunFolder(path: "\(parent)/\(prefix)\(max(0, numbers.max() ?? 0) + 1)")
  }

  /// Makes a folder as ``next(studyName:parent:date:)`` names it, which no other process that calls this gets.
  ///
  /// - Throws: ``RunFolderError/cannotCreate(path:reason:)``.
  public static func createNext(
    studyName: String, parent: String = "runs", date: Date = Date()
  ) throws -> RunFolder {
    try makeFolders(parent)
    var taken: RunFolder?
    while true {
      let folder = next(studyName: studyName, parent: parent, date: date)
      if mkdir(folder.path, folderMode) == 0 { return folder }
      // Of a parent that cannot be listed the same name comes again.
      guard errno == EEXIST, folder != taken else {
        throw RunFolderError.cannotCreate(path: folder.path, reason: systemReason())
      }
      taken = folder
    }
  }

  /// The youngest run of a study under `parent` that holds a journal.
  public static func latest(studyName: String, parent: String = "runs") -> RunFolder? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    func age(_ name: String) -> (String, Int)? {
      guard name.hasPrefix(studyName + "-") else { return nil }
      let rest = name.dropFirst(studyName.count + 1)
      guard let dash = rest.lastIndex(of: "-"), let number = Int(rest[rest.index(after: dash)...]),
        rest[..<dash].wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil
      else { return nil }
      return (String(rest[..<dash]), number)
    }
    return names.compactMap { name in age(name).map { (name, $0) } }
      .sorted { $0.1 > $1.1 }
      .map { RunFolder(path: "\(parent)/\($0.0)") }
      .first { $0.holdsStudy }
  }

  static let lockName = ".lock"

  /// Claims the run for this process until the lock is released.
  ///
  /// - Throws: ``RunFolderError``, also where a file or folder of the run is a link: whoever handed the folder on could
  ///   have the search write, and remove, elsewhere.
  public func lock() throws -> RunLock {
    let cluster = ["slurm", "slurm/batches", "slurm/results", "slurm/logs"]
    let names = Self.journalFiles + [Self.lockName, "checkpoints", "trained", "nodes"] + cluster
    for name in names where isLink("\(path)/\(name)") { throw RunFolderError.link(path: "\(path)/\(name)") }
    return try RunLock(path: path + "/" + Self.lockName, folder: path)
  }

  /// Whether a process works on the run, as far as this machine can tell.
  public var isInUse: Bool {
    [path, "\(path)/\(Self.lockName)"].contains { path in
      let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
  }

  /// Writes a file of the run in one step: readers see the old text or the new one.
  public func write(_ text: String, to file: File) throws {
    try writeAtomically(text, to: path(of: file))
  }
}

/// The claim of one process on a run; released when it is dropped or the process ends, however it ends.
///
/// It is on the folder too, where the file system can do that: whoever removes the file of the lock does not remove the claim.
public final class RunLock {
  private let descriptor: Int32
  private let folderDescriptor: Int32

  init(path: String, folder: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else {
      throw RunFolderError.cannotWrite(path: path, reason: systemReason())
    }
    folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // The lock is whole by now: where this throws, `deinit` runs and closes. Someone who only asks whether the run is in use
    // holds it for a moment.
    guard try Self.claim(descriptor, of: folder) else {
      throw RunFolderError.cannotWrite(path: path, reason: "it cannot be locked: \(systemReason())")
    }
    if folderDescriptor >= 0 { _ = try Self.claim(folderDescriptor, of: folder) }
  }

  /// - Returns: whether a lock could be had; not where the file system has none for such a file.
  private static func claim(_ descriptor: Int32, of folder: String) throws(RunFolderError) -> Bool {
    var tries = 5
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { return false }
      tries -= 1
      guard tries > 0 else { throw .inUse(path: folder) }
      usleep(20_000)
    }
    return true
  }

  deinit { for descriptor in [descriptor, folderDescriptor] where descriptor >= 0 { close(descriptor) } }
}

/// Why a run's folder cannot be used.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
  /// The path is a file.
  case notAFolder(path: String)
  /// Another study lives there.
  case holdsStudy(path: String, study: String)
  /// The folder holds something that is no run.
  case notEmpty(path: String)
  /// The folder cannot be made.
  case cannotCreate(path: String, reason: String)
  /// A part of the run is a link to elsewhere.
  case link(path: String)
  /// A file cannot be written.
  case cannotWrite(path: String, reason: String)
  /// Another process works on the run.
  case inUse(path: String)
  /// The run's journal is no longer where a search writes it.
  case taken(path: String)
  /// There is no run to resume.
  case nothingToResume(path: String)
  /// The data are not those that the run's trials were trained on.
  case otherData(path: String, dataset: String)
  /// The run was made from another configuration.
  case differentStudy(path: String, difference: String)

  /// Whether another search is, or was, at work in the folder.
  public var isTaken: Bool {
    switch self {
    case .inUse, .holdsStudy: true
    default: false
    }
  }

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .notAFolder(let path):
      "\(path): expected a folder for the run, found a file; choose another with --run"
    case .holdsStudy(let path, let study):
      "\(path): already holds the study '\(study)'; go on with it by --resume, or choose another folder with --run"
    case .notEmpty(let path):
      "\(path): holds files that are no run; choose an empty or a new folder with --run"
    case .cannotCreate(let path, let reason): "\(path): the run's folder cannot be made: \(reason)"
    case .link(let path):
      "\(path): is a link, and a search writes and removes nothing behind links; put the file itself there, or choose another "
        + "folder with --run"
    case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
    case .inUse(let path): "\(path): another wattle is working on this run; wait for it or stop it"
    case .taken(let path):
      "\(path): was moved, replaced or removed while the search worked on it, which has stopped; go on by --resume where it "
        + "is now, or put it back first"
    case .nothingToResume(let path): "\(path): no study to resume; leave out --resume to begin one"
    case .otherData(let path, let dataset):
      "\(path): the data of '\(dataset)' have changed since this run began, so that nothing new can be compared with its "
        + "trials; bring the old data back, or begin a new run"
    case .differentStudy(let path, let difference):
      "\(path): holds a study with another configuration (\(difference)); resume with the run's own config.yaml, "
        + "or choose another folder with --run"
    }
  }
}
