import Foundation

/// The text of a configuration and where it came from.
///
/// It is read from a regular file, or from what this process holds open under a name such as `/dev/stdin` or `/dev/fd/63`,
/// as a shell's `<(…)` gives. Nothing else is opened: a named pipe may have no writer, and a device no end.
public struct ConfigurationFile: Sendable {
  /// The largest file that is read.
  public static let largestBytes = 1_000_000

  /// The path as it was given.
  public let path: String
  /// The text.
  public let text: String
  /// What paths of data files are relative to: the file's folder, or the current one if it has none.
  public let folder: String

  /// Reads a file.
  ///
  /// - Throws: ``ConfigurationFileError``.
  public init(path: String) throws(ConfigurationFileError) {
    self.path = path
    if let descriptor = openDescriptor(named: path) {
      folder = FileManager.default.currentDirectoryPath
      text = try Self.text(of: descriptor, path)
      return
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT ? .notFound(path: path) : Self.unreadable(path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    defer { close(descriptor) }
    folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    text = try Self.text(of: descriptor, path)
  }

  private static func text(
    of descriptor: Int32, _ path: String
  ) throws(ConfigurationFileError) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while bytes.count <= largestBytes {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard bytes.count <= largestBytes else { throw .tooLarge(path: path, limitBytes: largestBytes) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(path: path) }
    return text
  }

  private static func unreadable(_ path: String) -> ConfigurationFileError {
    .unreadable(path: path, reason: String(cString: strerror(errno)))
  }
}

/// The number of the file that this process holds open under a path such as `/dev/stdout` or `/dev/fd/63`; nil if the
/// path is no such name. Opening these names anew may wait for a pipe's other end, or begin a file from its start.
public func openDescriptor(named path: String) -> Int32? {
  switch path {
  case "/dev/stdin": return STDIN_FILENO
  case "/dev/stdout": return STDOUT_FILENO
  case "/dev/stderr": return STDERR_FILENO
  default: break
  }
  for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
    let number = path.dropFirst(folder.count)
    return number.allSatisfy { "0"..."9" ~= $0 } ? Int32(number) : nil
  }
  return nil
}
