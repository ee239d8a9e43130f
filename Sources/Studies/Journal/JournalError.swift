import Foundation
import GRDB
import GRDBSQLite

/// Why a journal cannot be used.
public enum JournalError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// There is a folder or something else that is no file.
  case notAFile(path: String, isFolder: Bool)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is something else, or damaged.
  case notAJournal(path: String)
  /// A newer version of the program wrote it.
  case newerFormat(path: String, version: Int)
  /// What stands at a place, such as `trial, row 3, energy`, cannot be true.
  case damaged(path: String, place: String, problem: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such journal; expected the folder of a run, as `wattle search` makes it"
    case .notAFile(let path, let isFolder):
      "\(path): expected the journal of a run, found \(isFolder ? "a folder" : "what is no file")"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .notAJournal(let path):
      "\(path): not a journal of this program, or damaged"
    case .newerFormat(let path, let version):
      "\(path): written in format \(version) by a newer wattle; this one reads up to \(Journal.formatVersion)"
    case .damaged(let path, let place, let problem):
      "\(path): \(place): \(problem); the journal is damaged: bring it back from a copy, or begin a new run"
    }
  }
}

extension Journal {
  /// The system's error number behind the last error of a connection; 0 if there was none.
  static func systemError(of connection: Database) -> Int32 {
    connection.sqliteConnection.map { sqlite3_system_errno($0) } ?? 0
  }

  /// Why no index of a database can be written into its folder, found by trying; nil if it can.
  static func reasonForNoRoom(beside path: String) -> String? {
    let trial = "\(parentFolder(of: path))/\(draftPrefix)room-\(getpid())"
    do throws(RunFolderError) {
      try writeAtomically(Data(count: indexBytes), to: trial)
    } catch {
      guard case .cannotWrite(_, let reason) = error else { return nil }
      return reason
    }
    unlink(trial)
    return nil
  }

  /// The size of the index of a write-ahead log, to begin with.
  private static let indexBytes = 32768

  /// Whether one of a journal's files has come to the limit of file sizes. SQLite writes what still fits and tells no cause.
  private static func isAtSizeLimit(_ path: String) -> Bool {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max
    else { return false }
    return files(of: path).contains { file in
      var status = stat()
      return stat(file, &status) == 0 && rlim_t(status.st_size) + rlim_t(indexBytes) > limit.rlim_cur
    }
  }

  /// What an error of the database means for the file.
  static func failure(
    _ error: DatabaseError, path: String, isWriting: Bool, systemError: Int32
  ) -> any Error {
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_TOOBIG, .SQLITE_MISMATCH:
      return JournalError.notAJournal(path: path)
    case .SQLITE_BUSY where isWriting:
      return RunFolderError.inUse(path: parentFolder(of: path))
    default: break
    }
    let reason =
      switch error.resultCode {
      case .SQLITE_FULL: systemReason(ENOSPC)
      case .SQLITE_IOERR where systemError == 0 && isAtSizeLimit(path): systemReason(EFBIG)
      case .SQLITE_IOERR where systemError != 0, .SQLITE_CANTOPEN where systemError != 0:
        systemReason(systemError)
      default: error.message ?? "\(error.resultCode)"
      }
    return isWriting
      ? RunFolderError.cannotWrite(path: path, reason: reason)
      : JournalError.unreadable(path: path, reason: reason)
  }
}
