import Glibc

/// The descriptors 0 to 2.
enum StandardStreams {
  /// Puts `/dev/null` in the place of those that were closed when this program was started, so that no file that it opens
  /// gets such a number and with it what is meant for a terminal.
  ///
  /// Standard input is opened for writing and the others for reading: whoever uses one is told that it is closed, as before.
  /// Programs that are started from here find them closed.
  static func fill() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is given, which is this one.
      _ = open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
    }
  }
}
