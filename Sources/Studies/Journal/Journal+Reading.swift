import EnergyMetering
import Foundation
import GRDB
import GRDBSQLite

/// Reading a journal that nobody writes to.
///
/// SQLite makes two files beside a database in write-ahead mode, for a reader too, and leaves them there; where it cannot, as
/// on a medium that is read-only, it does not read at all. A journal that is closed is one file, which is read into memory
/// instead: nothing is locked, nothing is left behind.
extension Journal {
  /// The largest journal that is read so: of some 100,000 trials.
  private static let mostBytesInMemory = 256 << 20

  /// A connection to what a journal holds, in memory; nil where somebody may be writing to it, or it is none of a size that
  /// is read so.
  static func inMemory(_ path: String) throws -> DatabaseQueue? {
    guard let before = ClosedFile(path), before.bytes <= mostBytesInMemory,
      var bytes = try? SystemFiles().bytes(of: path, atMost: before.bytes), bytes.count == before.bytes,
      ClosedFile(path) == before, bytes.starts(with: Array("SQLite format 3\0".utf8)), bytes.count > 100
    else { return nil }
    // The versions for writing and for reading: 2 says that there may be a log beside the file, and there is none.
    for version in [18, 19] where bytes[version] == 2 { bytes[version] = 1 }
    let image = bytes
    var configuration = Configuration()
    configuration.readonly = true
    configuration.prepareDatabase { connection in
      guard let memory = sqlite3_malloc64(UInt64(image.count)) else {
        throw DatabaseError(resultCode: .SQLITE_NOMEM)
      }
      memory.copyMemory(from: image, byteCount: image.count)
      let size = Int64(image.count)
      let code = sqlite3_deserialize(
        connection.sqliteConnection, "main", memory.assumingMemoryBound(to: UInt8.self), size, size,
        UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY))
      if code != SQLITE_OK { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
    return try DatabaseQueue(configuration: configuration)
  }

  /// Makes sure that what a study itself does not need can be read as well, before anything is spent on it.
  ///
  /// - Throws: ``JournalError``.
  func checkNotes() throws {
    _ = try (trialEnds(), quotes(), searchQuote(), checkpoints(), taskRuns())
  }

  /// What tells whether a file was written to meanwhile.
  private struct ClosedFile: Equatable {
    let bytes: Int
    private let device: dev_t
    private let inode: ino_t
    private let seconds: Int
    private let nanoseconds: Int

    /// Nil where a writer's files stand beside the journal: they may hold what was written last.
    init?(_ path: String) {
      var status = stat()
      for file in Journal.files(of: path).dropFirst() where lstat(file, &status) == 0 {
        // An index without a log is what a reader left.
        if !file.hasSuffix("-shm") { return nil }
      }
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      bytes = Int(status.st_size)
      (device, inode) = (status.st_dev, status.st_ino)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }
}
