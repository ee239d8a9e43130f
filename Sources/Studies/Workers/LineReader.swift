import Glibc

/// Cuts what a descriptor delivers into lines.
struct LineReader {
  /// A line longer than this is not a message of ours.
  static let longestLine = 16 << 20

  private var pending: [UInt8] = []

  /// What a read brought.
  enum Delivery: Equatable {
    /// Lines, perhaps none yet.
    case lines([[UInt8]])
    /// The other side closed or died.
    case ended
    /// The line would be longer than ``longestLine``.
    case tooLong
  }

  /// Reads what is there, once.
  ///
  /// - Complexity: O(bytes read), however many lines they are and however long the line is that they go on with.
  /// - Parameter descriptor: a descriptor on which `poll` reported something, or a blocking one.
  mutating func read(from descriptor: Int32) -> Delivery {
    var buffer = [UInt8](repeating: 0, count: 65536)
    var count: Int
    repeat {
      count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { return .lines([]) }
    guard count > 0 else { return .ended }
    var rest = buffer[0..<count]
    var lines: [[UInt8]] = []
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(pending + rest[..<newline])
      pending.removeAll()
      rest = rest[(newline + 1)...]
    }
    pending.append(contentsOf: rest)
    return pending.count > Self.longestLine ? .tooLong : .lines(lines)
  }
}

/// Writes all bytes, or says why not; a closed pipe is an error, not a signal (`SIGPIPE` is ignored).
func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(SystemCallError) {
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes { raw in
      write(descriptor, raw.baseAddress?.advanced(by: written), raw.count - written)
    }
    if count < 0 {
      if errno == EINTR { continue }
      throw SystemCallError(call: "write")
    }
    written += count
  }
}

/// A system call that failed, with its reason.
public struct SystemCallError: Error, CustomStringConvertible, Sendable {
  /// The call's name.
  public let call: String
  /// The error number.
  public let code: Int32

  init(call: String, code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  /// The call and the system's words for the error.
  public var description: String { "\(call): \(systemReason(code))" }
}
