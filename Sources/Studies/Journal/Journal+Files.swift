import Foundation
import GRDB

/// The files of a journal.
extension Journal {
  /// Makes sure that a journal and what SQLite keeps beside it are regular files: opening a named pipe waits for somebody
  /// at its other end.
  static func requireFiles(at path: String) throws(JournalError) {
    for file in files(of: path) {
      guard let kind = kind(of: file), kind != S_IFREG else { continue }
      throw .notAFile(path: file, isFolder: kind == S_IFDIR)
    }
  }

  /// The paths of a journal and of what SQLite keeps beside it.
  static func files(of path: String) -> [String] { ["", "-wal", "-shm", "-journal"].map { path + $0 } }

  /// Whether nothing was ever written to a journal: its maker died before.
  static func isBlank(at path: String) -> Bool {
    guard (try? requireFiles(at: path)) != nil else { return false }
    var configuration = databaseConfiguration(path)
    configuration.readonly = true
    let database = try? inMemory(path) ?? DatabaseQueue(path: path, configuration: configuration)
    let tables = try? database?.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master")
    }
    return tables == 0
  }
}
