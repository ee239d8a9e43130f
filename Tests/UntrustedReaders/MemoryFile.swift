import Foundation
import Synchronization

/// A file without a name, for readers that take a path. It is written anew for each input.
final class MemoryFile: Sendable {
  /// The path by which this process opens it.
  let path: String
  /// The descriptor, which stays open.
  let descriptor: Int32

  /// An empty file.
  ///
  /// - Parameter number: the number of its descriptor, for inputs that name the file; nil for any.
  init(number: Int32? = nil) {
    let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
    var name = Array("\(folder)/wattle-input-XXXXXX".utf8CString)
    let made = mkstemp(&name)
    precondition(made >= 0, "no temporary file can be made in \(folder)")
    fcntl(made, F_SETFD, FD_CLOEXEC)
    unlink(name)
    if let number {
      dup2(made, number)
      close(made)
    }
    descriptor = number ?? made
    path = "/proc/self/fd/\(descriptor)"
  }

  /// Replaces its contents, and reads on from the beginning.
  func write(_ bytes: [UInt8]) {
    lseek(descriptor, 0, SEEK_SET)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      precondition(count > 0, "a temporary file cannot be written")
      written += count
    }
    ftruncate(descriptor, off_t(bytes.count))
    lseek(descriptor, 0, SEEK_SET)
  }
}
