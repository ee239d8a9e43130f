/// Which source a study wants.
public enum EnergySourceChoice: String, Codable, CaseIterable, Sendable {
  /// The most trustworthy that works here.
  case auto
  /// The processor's counters, or nothing.
  case powercap
  /// The model, even where a counter works.
  case powerModel = "power-model"
}

/// Which sources work on this machine, and which was taken.
public struct EnergySourceReport: Codable, Hashable, Sendable {
  /// One source's state.
  public struct Source: Codable, Hashable, Sendable {
    /// Such as `powercap`.
    public var name: String
    /// Whether it works here.
    public var isUsable: Bool
    /// What it covers, or why it does not work.
    public var detail: String
    /// The figures of the self-test, if there was one.
    public var selfTest: CounterSelfTest?

    /// One source's state.
    public init(name: String, isUsable: Bool, detail: String, selfTest: CounterSelfTest? = nil) {
      self.name = name
      self.isUsable = isUsable
      self.detail = detail
      self.selfTest = selfTest
    }
  }

  /// The source that was taken.
  public var chosen: String
  /// All sources, the most trustworthy first.
  public var sources: [Source]

  /// A report.
  public init(chosen: String, sources: [Source]) {
    self.chosen = chosen
    self.sources = sources
  }
}

/// The machine as the meter sees it; tests put fakes in place of each part.
public struct MeterEnvironment {
  /// Put before `/sys` and `/proc`; empty for the machine itself.
  public var root: String
  /// Opens files.
  public var files: any FileOpener
  /// Tells the time.
  public var clock: any MeterClock
  /// Keeps the CPU busy for a number of seconds, for the self-test.
  public var load: (Double) -> Void
  /// Logical CPUs that the study keeps for itself; their idle time is idle energy. Nil: all it may use.
  public var reservedCPUs: Int?

  /// The machine itself, unless a part is given.
  public init(
    root: String = "", files: any FileOpener = SystemFiles(), clock: any MeterClock = SystemClock(),
    load: @escaping (Double) -> Void = CounterSelfTest.spin, reservedCPUs: Int? = nil
  ) {
    self.root = root
    self.files = files
    self.clock = clock
    self.load = load
    self.reservedCPUs = reservedCPUs
  }
}

extension EnergyMeter {
  /// Looks at every source, takes one, and says how each of them stands.
  ///
  /// The self-test of a counter takes 0.4 s.
  ///
  /// - Throws: `EnergySourceUnusable` if the wanted source does not work here; never for `auto`.
  public static func choose(
    source choice: EnergySourceChoice, environment: MeterEnvironment = MeterEnvironment()
  ) throws -> (meter: EnergyMeter, report: EnergySourceReport) {
    let host = HostDescription(root: environment.root, files: environment.files)
    let model = PowerModel(
      processor: host.processor, reservedCPUs: environment.reservedCPUs ?? host.availableLogicalCPUs)
    let (powercap, powercapReport) = tryPowercap(host: host, environment: environment)
    let modelReport = EnergySourceReport.Source(
      name: model.name, isUsable: true,
      detail: model.recognition.isByModelNumber
        ? model.provenance.detail : "\(model.provenance.detail): \(model.recognition.detail)")

    let source: any EnergySource
    switch choice {
    case .auto: source = powercap ?? model
    case .powerModel: source = model
    case .powercap:
      guard let powercap else {
        throw EnergySourceUnusable(source: "powercap", reason: powercapReport.detail)
      }
      source = powercap
    }
    let meter = try EnergyMeter(
      source: source, clock: environment.clock, root: environment.root, files: environment.files)
    return (meter, EnergySourceReport(chosen: source.name, sources: [powercapReport, modelReport]))
  }

  private static func tryPowercap(
    host: HostDescription, environment: MeterEnvironment
  ) -> (PowercapSource?, EnergySourceReport.Source) {
    do {
      let source = try PowercapSource(
        root: environment.root, files: environment.files, logicalCPUs: host.logicalCPUs)
      let test = try CounterSelfTest(source, clock: environment.clock, load: environment.load)
      source.idleWatts = test.idleWatts
      let report = EnergySourceReport.Source(
        name: source.name, isUsable: test.refusal == nil, detail: test.refusal ?? source.provenance.detail,
        selfTest: test)
      return (test.refusal == nil ? source : nil, report)
    } catch let error as EnergySourceUnusable {
      return (nil, EnergySourceReport.Source(name: "powercap", isUsable: false, detail: error.reason))
    } catch {
      return (nil, EnergySourceReport.Source(name: "powercap", isUsable: false, detail: "\(error)"))
    }
  }
}
