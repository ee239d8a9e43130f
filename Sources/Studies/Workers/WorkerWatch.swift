import EnergyMetering
import SearchSpaces

/// What workers may take, and how long one may be silent before it counts as hung.
public struct WorkerLimits: Codable, Hashable, Sendable {
  /// The most seconds of a training; nil for no limit.
  public var trainingSeconds: Double?
  /// The most bytes in memory; nil for no limit.
  public var memoryBytes: Int?
  /// A worker that has a task and neither says anything nor uses its processor for so long hangs.
  public var silentSeconds: Double
  /// A worker that trains and finishes no step for so long hangs, however busy it is.
  public var stepSeconds: Double

  /// Limits.
  public init(
    trainingSeconds: Double? = nil, memoryBytes: Int? = nil, silentSeconds: Double = 120,
    stepSeconds: Double = 3600
  ) {
    self.trainingSeconds = trainingSeconds
    self.memoryBytes = memoryBytes
    self.silentSeconds = silentSeconds
    self.stepSeconds = stepSeconds
  }

  /// What a configuration asks for.
  ///
  /// - Parameter memoryBytes: the machine's memory, which is the limit where the configuration has none.
  public init(_ limits: TrialLimits, memoryBytes: Int) {
    self.init(
      trainingSeconds: limits.seconds,
      memoryBytes: limits.memoryBytes ?? (memoryBytes > 0 ? memoryBytes : nil))
  }
}

/// Watches what one worker takes.
///
/// Time is what the study has seen pass: while the study itself is stopped, by Ctrl-Z or since the machine sleeps, no
/// worker's time runs.
struct WorkerWatch {
  /// A study that looks less often than this was stopped itself, or had other work.
  private static let longestStep = 1.0
  /// While it gets ready a worker may wait longer for its data, from a network for instance.
  private static let preparationFactor = 5.0

  private var lastLook: Double?
  private var silentSeconds = 0.0
  private var stepSeconds = 0.0
  /// What the present attempt at a training has taken.
  private(set) var attemptSeconds = 0.0
  /// What the attempts before it took, up to where it goes on from.
  private var earlierSeconds = 0.0
  private var lastProcessorSeconds = 0.0
  private var lastOperations: OperationCount?

  /// Why a worker must be ended.
  struct Verdict: Equatable {
    /// One line.
    var reason: String
    /// Whether the worker is at fault and not its training, which might do better in another.
    var isFault: Bool
  }

  /// Begins anew: with a training whose earlier attempts took so many seconds, or something else.
  mutating func begin(earlierSeconds: Double = 0) {
    (silentSeconds, stepSeconds, attemptSeconds) = (0, 0, 0)
    self.earlierSeconds = earlierSeconds
  }

  /// The training could not go on from where it should, and has begun anew.
  mutating func beginsAnew() { earlierSeconds = 0 }

  /// The worker has said something.
  mutating func hear() { silentSeconds = 0 }

  /// Looks at a worker.
  ///
  /// - Parameters:
  ///   - now: seconds of a clock that never jumps.
  ///   - activity: what it is doing.
  ///   - consumption: what it has used and computed up to now.
  mutating func look(
    at now: Double, _ activity: WorkerProcess.Activity, _ consumption: ConsumerActivity,
    limits: WorkerLimits
  ) -> Verdict? {
    let step = min(max(0, now - (lastLook ?? now)), Self.longestStep)
    lastLook = now
    silentSeconds = consumption.cpuSeconds > lastProcessorSeconds ? 0 : silentSeconds + step
    lastProcessorSeconds = consumption.cpuSeconds
    let hasStepped = consumption.operations != lastOperations
    lastOperations = consumption.operations
    if let limit = limits.memoryBytes, consumption.residentBytes > limit {
      return Verdict(
        reason:
          "the worker took \(UnitText.bytes(consumption.residentBytes)) of memory, more than the limit of "
          + "\(UnitText.bytes(limit)) (execution: memory-limit)", isFault: false)
    }
    switch activity {
    case .idle: return nil
    case .preparing: return silence(longerThan: limits.silentSeconds * Self.preparationFactor)
    case .measuring: return silence(longerThan: limits.silentSeconds)
    case .training:
      attemptSeconds += step
      stepSeconds = hasStepped ? 0 : stepSeconds + step
      if let limit = limits.trainingSeconds, earlierSeconds + attemptSeconds > limit {
        return Verdict(
          reason:
            "the training took longer than the limit of \(UnitText.seconds(limit)) (execution: time-limit)",
          isFault: false)
      }
      if stepSeconds > limits.stepSeconds {
        return Verdict(
          reason: "the worker hung: it finished no step in \(UnitText.seconds(limits.stepSeconds))",
          isFault: true)
      }
      return silence(longerThan: limits.silentSeconds)
    }
  }

  private func silence(longerThan limit: Double) -> Verdict? {
    guard silentSeconds > limit else { return nil }
    return Verdict(
      reason: "the worker hung: it neither computed nor said anything for \(UnitText.seconds(limit))",
      isFault: true)
  }
}
