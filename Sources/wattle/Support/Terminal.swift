import Foundation
import Logging

/// Where a command's words go.
enum Terminal {
  /// Writes a result.
  ///
  /// A reader that has seen enough, such as `head`, is no error; a full disk is one.
  static func print(_ text: String) throws {
    signal(SIGPIPE, SIG_IGN)
    if !write(text, to: STDOUT_FILENO), errno != EPIPE { throw cannotWrite("standard output") }
  }

  /// Writes a line to standard error.
  static func complain(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
  }

  /// A log of warnings and errors on standard error, a line each.
  static let log = Logger(label: "wattle") { _ in StandardErrorLog() }
}

/// Writes log messages as `warning: …`.
private struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.warning

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    Terminal.complain("\(event.level): \(event.message)")
  }
}
