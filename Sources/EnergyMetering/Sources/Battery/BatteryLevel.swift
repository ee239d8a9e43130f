/// All batteries of the machine together, followed from one reading to the next.
///
/// Two figures tell what flowed out. The levels are right in the long run, but fall in steps and late. The shown power,
/// summed over time, moves at once, but drifts. So the sum of power is followed and held within the levels'
/// uncertainty: behind it, it is brought up; ahead of it, it goes on at half its speed until the levels have caught up.
/// Without a shown power the levels' steps are all there is.
struct BatteryLevel {
  /// Seconds between two updates of a battery's figures. No standard gives them; half a minute is assumed to cover
  /// what controllers do.
  static let updateSeconds = 30.0

  /// Joules from the beginning to the last reading.
  private(set) var joules = 0.0
  /// Joules by the levels alone.
  private(set) var drop = 0.0
  /// Joules at most that flowed unseen, while the machine was not on its batteries.
  private(set) var unknown = 0.0
  /// The most power seen, in watts.
  private(set) var mostWatts = 0.0
  /// The watts at the last reading; nil where the batteries do not say.
  private(set) var watts: Double?

  private let batteries: [Battery]
  private var states: [Battery.State] = []
  private var time = 0.0

  init(_ batteries: [Battery]) { self.batteries = batteries }

  /// Joules of the levels' smallest known steps.
  var stepJoules: Double {
    zip(batteries, states).reduce(0) { $0 + Double($1.0.step) * $1.1.joulesPerUnit }
  }

  /// Joules by which the levels may be wrong: a step, and an update's time at the most power seen.
  var uncertainty: Double { stepJoules + mostWatts * Self.updateSeconds }

  /// Whether the batteries carry the machine; otherwise what says that they do not.
  static func objection(_ batteries: [Battery], _ states: [Battery.State]) -> String? {
    // Of two batteries one may rest while the other works.
    if states.contains(where: { $0.status == "Discharging" })
      && !states.contains(where: { $0.status == "Charging" })
    {
      return nil
    }
    return zip(batteries, states).first { $0.1.status != "Discharging" }.map {
      "\($0.0.statusPath) says \($0.1.status): only while it discharges does a battery carry the whole machine"
    } ?? "there is no battery"
  }

  /// Starts anew.
  ///
  /// - Throws: `FileAccessError`, or `EnergySourceUnusable` if the batteries do not carry the machine.
  mutating func begin(at now: Double) throws {
    let states = try read()
    if let objection = Self.objection(batteries, states) {
      throw EnergySourceUnusable(source: "battery", state: .refused, reason: objection)
    }
    self.states = states
    time = now
    watts = Self.watts(states)
    mostWatts = watts ?? 0
    joules = 0
    drop = 0
    unknown = 0
  }

  /// Follows the batteries to now.
  ///
  /// - Returns: why the time since the last reading is unknown; nil if it is known.
  mutating func advance(to now: Double) throws(FileAccessError) -> String? {
    let newStates = try read()
    let seconds = max(0, now - time)
    let before = watts
    let fall = zip(newStates, states).reduce(0) { $0 + $1.0.drop(since: $1.1) }
    let objection =
      Self.objection(batteries, newStates) ?? (Self.objection(batteries, states) == nil ? nil : "")
    states = newStates
    time = now
    watts = Self.watts(newStates)
    if let objection {
      unknown += mostWatts * seconds
      return objection.isEmpty ? "the machine was not on its batteries before" : objection
    }
    if let watts { mostWatts = max(mostWatts, watts) }
    drop += fall
    guard let watts, let before else {
      mostWatts = max(mostWatts, fall / max(seconds, Self.updateSeconds))
      joules = max(joules, drop)
      return nil
    }
    var step = (watts + before) / 2 * seconds
    if joules + step > drop + uncertainty { step /= 2 }
    joules = max(joules + step, drop - uncertainty)
    return nil
  }

  private func read() throws(FileAccessError) -> [Battery.State] {
    var states: [Battery.State] = []
    for battery in batteries { states.append(try battery.read()) }
    return states
  }

  /// The power of all batteries that give some; nil if one does not say.
  private static func watts(_ states: [Battery.State]) -> Double? {
    var sum = 0.0
    for state in states {
      guard let watts = state.watts else { return nil }
      if state.status == "Discharging" { sum += watts }
    }
    return sum
  }
}
