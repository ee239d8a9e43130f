import Foundation

/// The system's words for an error, and what to do where a disk or a limit is full.
///
/// - Parameter code: the error's number; by default that of the last system call.
public func systemReason(_ code: Int32 = errno) -> String {
  let words = String(cString: strerror(code))
  return switch code {
  case ENOSPC, EDQUOT: words + "; free some space"
  case EMFILE: words + "; raise the limit of open files (ulimit -n), or take fewer workers (--workers)"
  case EAGAIN:
    words
      + "; raise the limits of processes and memory (ulimit -u, ulimit -v), or take fewer workers (--workers)"
  case EISDIR: words + "; take the folder away, or choose another path"
  case EFBIG: words + "; raise the limit of file sizes (ulimit -f)"
  default: words
  }
}

/// The system's words for the cause of an error that Foundation threw.
public func systemReason(behind error: any Error) -> String {
  let whole = error as NSError
  let cause = whole.userInfo[NSUnderlyingErrorKey] as? NSError ?? whole
  return cause.domain == NSPOSIXErrorDomain
    ? systemReason(Int32(cause.code)) : "the system gave no reason; look at the file and its folder"
}

/// The signal by which the kernel ends a program that writes beyond the limit of file sizes, `ulimit -f`.
public enum FileSizeSignal {
  /// Whether this program was started with the signal ignored.
  private static let wasIgnored: Bool = {
    var action = sigaction()
    sigaction(SIGXFSZ, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
  }()

  /// Ignores the signal, so that the write fails and its error is reported.
  public static func ignore() {
    _ = wasIgnored
    signal(SIGXFSZ, SIG_IGN)
  }

  /// The signals that a metered command is to have as if this program were not there.
  static var changed: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    if !wasIgnored { sigaddset(&signals, SIGXFSZ) }
    return signals
  }
}
