/// A source that sums the machine's energy counters and shares the sum among processes by CPU time, or by a fitted model
/// where it was given one.
///
/// The sum is of the whole machine: it includes idle cores and other programs. What a counter adds between two
/// readings is the difference of its values, through wraps.
///
/// The counters are updated about every millisecond, so that an interval's edges are uncertain by 2 ms together: each
/// reading is bounded by 2 ms of the interval's mean power, or of the power since the beginning if that is more. Where a counter was reset, what it counted unseen is not
/// in the reading; the upper bound then holds the most that it can have been.
public class CounterSource: EnergySource {
  /// The name in files and reports.
  public let name: String
  /// Other programs' part is not the study's, so that the whole machine is looked at.
  public let needsMachineBusyTime = true
  /// The counters that are summed, such as `package-0` and `dram-0`.
  public var domains: [String] { counters.map(\.domain) }
  /// Where totals come from.
  public private(set) var provenance: EnergyProvenance
  /// Watts that the machine draws when it has nothing to do, measured by the self-test; 0 until then.
  public var idleWatts = 0.0
  /// The fitted model that says how much each process weighs in sharing; nil shares by CPU time.
  public var profile: EnergyProfile? {
    didSet { shareProvenance.detail = "share of \(kind) by \(key.text)" }
  }
  private var key: SharingKey { profile.map { .profile($0) } ?? .cpuTime }

  private(set) var counters: [EnergyCounter]
  private let kind: String
  private let clock: any MeterClock
  private let logicalCPUs: Int
  private var shareProvenance: EnergyProvenance
  private var idleProvenance: EnergyProvenance
  private var openWarnings: [String] = []
  private var startTime = 0.0

  /// - Parameter kind: What the counters are, in one or two words, such as `RAPL`.
  init(
    name: String, kind: String, counters: [EnergyCounter], clock: any MeterClock, logicalCPUs: Int
  ) {
    self.name = name
    self.kind = kind
    self.counters = counters
    self.clock = clock
    self.logicalCPUs = max(1, logicalCPUs)
    let domains = counters.map(\.domain)
    provenance = EnergyProvenance(
      source: name, domains: domains, tier: .measured, detail: "\(kind) \(domains.joined(separator: ", "))")
    shareProvenance = EnergyProvenance(
      source: name, domains: domains, tier: .attributed, detail: "share of \(kind) by CPU time")
    idleProvenance = EnergyProvenance(
      source: name, domains: domains, tier: .attributed, detail: "idle power and other programs")
  }

  /// Takes the self-test's idle power, and leaves out the counters that it objected to.
  func adopt(_ test: CounterSelfTest) {
    idleWatts = test.idleWatts
    let objectionable = Set(test.counters.filter { $0.objection != nil }.map(\.domain))
    counters.removeAll { objectionable.contains($0.domain) }
    provenance.domains = domains
    provenance.detail = "\(kind) \(domains.joined(separator: ", "))"
    shareProvenance.domains = domains
    idleProvenance.domains = domains
  }

  /// Starts anew at the counters' present values.
  public func begin() throws {
    let values = try counters.map { try $0.read() }
    let now = clock.now()
    for index in counters.indices { counters[index].begin(at: values[index], time: now) }
    openWarnings = []
    startTime = now
  }

  /// Reads all counters since the last interval that was closed and shares the energy.
  ///
  /// If one counter cannot be read or was reset, the others are followed all the same, so that none of their wraps is
  /// missed; but nothing is shared, and the interval stays open until all can be read.
  public func close(_ activity: IntervalActivity) -> IntervalOutcome {
    var failures: [String] = []
    for index in counters.indices {
      do {
        let value = try counters[index].read()
        switch counters[index].advance(to: value, at: clock.now()) {
        case .known: break
        case .doubtful(let text): openWarnings.append("\(name): \(text)")
        case .lost(let text): failures.append(text + "; what it counted meanwhile is unknown")
        }
      } catch { failures.append("\(error)") }
    }
    if !failures.isEmpty {
      return .gap(
        warning: "\(name): \(failures.joined(separator: "; ")); the interval stays open until all can be read"
      )
    }
    let warnings = openWarnings
    openWarnings = []
    let energy = bounded(
      joules: counters.joules(\.openCounts), duration: activity.duration,
      unknown: counters.reduce(0) { $0 + $1.openUnknownJoules })
    for index in counters.indices { counters[index].close() }
    return CounterAttribution(
      energy, activity: activity, by: key, idleWatts: idleWatts, logicalCPUs: logicalCPUs,
      total: provenance, share: shareProvenance, idle: idleProvenance, warnings: warnings
    ).outcome
  }

  /// All the energy since the beginning, over a time in seconds: what the counters counted up to the last interval
  /// that was closed.
  public func total(duration: Double) -> EnergyReading {
    bounded(
      joules: counters.joules(\.totalCounts), duration: duration,
      unknown: counters.reduce(0) { $0 + $1.totalUnknownJoules }
    ).reading(provenance)
  }

  private func bounded(joules: Double, duration: Double, unknown: Double) -> BoundedJoules {
    let elapsed = clock.now() - startTime
    let usualWatts = elapsed > 0 ? max(idleWatts, counters.joules(\.totalCounts) / elapsed) : idleWatts
    let edge = CounterAttribution.edgeJoules(joules: joules, duration: duration, usualWatts: usualWatts)
    return BoundedJoules(joules, low: max(0, joules - edge), high: joules + edge + unknown)
  }
}
