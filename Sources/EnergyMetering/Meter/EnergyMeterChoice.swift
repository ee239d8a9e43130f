extension EnergyMeter {
  /// Looks at the sources from the most trustworthy on, takes the first that works or the one that is wanted, and says
  /// how each of those that it looked at stands.
  ///
  /// The order is powercap, perf events, hardware monitoring, battery, model. The self-test of a source's counters
  /// takes 0.4 s.
  ///
  /// - Throws: `EnergySourceUnusable` if the wanted source does not work here, never for `auto`; `EnergyProfileError` if
  ///   the model is taken and a stored profile is damaged.
  public static func choose(
    source choice: EnergySourceChoice, environment: MeterEnvironment = MeterEnvironment()
  ) throws -> (meter: EnergyMeter, report: EnergySourceReport) {
    let (meter, report) = try firstThatWorks(
      of: choice == .auto ? EnergySourceChoice.sources : [choice], environment)
    if let meter { return (meter, report) }
    let last = report.sources.last
    throw EnergySourceUnusable(
      source: choice.rawValue, state: last?.state ?? .absent, reason: last?.detail ?? "there is none")
  }

  /// Takes the most trustworthy of the counters that work here: powercap, perf events, hardware monitoring. It shares by
  /// CPU time, whatever profiles there are.
  ///
  /// - Throws: ``NoCounterError`` if none does.
  public static func chooseCounter(
    environment: MeterEnvironment = MeterEnvironment()
  ) throws -> (meter: EnergyMeter, report: EnergySourceReport) {
    var environment = environment
    environment.profiles = EnergyProfileFolder(path: nil)
    let (meter, report) = try firstThatWorks(of: [.powercap, .perf, .hwmon], environment)
    guard let meter else {
      let host = HostDescription(root: environment.root, files: environment.files)
      throw NoCounterError(
        sources: report.sources,
        access: EnergyAccess.advice(for: report, host: host, environment: environment),
        canUseProfiles: EnergyProfile.canServe(host.processor))
    }
    return (meter, report)
  }

  private static func firstThatWorks(
    of candidates: [EnergySourceChoice], _ environment: MeterEnvironment
  ) throws -> (meter: EnergyMeter?, report: EnergySourceReport) {
    let search = EnergySourceSearch(environment)
    var reports: [EnergySourceReport.Source] = []
    for candidate in candidates {
      let (source, report) = try search.look(at: candidate)
      reports.append(report)
      guard let source else { continue }
      do {
        let meter = try EnergyMeter(
          source: source, clock: environment.clock, root: environment.root, files: environment.files)
        return (
          meter,
          EnergySourceReport(
            chosen: source.name, sources: reports,
            profileNotes: search.profiles.unreadable.map { "\($0)" })
        )
      } catch {
        // It worked a moment ago.
        reports[reports.count - 1].state = .refused
        reports[reports.count - 1].detail = (error as? EnergySourceUnusable)?.reason ?? "\(error)"
      }
    }
    return (nil, EnergySourceReport(chosen: "", sources: reports))
  }
}

extension EnergySourceReport {
  /// Looks at every source, also behind the first that works, and says which one `auto` takes.
  ///
  /// - Complexity: 0.4 s for each source that has counters.
  public static func survey(_ environment: MeterEnvironment = MeterEnvironment()) -> EnergySourceReport {
    let search = EnergySourceSearch(environment)
    let reports = EnergySourceChoice.sources.map(search.report)
    let chosen = reports.first { $0.isUsable }?.name ?? EnergySourceChoice.powerModel.rawValue
    return EnergySourceReport(chosen: chosen, sources: reports)
  }
}

/// Finds and tests a machine's sources.
private struct EnergySourceSearch {
  let environment: MeterEnvironment
  let host: HostDescription
  let ceiling: PowerCeiling
  let profiles: EnergyProfileFolder.Contents

  init(_ environment: MeterEnvironment) {
    self.environment = environment
    host = HostDescription(root: environment.root, files: environment.files)
    ceiling = PowerCeiling.ofPackages(root: environment.root, files: environment.files, host: host)
    profiles = environment.profiles.contents(for: host.processor, files: environment.files)
  }

  /// A source that works, or nil, and how it stands.
  ///
  /// - Throws: `EnergyProfileError`.
  func look(
    at choice: EnergySourceChoice
  ) throws -> (source: (any EnergySource)?, report: EnergySourceReport.Source) {
    let (root, files, clock) = (environment.root, environment.files, environment.clock)
    let cpus = host.logicalProcessors
    do {
      switch choice {
      case .auto, .powerModel: return look(at: try model())
      case .powercap:
        return try test(
          PowercapSource(root: root, files: files, clock: clock, logicalCPUs: cpus, ceiling: ceiling))
      case .perf:
        return try test(
          PerfSource(
            root: root, files: files, clock: clock, events: environment.perfEvents, logicalCPUs: cpus,
            ceiling: ceiling))
      case .hwmon:
        return try test(
          HardwareMonitorSource(root: root, files: files, clock: clock, logicalCPUs: cpus, ceiling: ceiling))
      case .battery:
        let battery = try BatterySource(root: root, files: files, clock: clock, logicalCPUs: cpus)
        return (
          battery,
          EnergySourceReport.Source(name: battery.name, state: .usable, detail: battery.provenance.detail)
        )
      }
    } catch let error as EnergyProfileError {
      throw error
    } catch let error as EnergySourceUnusable {
      return (
        nil, EnergySourceReport.Source(name: choice.rawValue, state: error.state, detail: error.reason)
      )
    } catch {
      return (nil, EnergySourceReport.Source(name: choice.rawValue, state: .refused, detail: "\(error)"))
    }
  }

  /// How a source stands; a damaged profile stands against the model.
  func report(on choice: EnergySourceChoice) -> EnergySourceReport.Source {
    do { return try look(at: choice).report } catch {
      return EnergySourceReport.Source(name: choice.rawValue, state: .refused, detail: "\(error)")
    }
  }

  private func model() throws -> PowerModel {
    if let damaged = profiles.damaged.first { throw damaged }
    return PowerModel(
      processor: host.processor, reservedCPUs: environment.reservedCPUs ?? host.availableProcessors,
      profile: profiles.profile?.profile)
  }

  private func look(at model: PowerModel) -> (source: (any EnergySource)?, report: EnergySourceReport.Source)
  {
    let detail = model.provenance.detail
    return (
      model,
      EnergySourceReport.Source(
        name: model.name, state: .usable,
        detail: model.profile != nil || model.recognition.isByModelNumber
          ? detail : "\(detail): \(model.recognition.detail)")
    )
  }

  private func test(
    _ source: CounterSource
  ) throws -> (source: (any EnergySource)?, report: EnergySourceReport.Source) {
    let test = try CounterSelfTest(source, clock: environment.clock, load: environment.load)
    if let refusal = test.refusal {
      return (
        nil,
        EnergySourceReport.Source(name: source.name, state: .refused, detail: refusal, selfTest: test)
      )
    }
    source.adopt(test)
    var notes = test.counters.compactMap(\.objection)
    source.profile = profiles.profile?.profile
    if let profile = source.profile { notes.append("shared out by a model \(profile.detail)") }
    notes += profiles.damaged.map { "\($0)" }
    return (
      source,
      EnergySourceReport.Source(
        name: source.name, state: .usable,
        detail: ([source.provenance.detail] + notes).joined(separator: "; "),
        selfTest: test)
    )
  }
}
