import EnergyMetering
import Foundation
import Logging
import SearchSpaces

/// Whole studies of a space on a simulated cluster: what the driver takes for a trial, its journal included.
public struct StudyBench {
  /// What a study took.
  public struct Result: Sendable {
    /// The strategy.
    public let strategy: StudyConfiguration.StrategyName
    /// How many trials there were, and how many of them failed.
    public let trials: Int
    /// How many trials failed.
    public let failures: Int
    /// Milliseconds of the driver a trial, over all of them.
    public let milliseconds: Double
    /// Milliseconds of the driver a trial, over the last twentieth of them.
    public let lastMilliseconds: Double
    /// Seconds that opening the run took.
    public let openingSeconds: Double
    /// The largest resident size of this process so far, in bytes.
    public let peakBytes: Int
  }

  /// The configuration of the space.
  public let configuration: StudyConfiguration

  /// A bench of a space.
  public init(_ configuration: StudyConfiguration) { self.configuration = configuration }

  /// Searches the space with a strategy on a simulated cluster, in a folder of its own that is removed again.
  ///
  /// - Parameter trials: how many trials are proposed.
  public func run(
    _ strategy: StudyConfiguration.StrategyName, trials: Int, on options: SimulatedCluster.Options
  ) throws -> Result {
    var configuration = configuration
    configuration.search.strategy = strategy
    configuration.search.trials = trials
    configuration.search.budget = nil
    configuration.energy.inferenceMeasure = .none
    let checked = try CheckedConfiguration(configuration)
    let folder = RunFolder(
      path: FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)").path)
    try folder.create()
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let journal = try Journal.create(
      at: folder.path(of: .journal),
      header: Journal.Header(
        name: configuration.name, configuration: configuration.resolvedYAML, programVersion: "",
        dataFingerprint: checked.dataFingerprint))
    let cluster = SimulatedCluster(options, parts: checked.plan.parts)
    let study = try Study(
      plan: checked.plan, strategy: checked.strategy, journal: journal, executor: cluster,
      session: journal.beginSession(host: "{}"),
      log: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
    let clock = ContinuousClock()
    let begin = clock.now
    var lastBegin = begin
    var ended = 0
    let early = trials - trials / 20
    _ = try study.run(watch: { event in
      guard case .ended = event else { return }
      ended += 1
      if ended == early { lastBegin = clock.now }
    })
    let end = clock.now
    let record = try RunRecord(reading: folder)
    let opened = clock.now
    return Result(
      strategy: strategy, trials: record.trials.count, failures: record.trials(in: .failed).count,
      milliseconds: (end - begin) / .milliseconds(1) / Double(max(1, ended)),
      lastMilliseconds: (end - lastBegin) / .milliseconds(1) / Double(max(1, ended - early)),
      openingSeconds: (opened - end) / .seconds(1),
      peakBytes: (try? ProcessClock().peakResidentBytes()) ?? 0)
  }
}
