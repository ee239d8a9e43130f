/// The machine as the meter sees it; tests put fakes in place of each part.
public struct MeterEnvironment {
  /// Put before `/sys` and `/proc`; empty for the machine itself.
  public var root: String
  /// Opens files.
  public var files: any FileOpener
  /// Opens perf events.
  public var perfEvents: any PerfEventOpener
  /// Tells the time.
  public var clock: any MeterClock
  /// Keeps the CPU busy for a number of seconds, for the self-test.
  public var load: (Double) -> Void
  /// Logical CPUs that the study keeps for itself; their idle time is idle energy. Nil: all it may use.
  public var reservedCPUs: Int?
  /// Where calibrations keep their profiles.
  public var profiles: EnergyProfileFolder

  /// The machine itself, unless a part is given.
  public init(
    root: String = "", files: any FileOpener = SystemFiles(),
    perfEvents: any PerfEventOpener = SystemPerfEvents(), clock: any MeterClock = SystemClock(),
    load: @escaping (Double) -> Void = CounterSelfTest.spin, reservedCPUs: Int? = nil,
    profiles: EnergyProfileFolder = EnergyProfileFolder()
  ) {
    self.root = root
    self.files = files
    self.perfEvents = perfEvents
    self.clock = clock
    self.load = load
    self.reservedCPUs = reservedCPUs
    self.profiles = profiles
  }
}
