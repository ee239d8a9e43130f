import Foundation
import SearchSpaces
import Studies

/// Writes a text to a file that the user named.
///
/// A regular file is replaced in one step. A device such as `/dev/null` or a link is written into: a rename would take
/// it away from everyone who uses it. So is what the shell holds open, such as `/dev/stdout` or `/dev/fd/63`.
///
/// - Throws: `RunFolderError.cannotWrite` with the system's words for the error.
func writeOutput(_ text: String, to path: String) throws {
  try requireWritable(path)
  if let descriptor = openDescriptor(named: path) {
    guard write(text, to: descriptor) else { throw cannotWrite(path) }
    return
  }
  var status = stat()
  guard lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else {
    return try writeAtomically(text, to: path)
  }
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0o644)
  guard descriptor >= 0 else { throw cannotWrite(path) }
  defer { close(descriptor) }
  guard write(text, to: descriptor) else { throw cannotWrite(path) }
}

/// Makes sure that a file can be written later, without touching it.
///
/// A named pipe is refused: opening one waits for a reader, who may never come.
///
/// - Throws: `RunFolderError.cannotWrite` with the system's words for the error.
func requireWritable(_ path: String) throws {
  if let descriptor = openDescriptor(named: path) {
    guard fcntl(descriptor, F_GETFL) >= 0 else { throw cannotWrite(path) }
    return
  }
  var status = stat()
  guard stat(path, &status) == 0 else {
    let folder = parentFolder(of: path)
    guard stat(folder, &status) == 0, access(folder, W_OK) == 0 else { throw cannotWrite(path) }
    // A folder that was removed is still there for those who are in it, but takes no files.
    if status.st_nlink == 0 {
      errno = ENOENT
      throw cannotWrite(path)
    }
    return
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG, S_IFCHR:
    guard access(path, W_OK) == 0 else { throw cannotWrite(path) }
  case S_IFDIR:
    errno = EISDIR
    throw cannotWrite(path)
  case let kind:
    let name =
      switch kind {
      case S_IFIFO: "a named pipe"
      case S_IFSOCK: "a socket"
      default: "a block device"
      }
    throw RunFolderError.cannotWrite(
      path: path, reason: "is \(name); give a file, or - to write to standard output")
  }
}

/// Writes all of a text to a descriptor; false leaves the reason in `errno`.
func write(_ text: String, to descriptor: Int32) -> Bool { writeWhole(Data(text.utf8), to: descriptor) }

/// The error of the last system call on a path.
func cannotWrite(_ path: String) -> RunFolderError {
  RunFolderError.cannotWrite(path: path, reason: systemReason())
}
