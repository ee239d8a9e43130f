import Foundation

/// A new folder with everything that a test of the command line needs; it goes with the value.
///
/// Commands run in the folder, so that whatever they write is in it.
final class Workplace: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a name in the folder.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file and returns its name.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
    return name
  }

  func text(of name: String) throws -> String {
    try String(contentsOf: url.appendingPathComponent(name), encoding: .utf8)
  }

  func table(_ name: String) throws -> Table { try Table(parsing: text(of: name)) }

  func json(_ name: String) throws -> JSON { try JSON(parsing: text(of: name)) }

  /// The names in a folder, sorted; none if there is no such folder.
  func names(in folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
  }

  /// Runs the program to its end.
  func run(_ arguments: String...) throws -> Ended { try start(arguments).wait() }

  /// Runs the program to its end.
  func run(_ arguments: [String], output: FileHandle? = nil) throws -> Ended {
    try start(arguments, output: output).wait()
  }

  /// Runs the program to its end on lines of standard input.
  func run(_ arguments: [String], input lines: [String]) throws -> Ended {
    let pipe = Pipe()
    let running = try start(arguments, input: pipe.fileHandleForReading)
    for line in lines { try pipe.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }
    try pipe.fileHandleForWriting.close()
    return try running.wait()
  }

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - input: where standard input comes from; nil for an empty one.
  ///   - output: where standard output goes; nil keeps it for the test.
  func start(
    _ arguments: [String], input: FileHandle? = nil, output: FileHandle? = nil
  ) throws -> Running {
    try Running(arguments, in: self, input: input, output: output)
  }

  /// Runs a script of the shell, in which `wattle` is the program; it is killed after half a minute.
  func shell(_ script: String) throws -> Ended {
    let function = "wattle() { timeout -s KILL 30 '\(programPath)' \"$@\"; }; "
    return try Running(["-c", function + script], of: "/bin/bash", in: self, input: nil, output: nil).wait()
  }
}
