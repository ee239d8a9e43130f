import EnergyMetering
import Foundation

/// A machine made of files in a temporary folder, with a clock that only moves when told.
final class FakeMachine: MeterClock, FileOpener {
  let root: String
  private(set) var time = 1_000.0
  /// What the counter of a simulated package shows.
  var microjoules: UInt64 = 0
  /// Paths, by their ending, that the kernel refuses to open, or to read any longer.
  var denied: Set<String> = []
  /// Paths, by their ending, whose next reads fail.
  var failing: Set<String> = []
  /// How many counters' reads go well before all fail; nil is endless.
  var readsUntilFailure: Int?
  /// The perf events of the machine.
  let perfEvents = FakePerfEvents()
  /// What happens to the machine while time passes.
  var whileSleeping: (Double) -> Void = { _ in }
  var whileLoaded: (Double) -> Void = { _ in }

  init(cpuinfo: String = FakeMachine.sapphireRapids, cpus: Int = 2) throws {
    root = NSTemporaryDirectory() + "fake-machine-" + UUID().uuidString
    let processors = (0..<cpus).map { "processor\t: \($0)\n\(cpuinfo)\n" }.joined(separator: "\n")
    try write("proc/cpuinfo", processors)
    try write("proc/meminfo", "MemTotal:        8000000 kB\n")
    try write("proc/self/status", "Cpus_allowed:\t3\n")
    setBusy(ticks: 0)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  static let sapphireRapids = """
    vendor_id\t: GenuineIntel
    cpu family\t: 6
    model\t\t: 143
    model name\t: Intel(R) Xeon(R) Platinum 8480+
    stepping\t: 8
    siblings\t: 112
    cpu cores\t: 56
    flags\t\t: fpu avx2 amx_tile avx512_fp16

    """

  func write(_ path: String, _ text: String) throws {
    let full = root + "/" + path
    try FileManager.default.createDirectory(
      atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    // Written in place, so that an open descriptor sees it as it would in sysfs.
    if let handle = FileHandle(forWritingAtPath: full) {
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(text.utf8))
      try handle.close()
    } else {
      try Data(text.utf8).write(to: URL(fileURLWithPath: full))
    }
  }

  static let packageRange: UInt64 = 262_143_328_850

  func zone(_ path: String, name: String, microjoules: UInt64, range: UInt64 = packageRange) throws {
    let folder = "sys/class/powercap/" + path
    try write(folder + "/name", name + "\n")
    try write(folder + "/max_energy_range_uj", "\(range)\n")
    try set(path, microjoules)
  }

  func set(_ path: String, _ microjoules: UInt64) throws {
    try write("sys/class/powercap/\(path)/energy_uj", "\(microjoules)\n")
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: root + "/" + path) }

  func setBusy(ticks: Int) {
    try? write("proc/stat", "cpu  \(ticks) 0 0 500000 77 0 0 33 0 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n")
  }

  func powercap(cpus: Int = 2) throws -> PowercapSource {
    try PowercapSource(root: root, files: self, clock: self, logicalCPUs: cpus)
  }

  func perf(cpus: Int = 2) throws -> PerfSource {
    try PerfSource(root: root, files: self, clock: self, events: perfEvents, logicalCPUs: cpus)
  }

  func hwmon(cpus: Int = 2) throws -> HardwareMonitorSource {
    try HardwareMonitorSource(root: root, files: self, clock: self, logicalCPUs: cpus)
  }

  func battery(cpus: Int = 2) throws -> BatterySource {
    try BatterySource(root: root, files: self, clock: self, logicalCPUs: cpus)
  }

  func meter(_ source: any EnergySource) throws -> EnergyMeter {
    try EnergyMeter(source: source, clock: self, root: root, files: self)
  }

  var environment: MeterEnvironment {
    MeterEnvironment(
      root: root, files: self, perfEvents: perfEvents, clock: self,
      load: { [unowned self] seconds in
        whileLoaded(seconds)
        time += seconds
      }, profiles: EnergyProfileFolder(path: root + "/profiles"))
  }

  func pass(_ seconds: Double) { time += seconds }

  /// For how long the machine was suspended.
  var suspended = 0.0

  // MeterClock
  func suspendedSeconds() -> Double { suspended }
  func now() -> Double { time }
  func sleep(seconds: Double) {
    whileSleeping(seconds)
    time += seconds
  }

  // FileOpener
  func entries(of folder: String) throws(FileAccessError) -> [String] {
    if denied.contains(where: { folder.hasSuffix($0) }) { throw .denied(folder) }
    return try SystemFiles().entries(of: folder)
  }
  func contents(of path: String, atMost limit: Int) throws(FileAccessError) -> String {
    if denied.contains(where: { path.hasSuffix($0) }) { throw .denied(path) }
    return try SystemFiles().contents(of: path, atMost: limit)
  }
  func open(_ path: String) throws(FileAccessError) -> any RereadableFile {
    if denied.contains(where: { path.hasSuffix($0) }) { throw .denied(path) }
    return FlakyFile(try SystemFiles().open(path), path: path, machine: self)
  }

  private final class FlakyFile: RereadableFile {
    let file: any RereadableFile
    let path: String
    unowned let machine: FakeMachine
    private var isGone = false
    init(_ file: any RereadableFile, path: String, machine: FakeMachine) {
      self.file = file
      self.path = path
      self.machine = machine
    }
    func read<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(FileAccessError) -> Result {
      // A descriptor of a sysfs file outlives the file, but gives nothing.
      if access(path, F_OK) != 0 { isGone = true }
      if isGone { throw .failed(path, reason: "No such device") }
      if machine.denied.contains(where: { path.hasSuffix($0) }) { throw .denied(path) }
      if path.hasSuffix("energy_uj"), let reads = machine.readsUntilFailure {
        machine.readsUntilFailure = reads - 1
        if reads <= 0 { throw .failed(path, reason: "I/O error") }
      }
      if machine.failing.contains(where: { path.hasSuffix($0) }) { throw .failed(path, reason: "I/O error") }
      return try file.read(body)
    }
  }
}

extension ConsumerActivity {
  init(_ id: String, _ cpuSeconds: Double, bytes: Int = 0) {
    self.init(id: id, cpuSeconds: cpuSeconds, residentBytes: bytes)
  }
}

extension Double {
  /// Equal but for rounding.
  func isNear(_ other: Double, relative: Double = 1e-9) -> Bool {
    abs(self - other) <= relative * Swift.max(abs(self), abs(other), 1e-12)
  }
}
