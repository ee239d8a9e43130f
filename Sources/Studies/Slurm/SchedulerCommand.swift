internal import CSystem
import Foundation
import SearchSpaces

/// A program of the scheduler, started with a list of arguments: no shell reads them.
struct SchedulerCommand {
  /// The program's name, which is looked for on the path, or its path.
  var name: String
  /// Its arguments after the name.
  var arguments: [String]

  /// What a program said.
  struct Answer: Sendable {
    /// Whether it ended with the code 0.
    var isFine: Bool
    /// Standard output.
    var output: String
    /// Standard error or what became of the program, in one line.
    var complaint: String
  }

  /// More than this no answer may have: some 100,000 tasks.
  private static let longestAnswer = 64 << 20

  /// Runs the program to its end.
  ///
  /// It has a process group of its own, so that Ctrl-C on the terminal does not cut a submission in two.
  ///
  /// - Parameter timeoutSeconds: then it is killed, and its answer is none.
  func run(timeoutSeconds: Double) -> Answer {
    let process: (identifier: pid_t, output: Int32, errors: Int32)
    do {
      process = try start()
    } catch {
      return Answer(isFine: false, output: "", complaint: "\(error)")
    }
    let deadline = monotonicSeconds() + timeoutSeconds
    var texts = [[UInt8](), [UInt8]()]
    var descriptors = [process.output, process.errors].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    var isKilled = false
    while descriptors.contains(where: { $0.fd >= 0 }) {
      let rest = deadline - monotonicSeconds()
      if rest <= 0 || texts[0].count > Self.longestAnswer {
        isKilled = true
        kill(process.identifier, SIGKILL)
        break
      }
      guard poll(&descriptors, nfds_t(descriptors.count), Int32(min(rest, 1) * 1000) + 1) > 0 else {
        continue
      }
      for index in descriptors.indices where descriptors[index].revents != 0 {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptors[index].fd, &chunk, chunk.count)
        if count > 0 {
          texts[index].append(contentsOf: chunk[..<count])
        } else if count == 0 || errno != EINTR {
          descriptors[index].fd = -1
        }
      }
    }
    close(process.output)
    close(process.errors)
    var status: Int32 = 0
    while waitpid(process.identifier, &status, 0) < 0 && errno == EINTR {}
    return answer(status: status, texts, hasTimedOut: isKilled, timeoutSeconds)
  }

  private func answer(
    status: Int32, _ texts: [[UInt8]], hasTimedOut: Bool, _ timeoutSeconds: Double
  ) -> Answer {
    var complaint = String(decoding: texts[1].suffix(2_000), as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " ").onOneLine(limit: 500)
    if hasTimedOut {
      complaint = "\(name) did not answer in \(Int(timeoutSeconds)) s"
    } else if status != 0, complaint.isEmpty {
      complaint = "\(name) ended with code \((status >> 8) & 0xff)"
    }
    return Answer(
      isFine: status == 0 && !hasTimedOut, output: String(decoding: texts[0], as: UTF8.self),
      complaint: complaint)
  }

  private func start() throws -> (identifier: pid_t, output: Int32, errors: Int32) {
    func pipe() throws(SystemCallError) -> [Int32] {
      var ends: [Int32] = [0, 0]
      guard wattle_pipe(&ends) == 0 else { throw SystemCallError(call: "pipe") }
      return ends
    }
    let output = try pipe()
    let errors: [Int32]
    do { errors = try pipe() } catch {
      output.forEach { close($0) }
      throw error
    }
    defer {
      close(output[1])
      close(errors[1])
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors[1], STDERR_FILENO)
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
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var child: pid_t = 0
    let copies = ([name] + arguments).map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let code = posix_spawnp(&child, name, &actions, &attributes, copies + [nil], environ)
    guard code == 0 else {
      close(output[0])
      close(errors[0])
      throw SystemCallError(call: name, code: code)
    }
    return (child, output[0], errors[0])
  }
}
