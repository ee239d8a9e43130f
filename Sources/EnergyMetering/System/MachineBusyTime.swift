import Glibc

/// CPU seconds that the whole machine has been busy, from `/proc/stat`.
///
/// Counts user, nice, system and interrupt time; not idle, not waiting for input, and not time stolen by other
/// guests of the host. The kernel counts in ticks of usually 10 ms.
final class MachineBusyTime {
  private let file: any RereadableFile
  private let secondsPerTick: Double

  init(root: String, files: any FileOpener) throws(FileAccessError) {
    file = try files.open(root + "/proc/stat")
    secondsPerTick = 1 / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
  }

  /// Seconds since the machine started, or nil if they cannot be read now.
  func seconds() -> Double? {
    let ticks = try? file.read { bytes -> UInt64? in
      guard bytes.starts(with: "cpu ".utf8) else { return nil }
      // user nice system idle iowait irq softirq steal …; guest time is inside user.
      var fields: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0)
      return withUnsafeMutableBytes(of: &fields) { raw -> UInt64? in
        let fields = raw.bindMemory(to: UInt64.self)
        var index = -1
        var insideNumber = false
        for byte in bytes.dropFirst(4) {
          if byte >= 48 && byte <= 57 {
            if !insideNumber { index += 1 }
            if index > 6 { break }
            insideNumber = true
            fields[index] = fields[index] &* 10 &+ UInt64(byte - 48)
          } else {
            if byte == 10 { break }
            insideNumber = false
          }
        }
        guard index >= 6 else { return nil }
        return fields[0] &+ fields[1] &+ fields[2] &+ fields[5] &+ fields[6]
      }
    }
    return (ticks ?? nil).map { Double($0) * secondsPerTick }
  }
}
