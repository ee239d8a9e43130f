import EnergyMetering
import Foundation
import Logging
import SearchSpaces

/// Whole studies of a space on a simulated cluster: what the driver takes for a trial, its journal included, how well the
/// workers are used, and what becomes of every trial.
public struct StudyBench {
  /// What a study took and came to.
  public struct Result: Sendable {
    /// The strategy.
    public var strategy: StudyConfiguration.StrategyName
    /// How many proposals were ahead of observations at most.
    public var lookahead: Int
    /// How many trials there are of each state.
    public var states: [TrialState: Int]
    /// How much the energy accounts differ from the simulated meter, as a share of it.
    public var imbalance: Double
    /// Processor milliseconds of the driver a trial: all of it, proposing and learning, and the journal. What is left is
    /// the study's own bookkeeping and the simulation.
    public var milliseconds, strategyMilliseconds, journalMilliseconds: Double
    /// The same for all of it over the last twentieth of the trials.
    public var lastMilliseconds: Double
    /// Seconds that opening the run took.
    public var openingSeconds: Double
    /// The largest resident size of this process so far, in bytes.
    public var peakBytes: Int
    /// Virtual seconds from the first training to the last.
    public var virtualSeconds: Double
    /// How the workers' time was spent.
    public var usage: SimulatedCluster.Usage
    /// The share of the workers' time in which they trained, 0 to 1: while there were trainings to begin, and up to the end.
    public var utilisation, utilisationToTheEnd: Double
    /// For each proposal how many trials before it the strategy did not know of.
    public var behind: [Int]
    /// The objectives of the trained trials, less being better.
    public var losses: [[Double]]

    /// How many trials there are.
    public var trials: Int { states.values.reduce(0, +) }
    /// How many trials have no end.
    public var unaccounted: Int { states[.running] ?? 0 }
    /// The share of what was trained that was lost with workers, 0 to 1.
    public var lostShare: Double { usage.busySeconds > 0 ? usage.lostSeconds / usage.busySeconds : 0 }
    /// What was lost with workers, in joules.
    public var lostJoules: Double
  }

  /// How often a training is begun again whose worker was lost.
  private static let retries = 3

  /// The configuration of the space.
  public let configuration: StudyConfiguration

  /// A bench of a space.
  public init(_ configuration: StudyConfiguration) { self.configuration = configuration }

  /// Searches the space with a strategy on a simulated cluster, in a folder of its own that is removed again.
  ///
  /// - Parameters:
  ///   - trials: how many trials are proposed.
  ///   - lookahead: nil for that of the configuration.
  public func run(
    _ strategy: StudyConfiguration.StrategyName, trials: Int, lookahead: Int? = nil,
    on options: SimulatedCluster.Options
  ) throws -> Result {
    let checked = try CheckedConfiguration(searching(with: strategy, trials: trials, lookahead: lookahead))
    let configuration = checked.configuration
    let folder = RunFolder(
      path: FileManager.default.temporaryDirectory.appendingPathComponent("wattle-\(UUID().uuidString)").path)
    try folder.create()
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let journal = try Journal.create(
      at: folder.path(of: .journal),
      header: Journal.Header(
        name: configuration.name, configuration: configuration.resolvedYAML, programVersion: "",
        dataFingerprint: checked.dataFingerprint, data: DataOutline(checked)))
    let cluster = SimulatedCluster(options, parts: checked.plan.parts)
    let staleness = StalenessLog()
    var plan = checked.plan
    plan.limits.retries = Self.retries
    let study = try Study(
      plan: plan, strategy: LoggedStrategy(checked.strategy, log: staleness), journal: journal,
      executor: cluster, session: journal.beginSession(host: "{}"),
      log: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
    let clock = ProcessClock()
    let journalBegin = journal.cpuSeconds
    let begin = try clock.cpuSeconds()
    var lastBegin = begin
    var ended = 0
    let early = trials - trials / 20
    _ = try study.run(watch: { event in
      guard case .ended = event else { return }
      ended += 1
      if ended == early, let now = try? clock.cpuSeconds() { lastBegin = now }
    })
    let end = try clock.cpuSeconds()
    let journalSeconds = journal.cpuSeconds - journalBegin
    let wallClock = ContinuousClock()
    let opening = wallClock.now
    let record = try RunRecord(reading: folder)
    let openingSeconds = (wallClock.now - opening) / .seconds(1)
    let perTrial = 1e3 / Double(max(1, ended))
    let workerSeconds = Double(options.workers) * cluster.clock
    return Result(
      strategy: strategy, lookahead: configuration.search.lookahead,
      states: Dictionary(grouping: record.trials, by: \.state).mapValues(\.count),
      imbalance: record.ledger?.imbalance ?? .infinity, milliseconds: (end - begin) * perTrial,
      strategyMilliseconds: cluster.strategySeconds * perTrial,
      journalMilliseconds: journalSeconds * perTrial,
      lastMilliseconds: (end - lastBegin) * 1e3 / Double(max(1, ended - early)),
      openingSeconds: openingSeconds, peakBytes: (try? clock.peakResidentBytes()) ?? 0,
      virtualSeconds: cluster.clock, usage: cluster.usage,
      utilisation: cluster.utilisation,
      utilisationToTheEnd: workerSeconds > 0 ? cluster.usage.busySeconds / workerSeconds : 0,
      behind: staleness.behind, losses: record.trained.compactMap { record.losses(of: $0) },
      lostJoules: cluster.usage.lostSeconds * options.watts)
  }

  private func searching(
    with strategy: StudyConfiguration.StrategyName, trials: Int, lookahead: Int?
  ) -> StudyConfiguration {
    var configuration = configuration
    configuration.search.strategy = strategy
    configuration.search.trials = trials
    configuration.search.budget = nil
    if let lookahead { configuration.search.lookahead = lookahead }
    configuration.energy.inferenceMeasure = .none
    return configuration
  }
}
