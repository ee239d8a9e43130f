/// A counter of energy that only grows, while it is followed from one reading to the next.
///
/// A value below the last one is a wrap if the counter's range is known and the energy that a wrap would mean is
/// possible in the time. Otherwise the counter was reset, or it wrapped at an unknown place: what was used between the
/// two readings stays unknown and is not guessed.
struct EnergyCounter {
  /// What a counter covers.
  enum Part {
    /// A processor package.
    case package
    /// The memory of a package.
    case memory
  }

  /// What became of a reading.
  enum Step: Equatable {
    /// The energy since the last reading is known.
    case known
    /// It is known unless the counter went once around unseen; the text says so.
    case doubtful(String)
    /// It is unknown, and the counter begins anew; the text says why.
    case lost(String)
  }

  /// Such as `package-0`.
  let domain: String
  /// What it covers.
  let part: Part
  /// The file or event, for messages.
  let place: String
  /// Joules of one count.
  let joulesPerCount: Double
  /// The count at which it starts again from zero; nil if unknown.
  let range: UInt64?
  /// The most power that it can show; nil if unknown.
  let ceiling: PowerCeiling?

  /// The last value.
  private(set) var value: UInt64 = 0
  private let register: any CountRegister
  private var time = 0.0
  private var counts: UInt64 = 0
  private var unknown = 0.0
  private var closedCounts: UInt64 = 0
  private var closedUnknown = 0.0

  init(
    domain: String, part: Part, place: String, register: any CountRegister, joulesPerCount: Double,
    range: UInt64?, ceiling: PowerCeiling?
  ) {
    self.domain = domain
    self.part = part
    self.place = place
    self.register = register
    self.joulesPerCount = joulesPerCount
    self.range = range
    self.ceiling = ceiling
  }

  /// The present value.
  func read() throws(FileAccessError) -> UInt64 { try register.count() }

  /// Starts anew at a value, at a time in seconds.
  mutating func begin(at value: UInt64, time: Double) {
    self.value = value
    self.time = time
    counts = 0
    unknown = 0
    closedCounts = 0
    closedUnknown = 0
  }

  /// Follows the counter to a value that was read at a time in seconds.
  mutating func advance(to newValue: UInt64, at newTime: Double) -> Step {
    let previous = value
    let seconds = max(0, newTime - time)
    value = newValue
    time = newTime
    let most = ceiling.map { $0.watts * (seconds + CounterAttribution.edgeSeconds) }

    let used: UInt64
    if newValue >= previous {
      used = newValue - previous
    } else {
      let fall = "fell from \(previous) to \(newValue)"
      guard let range else {
        unknown += most ?? 0
        return .lost("\(place) \(fall), and its range is unknown, so that a wrap cannot be told from a reset")
      }
      // A counter that was seen above its range would otherwise give a negative energy.
      used = max(range, previous) - previous + newValue
      if let ceiling, let most, Double(used) * joulesPerCount > most {
        unknown += most
        return .lost(
          "\(place) \(fall): it was reset, for a wrap would mean more than the possible \(ceiling.description)"
        )
      }
    }
    counts += used
    guard let range else { return .known }
    if used > range / 2 || (most ?? 0) >= Double(range) * joulesPerCount {
      return .doubtful(
        "\(place) could have gone through its whole range between two readings; a wrap may have been missed, read "
          + "it more often")
    }
    return .known
  }

  /// What was counted since the last interval that was closed.
  var openCounts: UInt64 { counts - closedCounts }
  /// What was counted from the beginning to the last interval that was closed.
  var totalCounts: UInt64 { closedCounts }
  /// Joules at most that were used unseen since the last interval that was closed; 0 where the ceiling is unknown.
  var openUnknownJoules: Double { unknown - closedUnknown }
  /// Joules at most that were used unseen from the beginning to the last interval that was closed.
  var totalUnknownJoules: Double { closedUnknown }

  /// Closes the interval.
  mutating func close() {
    closedCounts = counts
    closedUnknown = unknown
  }
}

extension [EnergyCounter] {
  /// The joules of all counters' counts.
  ///
  /// Counts of the same unit are added as whole numbers first, so that nothing is rounded but the last step.
  func joules(_ counts: (EnergyCounter) -> UInt64) -> Double {
    var joules = 0.0
    var sum: UInt64 = 0
    var unit = first?.joulesPerCount ?? 1
    for counter in self {
      if counter.joulesPerCount != unit {
        joules += Double(sum) * unit
        sum = 0
        unit = counter.joulesPerCount
      }
      sum += counts(counter)
    }
    return joules + Double(sum) * unit
  }
}
