import EnergyMetering
import Foundation
import Studies

/// What `wattle meter` says of a command, as text and as JSON; see `EmissionsTable` for CSV.
public struct CommandReport: Sendable {
  /// The runs.
  public var series: CommandSeries
  /// The carbon intensity of the electricity.
  public var carbonIntensity: CarbonIntensity
  /// The power usage effectiveness: the site's energy over the machine's.
  public var pue: UncertainValue
  /// The source that the figures come from.
  public var source: String

  /// A report.
  public init(series: CommandSeries, carbonIntensity: CarbonIntensity, pue: UncertainValue, source: String) {
    self.series = series
    self.carbonIntensity = carbonIntensity
    self.pue = pue
    self.source = source
  }

  /// The mean time of a run in seconds.
  var meanWallSeconds: Double { series.spread(\.wallSeconds).mean }

  /// What should be known beside the figures, a sentence each.
  var notes: [String] {
    var notes: [String] = []
    if series.meanEnergy == nil {
      let isUnread = series.runs.contains { $0.energy == nil }
      notes.append(
        isUnread
          ? "\(source) could not be read at the end, so there is no figure for the energy"
          : "the energy is below the resolution of \(source): its counter did not move in "
            + TimeText.precise(seconds: meanWallSeconds * Double(series.runs.count)))
    }
    if series.isShort {
      let needed = TimeText.precise(seconds: CommandRun.shortSeconds)
      let times = Int((CommandRun.shortSeconds / max(meanWallSeconds, 1e-6)).rounded(.up))
      notes.append(
        "shorter than the resolution of \(needed): a figure of so short a run is rough; use --repeat \(times) or more"
      )
    }
    let left = series.runs.reduce(0) { $0 + $1.processesLeftBehind }
    if left > 0 {
      notes.append(
        left == 1
          ? "1 process outlived the command and was counted until that ended; --wait-all waits for it"
          : "\(left) processes outlived the command and were counted until that ended; --wait-all waits for them"
      )
    }
    for (number, run) in series.runs.enumerated() {
      let place = series.runs.count > 1 ? "run \(number + 1) " : "the command "
      switch run.ending {
      case .exited(0): break
      case .exited(let code): notes.append(place + "exited with \(code)")
      case .killed(let signal):
        notes.append(place + "was ended by signal \(signal) (\(String(cString: strsignal(signal))))")
      }
    }
    if let signal = series.stoppingSignal {
      notes.append(
        "signal \(signal) (\(String(cString: strsignal(signal)))) ended the series after \(series.runs.count) of "
          + counted(series.wantedCount, "run"))
    }
    var warnings: [String] = []
    for warning in series.runs.flatMap(\.warnings) where !warnings.contains(warning) {
      warnings.append(warning)
    }
    return notes + warnings
  }

  /// The report as a program reads it.
  public func json() throws -> String { try jsonText(CommandSummary(self)) }
}

/// Times of a command, from microseconds to days.
enum TimeText {
  /// A time with three significant digits below a minute, such as `1.23 ms` or `4.56 s`.
  static func precise(seconds: Double) -> String {
    if seconds < 0.9995 { return NumberText.significant(seconds * 1000) + " ms" }
    if seconds < 59.5 { return NumberText.significant(seconds) + " s" }
    return NumberText.duration(seconds: seconds)
  }
}

/// The JSON of `wattle meter`. What is not known is left out.
private struct CommandSummary: Encodable {
  struct Band: Encodable {
    var mean: Double
    var low: Double
    var high: Double
  }

  struct Factor: Encodable {
    var value: Double
    var low: Double
    var high: Double
  }

  struct Run: Encodable {
    var energy: EnergyFigure?
    var machineEnergy: EnergyFigure?
    var cpuSeconds: Double
    var userSeconds: Double
    var systemSeconds: Double
    var wallSeconds: Double
    var peakMemoryBytes: Int?
    var exitCode: Int32
    var signal: Int32?
    var processesLeftBehind: Int
    var isShort: Bool

    init(_ run: CommandRun) {
      energy = run.resolvedEnergy.map(EnergyFigure.init)
      machineEnergy = run.resolvedMachineEnergy.map(EnergyFigure.init)
      cpuSeconds = run.cpuSeconds
      userSeconds = run.userSeconds
      systemSeconds = run.systemSeconds
      wallSeconds = run.wallSeconds
      peakMemoryBytes = run.peakMemoryBytes
      exitCode = run.ending.exitCode
      if case .killed(let number) = run.ending { signal = number }
      processesLeftBehind = run.processesLeftBehind
      isShort = run.isShort
    }
  }

  struct Spreads: Encodable {
    var joules: Spread?
    var cpuSeconds: Spread
    var wallSeconds: Spread
    var peakMemoryBytes: Spread?
  }

  var command: [String]
  var energySource: String
  var energy: EnergyFigure?
  var watts: Band?
  var co2eqG: Band?
  var gramsCo2eqPerKwh: Double
  var region: String
  var pue: Factor
  var isShort: Bool
  var exitCode: Int32
  var spread: Spreads
  var runs: [Run]
  var notes: [String]

  init(_ report: CommandReport) {
    let series = report.series
    command = series.command
    energySource = report.source
    energy = series.meanEnergy.map(EnergyFigure.init)
    let seconds = report.meanWallSeconds
    if let mean = series.meanEnergy {
      let grams = report.carbonIntensity.emissions(of: mean * report.pue)
      co2eqG = Band(mean: grams.grams, low: grams.lowGrams, high: grams.highGrams)
      if seconds > 0 {
        watts = Band(
          mean: mean.energy.joules / seconds, low: mean.low.joules / seconds, high: mean.high.joules / seconds
        )
      }
    }
    gramsCo2eqPerKwh = report.carbonIntensity.gramsPerKilowattHour
    region = report.carbonIntensity.name
    pue = Factor(value: report.pue.value, low: report.pue.low, high: report.pue.high)
    isShort = series.isShort
    exitCode = series.exitCode
    spread = Spreads(
      joules: series.joules, cpuSeconds: series.spread(\.cpuSeconds),
      wallSeconds: series.spread(\.wallSeconds),
      peakMemoryBytes: series.peakMemoryBytes)
    runs = series.runs.map(Run.init)
    notes = report.notes
  }
}
