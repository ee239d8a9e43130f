import EnergyMetering

/// Some runs of one command, one after the other.
public struct CommandSeries: Sendable {
  /// The command's words.
  public var command: [String]
  /// The runs in their order; at least one.
  public var runs: [CommandRun]
  /// How many runs were asked for.
  public var wantedCount: Int
  /// The signal that ended the series before it had all its runs; nil if none did.
  public var stoppingSignal: Int32?

  /// A series.
  ///
  /// - Parameters:
  ///   - wantedCount: how many runs were asked for; nil for as many as there are.
  ///   - stoppingSignal: the signal by which somebody asked for the end, if one did.
  /// - Precondition: there is at least one run.
  public init(
    command: [String], runs: [CommandRun], wantedCount: Int? = nil, stoppingSignal: Int32? = nil
  ) {
    precondition(!runs.isEmpty, "a series has at least one run")
    self.command = command
    self.runs = runs
    self.wantedCount = wantedCount ?? runs.count
    self.stoppingSignal = runs.count < self.wantedCount ? stoppingSignal : nil
  }

  /// The exit code of the first run that failed; of a series that a signal cut short, 128 + its number; else 0.
  public var exitCode: Int32 {
    runs.first { $0.ending.exitCode != 0 }?.ending.exitCode ?? stoppingSignal.map { 128 + $0 } ?? 0
  }

  /// The mean energy of a run, its bounds the means of the runs' bounds; nil if any run has no reading, or if the
  /// counter moved in none.
  ///
  /// A run in which the counter did not move counts: what it did not show there, it shows too much elsewhere.
  public var meanEnergy: EnergyReading? {
    Self.mean(runs.map(\.energy))
  }

  /// The mean of all that the counter showed during a run; nil where nothing was measured or the counter did not move.
  public var meanMachineEnergy: EnergyReading? {
    Self.mean(runs.map(\.machineEnergy))
  }

  private static func mean(_ readings: [EnergyReading?]) -> EnergyReading? {
    let known = readings.compactMap(\.self)
    guard known.count == readings.count, let first = known.first else { return nil }
    let sum = known.dropFirst().reduce(first, +)
    return sum.energy.joules > 0 ? sum * (1 / Double(known.count)) : nil
  }

  /// The spread of the runs' joules; nil unless there is a figure for each.
  public var joules: Spread? {
    let values = runs.compactMap { $0.resolvedEnergy?.energy.joules }
    return values.count == runs.count ? Spread(of: values) : nil
  }

  /// The spread of the runs' peak memory, over those in which it was seen; nil if it was in none.
  public var peakMemoryBytes: Spread? {
    let values = runs.compactMap { $0.peakMemoryBytes.map(Double.init) }
    return values.isEmpty ? nil : Spread(of: values)
  }

  /// The spread of a figure that every run has.
  public func spread(_ figure: (CommandRun) -> Double) -> Spread { Spread(of: runs.map(figure)) }

  /// Whether all runs together were too short for a figure to be trusted.
  public var isShort: Bool { runs.reduce(0) { $0 + $1.wallSeconds } < CommandRun.shortSeconds }
}
