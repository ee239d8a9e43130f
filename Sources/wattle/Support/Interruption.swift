import Foundation
import Synchronization

/// Counts the requests to stop: Ctrl-C and SIGTERM.
///
/// The first asks to finish running trainings and write everything; the second to stop at once.
enum Interruption {
  private static let requests = Atomic<Int>(0)
  private static let lastSignal = Atomic<Int>(0)

  /// Begins to count instead of dying.
  static func watch() {
    // A worker that died is noticed when writing to it fails.
    signal(SIGPIPE, SIG_IGN)
    // Whoever started this program may have left them blocked.
    var requests = sigset_t()
    sigemptyset(&requests)
    sigaddset(&requests, SIGINT)
    sigaddset(&requests, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &requests, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.requests.add(1, ordering: .relaxed)
        Interruption.lastSignal.store(Int(number), ordering: .relaxed)
      }
    }
  }

  /// Whether someone asked to stop.
  static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Whether someone asked twice.
  static var isUrgent: Bool { requests.load(ordering: .relaxed) > 1 }

  /// Whether it was Ctrl-C.
  static var isFromKeyboard: Bool { lastSignal.load(ordering: .relaxed) == Int(SIGINT) }
}
