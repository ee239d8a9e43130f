import Foundation
import Logging
import SearchSpaces

/// Where a command's words go.
enum Terminal {
  /// Writes a result.
  ///
  /// A reader that has seen enough, such as `head`, is no error; a full disk is one.
  ///
  /// - Parameter isData: whether it is JSON or CSV, which a program must get as it is; a terminal never obeys it.
  static func print(_ text: String, isData: Bool = false) throws {
    signal(SIGPIPE, SIG_IGN)
    let text = isData && isatty(STDOUT_FILENO) == 0 ? text : text.printable
    if !write(text, to: STDOUT_FILENO), errno != EPIPE { throw cannotWrite("standard output") }
  }

  /// Writes a line to standard error.
  static func complain(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line.printable + "\n").utf8))
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
    Terminal.complain("\(event.level): \("\(event.message)".onOneLine(limit: .max))")
  }
}
