/// Which source a study wants.
public enum EnergySourceChoice: String, Codable, CaseIterable, Sendable {
  /// The most trustworthy that works here.
  case auto
  /// The processor's counters, or nothing.
  case powercap
  /// The model, even where a counter works.
  case powerModel = "power-model"
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
      processor: host.processor, reservedCPUs: environment.reservedCPUs ?? host.availableProcessors)
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
        root: environment.root, files: environment.files, logicalCPUs: host.logicalProcessors)
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
