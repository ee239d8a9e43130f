import Glibc

/// How the meter reaches the kernel's files; tests put a fake in its place.
public protocol FileOpener {
  /// The names in a folder, in no order.
  func entries(of folder: String) throws(FileAccessError) -> [String]
  /// A small text file's contents.
  func contents(of path: String) throws(FileAccessError) -> String
  /// Opens a file that will be read again and again.
  func open(_ path: String) throws(FileAccessError) -> any RereadableFile
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
  /// Reading failed otherwise; the text names the reason.
  case failed(String, reason: String)

  /// The message for people.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such file"
    case .denied(let path): "\(path): permission denied"
    case .failed(let path, let reason): "\(path): \(reason)"
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

  /// The names in a folder, in no order, without `.` and `..`.
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

  /// A file's contents as text.
  public func contents(of path: String) throws(FileAccessError) -> String {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .current(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 { throw .current(path) }
      if count == 0 { break }
      bytes.append(contentsOf: chunk[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
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
    descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .current(path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
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
