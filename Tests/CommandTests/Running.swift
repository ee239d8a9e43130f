import Foundation

/// What a finished command left behind.
struct Ended {
  /// The exit code; nil if a signal ended it.
  var status: Int32?
  var output: String
  var errors: String

  /// The lines of standard error that are not empty.
  var errorLines: [Substring] { errors.split(separator: "\n") }

  /// The lines of standard output that are not empty.
  var outputLines: [Substring] { output.split(separator: "\n") }
}

/// A command that may still run.
final class Running {
  let process = Process()
  private let outputURL: URL
  private let errorsURL: URL

  init(
    _ arguments: [String], of program: String = programPath, in workplace: Workplace, input: FileHandle?,
    output: FileHandle?
  ) throws {
    // Files outside the workplace: tests look at what the program itself has written there.
    let base = FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)")
    outputURL = base.appendingPathExtension("out")
    errorsURL = base.appendingPathExtension("err")
    try Data().write(to: outputURL)
    try Data().write(to: errorsURL)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = workplace.url
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = try output ?? FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorsURL)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: outputURL)
    try? FileManager.default.removeItem(at: errorsURL)
  }

  /// Standard error so far.
  var errors: String { (try? String(contentsOf: errorsURL, encoding: .utf8)) ?? "" }

  /// How many trials standard error says have ended.
  var endedTrials: Int { errors.split(separator: "\n").count { $0.contains("] trial ") } }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  func wait() throws -> Ended {
    process.waitUntilExit()
    return Ended(
      status: process.terminationReason == .exit ? process.terminationStatus : nil,
      output: try String(contentsOf: outputURL, encoding: .utf8), errors: errors)
  }

  /// The worker processes: its children.
  func workers() -> [Int32] {
    let parent = process.processIdentifier
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { ProcessState(of: $0)?.parent == parent }
  }
}

/// What the kernel says of a process.
struct ProcessState {
  var state: Character
  var parent: Int32

  /// Nil if there is no such process.
  init?(of identifier: Int32) {
    // The name in brackets may hold anything, so the fields are counted from the last bracket.
    guard let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
      let bracket = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: bracket)...].split(separator: " ")
    guard fields.count > 1, let state = fields[0].first, let parent = Int32(fields[1]) else { return nil }
    (self.state, self.parent) = (state, parent)
  }

  /// Whether a process does anything still; one that only waits to be collected does not.
  static func isAlive(_ identifier: Int32) -> Bool {
    guard let process = ProcessState(of: identifier) else { return false }
    return process.state != "Z" && process.state != "X"
  }
}

/// Waits until something is so.
///
/// - Returns: whether it came to be so in time.
func eventually(within seconds: Double = 60, _ condition: () -> Bool) -> Bool {
  let end = Date().addingTimeInterval(seconds)
  while !condition() {
    guard Date() < end else { return false }
    usleep(2_000)
  }
  return true
}
