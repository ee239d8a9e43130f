internal import CSystem
import Foundation

/// A command to be started and metered: its words, kept as the bytes that they came as.
public struct MeteredCommand: Sendable {
  /// The program and its arguments, each ending in a zero.
  let words: [[CChar]]

  /// A command of the given words, the program first.
  ///
  /// - Precondition: there is at least one word.
  public init(_ words: [String]) {
    precondition(!words.isEmpty, "a command has at least one word")
    self.words = words.map { Array($0.utf8CString) }
  }

  /// The last arguments of this process as a command.
  ///
  /// A file's name need not be valid UTF-8; the command gets the bytes that the shell gave, not a text made of them.
  ///
  /// - Precondition: the process has at least `count` arguments, and `count` is positive.
  public init(lastArguments count: Int) {
    let all = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    precondition(
      (1..<all.count).contains(count), "the process has fewer arguments than the command has words")
    words = all.suffix(count).map { word in
      guard let word else { return [0] }
      return Array(UnsafeBufferPointer(start: word, count: strlen(word) + 1))
    }
  }

  /// The words as text, for people.
  public var texts: [String] {
    words.map { word in String(decoding: word.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
  }

  /// Starts the command with this process's files, environment, folder and process group.
  ///
  /// The program is looked up along `PATH`, and a file without a known header is given to the shell, both as
  /// `execvp` does it.
  ///
  /// - Returns: the process identifier, once the process has become the program.
  /// - Throws: ``CommandNotStarted``.
  func start() throws(CommandNotStarted) -> pid_t {
    let program = words[0]
    // Without a slash the program is in one of PATH's folders; an empty folder is the current one.
    let isPath = program.dropLast().contains(CChar(UInt8(ascii: "/")))
    let folders = isPath || program.count == 1 ? [""] : Self.searchPath
    var isForbidden = false
    for folder in folders {
      let prefix = folder.isEmpty ? [] : Array(folder.utf8CString.dropLast()) + [CChar(UInt8(ascii: "/"))]
      var (code, child) = Self.spawn(prefix + program, words)
      if code == ENOEXEC {
        (code, child) = Self.spawn(
          Array("/bin/sh".utf8CString), [Array("sh".utf8CString), prefix + program] + words.dropFirst())
      }
      switch code {
      case 0: return child
      case ENOENT, ENOTDIR: continue
      case EACCES where !isPath: isForbidden = true
      default: throw CommandNotStarted(program: texts[0], code: code)
      }
    }
    throw CommandNotStarted(program: texts[0], code: isForbidden ? EACCES : ENOENT)
  }

  private static var searchPath: [String] {
    guard let path = getenv("PATH") else { return ["/bin", "/usr/bin"] }
    return String(cString: path).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
  }

  private static func spawn(_ path: [CChar], _ words: [[CChar]]) -> (Int32, pid_t) {
    let arguments = words.map { strdup($0) }
    defer { arguments.forEach { free($0) } }
    var ends: [Int32] = [-1, -1]
    guard wattle_pipe(&ends) == 0 else { return (errno, 0) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = FileSizeSignal.changed
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var child: pid_t = 0
    let code = posix_spawn(&child, path, nil, &attributes, arguments + [nil], environ)
    close(ends[1])
    // The pipe's other end closes when the process has let go of this one's memory, which would count as its own.
    if code == 0 {
      var byte: UInt8 = 0
      while read(ends[0], &byte, 1) < 0 && errno == EINTR {}
    }
    close(ends[0])
    return (code, child)
  }
}

/// A command that could not be started, with the exit code that shells and `env` give for it.
public struct CommandNotStarted: Error, Equatable, CustomStringConvertible {
  /// The command's first word.
  public var program: String
  /// The system's error number.
  public var code: Int32

  /// 127 if there is no such program, 126 if it cannot be run.
  public var exitCode: Int32 { code == ENOENT || code == ENOTDIR ? 127 : 126 }

  /// The message for people.
  public var description: String {
    exitCode == 127
      ? "\(program): command not found; look at its spelling and at PATH"
      : "\(program): cannot be run: \(String(cString: strerror(code)))"
  }
}
