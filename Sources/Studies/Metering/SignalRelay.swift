internal import CSystem
import Glibc

/// Hands on to the command what others send to this process, and tells when a child has ended.
///
/// The command is in this process's group. What was sent to the whole group, it has already, and must not get twice:
/// a key on the terminal, such as Ctrl-C, which the kernel marks as its own; and what a process sent to the group,
/// which a witness in the group shows that exists only for that.
///
/// Nothing that is caught ends this process: it has yet to say what it found.
final class SignalRelay {
  /// The first signal that came and asks to end; nil if none did.
  private(set) var endingSignal: Int32?
  /// The process that shows what is sent to the group; it is no part of the command.
  private(set) var witness: pid_t?

  private let events: Int32
  private static let endings = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]
  private static let others = [SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT, SIGCHLD]
  /// Microseconds in which a signal to a group has reached all its members.
  private static let spreadingTime: UInt32 = 2000

  /// Begins to catch signals.
  ///
  /// - Throws: ``SystemCallError`` if the system does not let them be caught.
  init() throws(SystemCallError) {
    let numbers = Self.endings + Self.others
    events = wattle_catch_signals(numbers, Int32(numbers.count))
    guard events >= 0 else { throw SystemCallError(call: "sigaction") }
    startWitness()
  }

  deinit { Self.end(witness) }

  /// Waits for a signal and hands on what came.
  ///
  /// - Parameters:
  ///   - seconds: how long to wait at most.
  ///   - command: the process that signals are handed on to; nil if there is none.
  func wait(seconds: Double, command: pid_t?) {
    var descriptor = pollfd(fd: events, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32((max(0, min(seconds, 60)) * 1000).rounded(.up))
    guard poll(&descriptor, 1, milliseconds) > 0 else { return }
    var signals = next()
    guard signals.contains(where: { $0.number != SIGCHLD }) else { return }
    usleep(Self.spreadingTime)
    // What is pending in a witness stays so: what comes from now on needs a new one, which is there before the old one
    // goes, and which has seen nothing of what is dealt with here.
    var sentToGroup: UInt64 = 0
    repeat {
      let old = witness
      startWitness()
      signals += next()
      sentToGroup |= Self.pending(in: old)
      Self.end(old)
    } while Self.pending(in: witness) != 0
    for signal in signals where signal.number != SIGCHLD {
      if Self.endings.contains(signal.number) { endingSignal = endingSignal ?? signal.number }
      let isKnown = signal.from_kernel != 0 || sentToGroup & (1 << UInt64(signal.number - 1)) != 0
      if let command, !isKnown { kill(command, signal.number) }
    }
    if signals.contains(where: { $0.number == SIGTSTP }) { wattle_stop() }
  }

  private func next() -> [wattle_signal] {
    var signals: [wattle_signal] = []
    var signal = wattle_signal()
    while read(events, &signal, MemoryLayout<wattle_signal>.size) == MemoryLayout<wattle_signal>.size {
      signals.append(signal)
    }
    return signals
  }

  /// The signals that wait in a witness, a bit each, the first for signal 1.
  private static func pending(in witness: pid_t?) -> UInt64 {
    guard let witness else { return 0 }
    let mask = ProcessFile().read("/proc/\(witness)/status") { bytes -> UInt64? in
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      where line.hasPrefix("ShdPnd:") {
        return UInt64(line.dropFirst("ShdPnd:".count).drop { $0 == "\t" }, radix: 16)
      }
      return nil
    }
    return (mask ?? nil) ?? 0
  }

  private func startWitness() {
    let process = wattle_start_witness()
    witness = process > 0 ? process : nil
  }

  private static func end(_ witness: pid_t?) {
    guard let witness else { return }
    kill(witness, SIGKILL)
    while waitpid(witness, nil, 0) < 0 && errno == EINTR {}
  }
}
