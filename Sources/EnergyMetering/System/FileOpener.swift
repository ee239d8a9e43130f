import Glibc

/// How the meter reaches the kernel's files; tests put a fake in its place.
public protocol FileOpener {
  /// The names in a folder, in no order.
  func entries(of folder: String) throws(FileAccessError) -> [String]
  /// A text file's contents, of a regular file of at most so many bytes.
  func contents(of path: String, atMost limit: Int) throws(FileAccessError) -> String
  /// Opens a file that will be read again and again.
  func open(_ path: String) throws(FileAccessError) -> any RereadableFile
}

extension FileOpener {
  /// The contents of one of the kernel's text files, which are small.
  func contents(of path: String) throws(FileAccessError) -> String {
    try contents(of: path, atMost: 64_000_000)
  }
}

/// A kernel file kept open, whose current contents can be read at any time.
public protocol RereadableFile: AnyObject {
  /// Hands the current first bytes, at most 4,096, to a closure.
  func read<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(FileAccessError) -> Result
}

/// Why a file could not be read.
public enum FileAccessError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(String)
  /// The kernel forbids it.
  case denied(String)
  /// The file has more bytes than are read.
  case tooLarge(String, limit: Int)
  /// Reading failed otherwise; the text names the reason.
  case failed(String, reason: String)

  /// The message for people.
  public var description: String {
    switch self {
    case .missing(let path), .denied(let path), .tooLarge(let path, _), .failed(let path, _):
      "\(path): \(reason)"
    }
  }

  /// The message without the path.
  public var reason: String {
    switch self {
    case .missing: "no such file"
    case .denied: "permission denied"
    case .tooLarge(_, let limit): "larger than \(limit) bytes"
    case .failed(_, let reason): reason
    }
  }

  static func current(_ path: String) -> FileAccessError {
    switch errno {
    case ENOENT, ENOTDIR: .missing(path)
    case EACCES, EPERM: .denied(path)
    default: .failed(path, reason: String(cString: strerror(errno)))
    }
  }
}

/// The machine's own files.
public struct SystemFiles: FileOpener, Sendable {
  /// The machine's own files.
  public init() {}

  /// The names in a folder, in no order, without `.` and `..`; in a name that is no UTF-8, other bytes become U+FFFD.
  public func entries(of folder: String) throws(FileAccessError) -> [String] {
    guard let stream = opendir(folder) else { throw .current(folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// A regular file's contents as text; bytes that are no UTF-8 become U+FFFD.
  public func contents(of path: String, atMost limit: Int) throws(FileAccessError) -> String {
    String(decoding: try bytes(of: path, atMost: limit), as: UTF8.self)
  }

  /// A regular file's bytes.
  ///
  /// - Throws: ``FileAccessError``, also for a folder, a pipe, a device, or a file of more than `limit` bytes.
  public func bytes(of path: String, atMost limit: Int) throws(FileAccessError) -> [UInt8] {
    let descriptor = try Self.openRegularFile(path)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    // The kernel's own files do not say how large they are.
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw .current(path) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
    throw .tooLarge(path, limit: limit)
  }

  /// Opens a regular file. Anything else is refused: a named pipe may have no writer, and a device no end.
  static func openRegularFile(_ path: String) throws(FileAccessError) -> Int32 {
    // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if descriptor < 0 { throw .current(path) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return descriptor }
    close(descriptor)
    throw .failed(path, reason: "not a regular file")
  }

  /// Opens a file that will be read again and again.
  public func open(_ path: String) throws(FileAccessError) -> any RereadableFile {
    try SystemFile(path)
  }
}

/// A file descriptor read from its beginning each time.
final class SystemFile: RereadableFile {
  private let path: String
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 16)

  init(_ path: String) throws(FileAccessError) {
    self.path = path
    descriptor = try SystemFiles.openRegularFile(path)
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  func read<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(FileAccessError) -> Result {
    let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
    if count < 0 { throw .current(path) }
    return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}

extension RereadableFile {
  /// The whole number at the file's beginning, or nil if there is none.
  func readNumber() throws(FileAccessError) -> UInt64? {
    try read { bytes in
      var number: UInt64 = 0
      var digits = 0
      for byte in bytes {
        guard byte >= 48 && byte <= 57 else { break }
        let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte - 48))
        if overflow || carry { return nil }
        number = sum
        digits += 1
      }
      return digits > 0 ? number : nil
    }
  }
}
