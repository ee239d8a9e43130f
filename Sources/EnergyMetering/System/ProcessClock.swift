import Glibc

/// What a process has used so far: CPU time to the nanosecond, memory now and at its peak.
///
/// A process that has ended but has not been waited for still shows its final CPU time, though no memory; so a
/// parent can read a dead worker's clock before it reaps it.
///
/// ```swift
/// let worker = ProcessClock(processIdentifier: 4711)
/// let seconds = try worker.cpuSeconds()
/// ```
public struct ProcessClock: Sendable {
  /// The process that is looked at; nil is this one.
  public let processIdentifier: Int32?
  private let clock: clockid_t?

  /// The clock of this process.
  public init() {
    processIdentifier = nil
    clock = CLOCK_PROCESS_CPUTIME_ID
  }

  /// The clock of any process, also another user's.
  public init(processIdentifier: Int32) {
    self.processIdentifier = processIdentifier
    var clock = clockid_t()
    self.clock = clock_getcpuclockid(processIdentifier, &clock) == 0 ? clock : nil
  }

  /// CPU seconds, user and system, of all the process's threads since it began.
  ///
  /// - Throws: `ProcessClockError.gone` once the process has ended and been waited for.
  /// - Complexity: one system call.
  public func cpuSeconds() throws(ProcessClockError) -> Double {
    var time = timespec()
    guard let clock, clock_gettime(clock, &time) == 0 else { throw .gone(processIdentifier ?? getpid()) }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Bytes of physical memory that the process holds now, from `/proc/PID/statm`.
  ///
  /// - Complexity: three system calls, some microseconds; the meter asks this of every process at every look.
  public func residentBytes() throws(ProcessClockError) -> Int {
    let path = processIdentifier.map { "/proc/\($0)/statm" } ?? "/proc/self/statm"
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .gone(processIdentifier ?? getpid()) }
    defer { close(file) }
    let pages = withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { text -> Int? in
      let count = read(file, text.baseAddress, text.count)
      return count > 0 ? Self.secondNumber(in: text[..<count]) : nil
    }
    guard let pages else { throw .unreadable("statm") }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  /// The second of some numbers that stand behind each other in decimal digits.
  private static func secondNumber(in text: Slice<UnsafeMutableRawBufferPointer>) -> Int? {
    guard let space = text.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let digits = text[(space + 1)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard (1...15).contains(digits.count) else { return nil }
    return digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
  }

  /// Most bytes of physical memory that the process ever held: `VmHWM` of `/proc/PID/status`.
  public func peakResidentBytes() throws(ProcessClockError) -> Int {
    for line in try contents("status").split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if fields.count > 1, let kibibytes = Int(fields[1]) { return kibibytes * 1024 }
    }
    throw .unreadable("status")
  }

  private func contents(_ name: String) throws(ProcessClockError) -> String {
    let folder = processIdentifier.map { "/proc/\($0)" } ?? "/proc/self"
    do { return try SystemFiles().contents(of: "\(folder)/\(name)") } catch {
      throw .gone(processIdentifier ?? getpid())
    }
  }
}

/// Why a process's use could not be read.
public enum ProcessClockError: Error, Equatable, CustomStringConvertible {
  /// There is no such process, or not any more.
  case gone(Int32)
  /// The kernel's file has an unknown form.
  case unreadable(String)

  /// The message for people.
  public var description: String {
    switch self {
    case .gone(let identifier): "process \(identifier) does not exist (any more)"
    case .unreadable(let name): "the form of the kernel's file `\(name)` is not known"
    }
  }
}
