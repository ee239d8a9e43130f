import ArgumentParser
import Foundation
import Synchronization

/// Counts the requests to stop: Ctrl-C, SIGTERM and SIGHUP.
///
/// The first asks to finish running trainings and write everything; the second to stop at once.
enum Interruption {
  private static let requests = Atomic<Int>(0)
  private static let lastSignal = Atomic<Int>(0)
  private static let endsAtOnce = Atomic<Bool>(false)

  /// Begins to count instead of dying.
  static func watch() {
    // A worker that died is noticed when writing to it fails.
    signal(SIGPIPE, SIG_IGN)
    // Whoever started this program may have left them blocked.
    var requests = sigset_t()
    sigemptyset(&requests)
    sigaddset(&requests, SIGINT)
    sigaddset(&requests, SIGTERM)
    sigaddset(&requests, SIGHUP)
    pthread_sigmask(SIG_UNBLOCK, &requests, nil)
    var hangUp = sigaction()
    sigaction(SIGHUP, nil, &hangUp)
    // `nohup` has it ignored, and means it.
    let ignoresHangUp = unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
    for number in ignoresHangUp ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        Interruption.requests.add(1, ordering: .relaxed)
        Interruption.lastSignal.store(Int(number), ordering: .relaxed)
        if Interruption.endsAtOnce.load(ordering: .relaxed) { _exit(number == SIGINT ? 130 : 75) }
      }
    }
  }

  /// Whether the first request ends the program at once, since nothing has begun that could be lost.
  static func endAtOnce(_ isWanted: Bool) { endsAtOnce.store(isWanted, ordering: .relaxed) }

  /// Whether someone asked to stop.
  static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Whether someone asked twice.
  static var isUrgent: Bool { requests.load(ordering: .relaxed) > 1 }

  /// What a command that was stopped exits with.
  static var exitCode: ExitCode { isFromKeyboard ? ExitStatus.interrupted : ExitStatus.tryAgain }

  /// Whether it was Ctrl-C.
  private static var isFromKeyboard: Bool { lastSignal.load(ordering: .relaxed) == Int(SIGINT) }
}
