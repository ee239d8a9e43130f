import Foundation
import SearchSpaces

/// A program of the scheduler, started with a list of arguments: no shell reads them.
struct SchedulerCommand {
  /// The program's name, which is looked for on the path, or its path.
  var name: String
  /// Its arguments after the name.
  var arguments: [String]
  /// Its environment; nil for this process's own.
  var environment: [String: String]?

  /// What a program said.
  struct Answer: Sendable {
    /// Whether there is such a program.
    var isStarted = true
    /// Whether it ended with the code 0.
    var isFine: Bool
    /// Standard output.
    var output: String
    /// Standard error or what became of the program, in one line.
    var complaint: String
  }

  /// More than this no answer may have: some 100,000 tasks.
  private static let longestAnswer = 64 << 20
  /// Of what it complains of only the end is kept.
  private static let longestComplaint = 2_000

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
      return Answer(isStarted: false, isFine: false, output: "", complaint: "\(error)")
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
          if index == 1 { texts[1].removeFirst(max(0, texts[1].count - Self.longestComplaint)) }
        } else if count == 0 || errno != EINTR {
          descriptors[index].fd = -1
        }
      }
    }
    close(process.output)
    close(process.errors)
    var status: Int32 = 0
    while waitpid(process.identifier, &status, 0) < 0 && errno == EINTR {}
    return answer(status: status, texts, isKilled: isKilled, timeoutSeconds)
  }

  private func answer(
    status: Int32, _ texts: [[UInt8]], isKilled: Bool, _ timeoutSeconds: Double
  ) -> Answer {
    var complaint = String(decoding: texts[1], as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " ").onOneLine(limit: 500)
    let (signal, code) = (status & 0x7f, (status >> 8) & 0xff)
    // What these complained of before does not tell what they have done.
    if isKilled, texts[0].count > Self.longestAnswer {
      complaint = "\(name) did not answer but with more than \(UnitText.bytes(Self.longestAnswer))"
    } else if isKilled {
      complaint = "\(name) did not answer in \(Int(timeoutSeconds)) s"
    } else if signal != 0 {
      complaint = "\(name) did not answer: signal \(signal) ended it"
    } else if code != 0, complaint.isEmpty {
      complaint = "\(name) did not answer: it ended with code \(code)"
    }
    return Answer(
      isFine: status == 0 && !isKilled, output: String(decoding: texts[0], as: UTF8.self),
      complaint: complaint)
  }

  private func start() throws(SystemCallError) -> (identifier: pid_t, output: Int32, errors: Int32) {
    let output = try ChildProcess.pipe()
    var unread = [output.reading]
    defer { for descriptor in unread + [output.writing] { close(descriptor) } }
    let errors = try ChildProcess.pipe()
    unread.append(errors.reading)
    defer { close(errors.writing) }
    let process = ChildProcess(
      program: name, arguments: [name] + arguments, environment: environment,
      descriptors: [(output.writing, STDOUT_FILENO), (errors.writing, STDERR_FILENO)])
    let identifier = try process.start()
    unread = []
    return (identifier, output.reading, errors.reading)
  }
}
