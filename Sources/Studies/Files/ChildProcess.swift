internal import CSystem
import Foundation

/// A process that this one starts, as it begins: its signals are as a program expects them, and a process group of its own
/// keeps Ctrl-C on the terminal from reaching it, so that the study decides.
struct ChildProcess {
  /// The program's path, or its name where it is to be looked for on `PATH`.
  var program: String
  /// Its arguments, the first being what it is called.
  var arguments: [String]
  /// The environment; nil for this process's own.
  var environment: [String: String]?
  /// Which descriptors of this process become which of its own. All others are closed in it that are marked so.
  var descriptors: [(own: Int32, its: Int32)]

  /// Starts the process.
  ///
  /// - Returns: the process identifier.
  func start() throws(SystemCallError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (own, its) in descriptors { posix_spawn_file_actions_adddup2(&actions, own, its) }
    if !descriptors.contains(where: { $0.its == STDIN_FILENO }) {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigfillset(&defaults)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var child: pid_t = 0
    let code = Self.withCStrings(arguments) { words in
      guard let environment else {
        return posix_spawnp(&child, program, &actions, &attributes, words, environ)
      }
      return Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) {
        posix_spawnp(&child, program, &actions, &attributes, words, $0)
      }
    }
    guard code == 0 else { throw SystemCallError(call: program, code: code) }
    return child
  }

  /// Makes a pipe whose ends are closed in programs that this one starts.
  static func pipe() throws(SystemCallError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard wattle_pipe(&ends) == 0 else { throw SystemCallError(call: "pipe") }
    return (ends[0], ends[1])
  }

  /// Calls `body` with a null-terminated array of C strings.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
  }
}
