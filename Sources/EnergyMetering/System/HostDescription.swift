import Glibc

/// The machine that a study ran on, for `host.json`.
public struct HostDescription: Codable, Hashable, Sendable {
  /// What the processor says of itself.
  public var processor: ProcessorIdentity
  /// The processor's family, or the possible ones, and how it was recognised.
  public var recognition: String
  /// Logical CPUs of the machine.
  public var logicalProcessors: Int
  /// Logical CPUs that this process may run on.
  public var availableProcessors: Int
  /// Physical cores, as far as the machine says; on a virtual machine this may be wrong.
  public var physicalCores: Int
  /// Bytes of memory.
  public var memoryBytes: Int
  /// The kernel, such as `6.12.1`.
  public var kernelRelease: String
  /// How many CPUs' time the control group allows; nil where there is no limit.
  public var cpuQuota: Double?

  /// Looks at the machine.
  ///
  /// - Parameter root: Put before `/proc` and `/sys`; empty for the machine itself.
  public init(root: String = "", files: any FileOpener = SystemFiles()) {
    let cpuinfo = (try? files.contents(of: root + "/proc/cpuinfo")) ?? ""
    processor = ProcessorIdentity(cpuinfo: cpuinfo)
    recognition = ProcessorRecognition(processor).detail
    let lines = cpuinfo.split(separator: "\n")
    let listed = lines.count { $0.hasPrefix("processor\t") }
    logicalProcessors = max(1, listed > 0 ? listed : sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    availableProcessors = min(
      logicalProcessors,
      Self.allowedCPUs((try? files.contents(of: root + "/proc/self/status")) ?? "") ?? logicalProcessors)
    physicalCores = Self.cores(lines) ?? logicalProcessors
    memoryBytes = Self.memory((try? files.contents(of: root + "/proc/meminfo")) ?? "")
    kernelRelease = Self.kernel()
    cpuQuota = Self.quota(root: root, files: files)
  }

  /// CPUs of the process's affinity mask, which the kernel writes in hexadecimal.
  private static func allowedCPUs(_ status: String) -> Int? {
    for line in status.split(separator: "\n") where line.hasPrefix("Cpus_allowed:") {
      let digits = line.drop { $0 != ":" }.compactMap(\.hexDigitValue)
      let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
      return count > 0 ? count : nil
    }
    return nil
  }

  /// Distinct pairs of package and core.
  private static func cores(_ lines: [Substring]) -> Int? {
    var package = ""
    var cores: Set<String> = []
    for line in lines {
      let value = String(line.drop { $0 != ":" })
      if line.hasPrefix("physical id") { package = value }
      if line.hasPrefix("core id") { cores.insert(package + value) }
    }
    return cores.isEmpty ? nil : cores.count
  }

  private static func memory(_ meminfo: String) -> Int {
    for line in meminfo.split(separator: "\n") where line.hasPrefix("MemTotal:") {
      let fields = line.split(separator: " ")
      if fields.count > 1, let kibibytes = Int(fields[1]) { return kibibytes * 1024 }
    }
    return 0
  }

  private static func kernel() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "" }
    return withUnsafeBytes(of: &name.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The limit of control groups, version 2: `quota period` in microseconds, or `max`.
  private static func quota(root: String, files: any FileOpener) -> Double? {
    let membership = (try? files.contents(of: root + "/proc/self/cgroup")) ?? ""
    let own = membership.split(separator: "\n").first { $0.hasPrefix("0::") }.map { $0.dropFirst(3) } ?? "/"
    for group in Set([String(own), "/"]).sorted(by: >) {
      let path = root + "/sys/fs/cgroup" + (group == "/" ? "" : group) + "/cpu.max"
      guard let fields = (try? files.contents(of: path))?.split(whereSeparator: \.isWhitespace) else {
        continue
      }
      if fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 {
        return quota / period
      }
    }
    return nil
  }
}
