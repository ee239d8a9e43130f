import Foundation
import Studies

/// Writes a text to a file that the user named.
///
/// A regular file is replaced in one step. Anything else, such as a device, a named pipe or a link, is written into:
/// a rename would take it away from everyone who uses it.
///
/// - Throws: `RunFolderError.cannotWrite` with the system's words for the error.
func writeOutput(_ text: String, to path: String) throws {
  var status = stat()
  if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw cannotWrite(path) }
    defer { close(descriptor) }
    guard write(text, to: descriptor) else { throw cannotWrite(path) }
  } else {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else { throw cannotWrite(path) }
    try writeAtomically(text, to: path)
  }
}

/// Makes sure that a file can be written later, without touching it.
///
/// - Throws: `RunFolderError.cannotWrite` with the system's words for the error.
func requireWritable(_ path: String) throws {
  var status = stat()
  if stat(path, &status) == 0 {
    if status.st_mode & S_IFMT == S_IFDIR {
      errno = EISDIR
      throw cannotWrite(path)
    }
    guard access(path, W_OK) == 0 else { throw cannotWrite(path) }
  } else {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else { throw cannotWrite(path) }
  }
}

/// Writes all of a text to a descriptor; false leaves the reason in `errno`.
func write(_ text: String, to descriptor: Int32) -> Bool {
  let bytes = Array(text.utf8)
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { return false }
    written += count
  }
  return true
}

/// The error of the last system call on a path.
func cannotWrite(_ path: String) -> RunFolderError {
  RunFolderError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
}
