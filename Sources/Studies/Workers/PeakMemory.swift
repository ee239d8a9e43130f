import Glibc

/// The largest resident size of this process since the last reset, or since its start.
enum PeakMemory {
  static func reset() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, "5", 1)
    close(descriptor)
  }

  /// Nil where the kernel does not tell.
  static func bytes() -> Int? {
    guard let status = try? readSmallFile("/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        .flatMap({ Int($0) })
    else { return nil }
    return kibibytes * 1024
  }
}
