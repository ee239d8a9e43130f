import EnergyMetering

/// What the tasks on a cluster took, as far as they are over.
///
/// A task that runs is in no account: its own books stand in the run folder, where a later process of the study finds them
/// too. What is booked goes into the journal together with the run's name, so that it is booked once.
struct ClusterBooks {
  private var overhead: EnergyReading
  private var idle: EnergyReading
  private var running: EnergyReading
  private var measuring: EnergyReading
  private var metered: EnergyReading
  private var booked: [String: EnergyReading]
  /// Booked since the journal last took the books.
  private var fresh: [TaskRun] = []
  /// Over since then, with or without anything to book.
  private var over: [TaskRun] = []

  /// Books of a session.
  ///
  /// - Parameter booked: what the journal has of runs.
  init(booked: [String: EnergyReading], zero: EnergyReading) {
    self.booked = booked
    (overhead, idle, running, measuring, metered) = (zero, zero, zero, zero, zero)
  }

  /// Whether something of a run is booked.
  func has(_ run: TaskRun) -> Bool { booked[run.name] != nil }

  /// Whether all that a report of a run meters is booked.
  func has(_ report: TaskReport, of run: TaskRun) -> Bool {
    booked[run.name].map { report.books.metered.energy <= $0.energy } ?? false
  }

  /// Books a run that is over, or what it took since it was booked as over.
  ///
  /// - Parameter counts: whether its training ended and its energy goes to its trial; else it is that of a training that was
  ///   cut off.
  mutating func book(_ run: TaskRun, _ report: TaskReport, counts: Bool) {
    close(run)
    let books = report.books
    guard books.metered.high > .zero else { return }
    if let earlier = booked[run.name] {
      // It went on after it was given up: what came since then is a training that was cut off.
      guard books.metered.energy > earlier.energy else { return }
      let rest = books.metered.since(earlier)
      running += rest
      metered += rest
    } else {
      overhead += books.overhead + books.strategy
      idle += books.idle
      measuring += books.measuring
      running += books.running
      if !counts, let energy = report.trainingEnergy { running += energy }
      metered += books.metered
    }
    booked[run.name] = books.metered
    fresh.append(run)
  }

  /// The books of the tasks and of the study's own process.
  func books(with parent: ParentAccounts) -> EnergyBooks {
    var books = EnergyBooks(
      overhead: parent.overhead + overhead, strategy: parent.strategy, idle: parent.idle + idle,
      running: running, measuring: measuring, metered: parent.metered + metered)
    books.taskRuns = fresh.compactMap { run in
      booked[run.name].map { BookedTaskRun(name: run.name, energy: $0) }
    }
    return books
  }

  /// Notes that a run is over of which nothing can be booked, or nothing more.
  mutating func close(_ run: TaskRun) { over.append(run) }

  /// The runs whose files are of no use any more, since the journal has now what they took.
  mutating func takeRecorded() -> [TaskRun] {
    defer { (fresh, over) = ([], []) }
    return over
  }
}

extension EnergyReading {
  /// What came to a reading that grows, since it was another.
  fileprivate func since(_ earlier: EnergyReading) -> EnergyReading {
    let energy = energy - earlier.energy
    return EnergyReading(
      energy: energy, low: min(energy, max(.zero, low - earlier.low)), high: max(energy, high - earlier.high),
      provenance: provenance)
  }
}
