/// Whether counters count: 200 ms without work, then 200 ms with.
///
/// A virtual machine may show a counter that never moves, a processor's dies may repeat their package's counter, and a
/// driver may take the wrong unit. What is wrong with a package's counter refuses the source. Only a counter that
/// mirrors another is left out, so that it counts once, and so is a memory's that does not count. The watts without
/// work are kept as the machine's idle power.
public struct CounterSelfTest: Codable, Hashable, Sendable {
  /// What one counter showed.
  public struct Counter: Codable, Hashable, Sendable {
    /// Such as `package-0`.
    public var domain: String
    /// Watts while the program slept.
    public var idleWatts: Double
    /// Watts while the program kept the CPU busy.
    public var loadWatts: Double
    /// Why it is not counted; nil if it is good.
    public var objection: String?
  }

  /// Watts while the program slept, of all good counters.
  public var idleWatts: Double
  /// Watts while the program kept the CPU busy, of all good counters.
  public var loadWatts: Double
  /// Why the source is refused; nil if it is good.
  public var refusal: String?
  /// The counters one by one.
  public var counters: [Counter]

  /// Seconds of each of the two halves: a hundred times the counter's edge error, so that it stays below 1 %.
  public static let seconds = 0.2

  /// Tests a source.
  ///
  /// - Parameter load: Keeps the CPU busy for a number of seconds.
  /// - Throws: `FileAccessError` if a counter cannot be read.
  public init(_ source: CounterSource, clock: any MeterClock, load: (Double) -> Void) throws {
    var trials = try source.counters.map { try CounterTrial($0, time: clock.now()) }
    clock.sleep(seconds: Self.seconds)
    for index in trials.indices { try trials[index].look(at: clock.now()) }
    load(Self.seconds)
    for index in trials.indices { try trials[index].look(at: clock.now()) }

    counters = trials.indices.map { index in
      let trial = trials[index]
      return Counter(
        domain: trial.counter.domain, idleWatts: trial.watts[0], loadWatts: trial.watts[1],
        objection: trial.fault ?? trials[..<index].first { trial.mirrors($0) }.map { trial.likeness(to: $0) })
    }
    refusal = trials.first { $0.fault != nil && $0.counter.part == .package }?.fault
    let good = counters.filter { $0.objection == nil }
    idleWatts = good.reduce(0) { $0 + $1.idleWatts }
    loadWatts = good.reduce(0) { $0 + $1.loadWatts }
  }

  /// Keeps one CPU busy for a number of seconds.
  public static func spin(seconds: Double) {
    let clock = SystemClock()
    let end = clock.now() + seconds
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    while clock.now() < end {
      for _ in 0..<10_000 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
      }
    }
    withExtendedLifetime(state) {}
  }
}

/// One counter through the two halves of the test.
private struct CounterTrial {
  var counter: EnergyCounter
  /// Joules at each look.
  private(set) var levels: [Double]
  /// Watts up to each look but the first.
  private(set) var watts: [Double] = []
  /// Why the counter cannot be believed, the first objection.
  private(set) var fault: String?
  private var time: Double

  init(_ counter: EnergyCounter, time: Double) throws {
    self.counter = counter
    self.time = time
    let value = try counter.read()
    self.counter.begin(at: value, time: time)
    levels = [Double(value) * counter.joulesPerCount]
  }

  mutating func look(at now: Double) throws {
    let value = try counter.read()
    if case .lost(let text) = counter.advance(to: value, at: now) { fault = fault ?? text }
    let joules = Double(counter.openCounts) * counter.joulesPerCount
    counter.close()
    let seconds = now - time
    time = now
    levels.append(Double(value) * counter.joulesPerCount)
    watts.append(seconds > 0 ? joules / seconds : 0)
    if fault == nil && watts.count == 2 { fault = judge() }
  }

  private func judge() -> String? {
    let name = "\(counter.domain) (\(counter.place))"
    if watts[1] <= 0 {
      return "\(name) stays flat under load: it is a dummy, as virtual machines show one"
    }
    if let ceiling = counter.ceiling, let most = watts.max(), most > ceiling.watts {
      return "\(name) shows \(EnergyUnit.threeDigits(most)) W, more than the possible \(ceiling)"
    }
    return nil
  }

  /// Whether the other counter is the same one under another name: at each look both stood at the same joules, but
  /// for an update in between.
  func mirrors(_ other: CounterTrial) -> Bool {
    guard fault == nil, other.fault == nil else { return false }
    return levels.indices.allSatisfy { index in
      let power = watts[max(0, index - 1)]
      return abs(levels[index] - other.levels[index]) <= power * CounterAttribution.edgeSeconds
    }
  }

  func likeness(to other: CounterTrial) -> String {
    "\(counter.domain) (\(counter.place)) mirrors \(other.counter.domain): it is counted once"
  }
}
