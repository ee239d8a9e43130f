import Numerics
import ParetoAnalysis
import SearchSpaces

/// Several searches of one space, strategies against strategies, each over the same seeds.
///
/// Searches with the same seed are pairs: of runs they share the split of the data.
public struct Comparison: Sendable {
  /// What costs are compared at.
  public enum Target: Hashable, Sendable {
    /// The best accuracy, R² or loss, as people read it.
    case quality(Double)
    /// A share of the largest hypervolume.
    case hypervolume(Double)
  }

  /// What all searches of a comparison have in common.
  public struct Setting: Sendable {
    /// What says how well a network does; nil where only the objectives do.
    public var quality: QualityAxis?
    /// The names of the objectives.
    public var objectives: [String]
    /// The reference point of all hypervolumes, as losses.
    public var reference: [Double]
    /// The hypervolume of the true front; nil takes that of all searches together.
    public var largestHypervolume: Double?
    /// What costs are counted in.
    public var unit: CostUnit
    /// What the searches were simulated on; nil if they were run.
    public var source: String?

    /// The setting of searches of a simulated problem.
    public init(_ problem: SimulatedProblem, source: String) {
      self.init(
        quality: problem.quality, objectives: problem.objectives, reference: problem.reference,
        largestHypervolume: problem.largestHypervolume, unit: problem.unit, source: source)
    }

    /// The setting of searches of the given parts.
    public init(
      quality: QualityAxis?, objectives: [String], reference: [Double], largestHypervolume: Double? = nil,
      unit: CostUnit = .kilowattHours, source: String? = nil
    ) {
      self.quality = quality
      self.objectives = objectives
      self.reference = reference
      self.largestHypervolume = largestHypervolume
      self.unit = unit
      self.source = source
    }

    /// The setting with the hypervolume of all searches together, where none is known.
    func completed(by searches: [ComparedSearch]) -> Setting {
      guard largestHypervolume == nil, !reference.isEmpty else { return self }
      var front = GrowingFront(reference: reference)
      for search in searches {
        for step in search.steps { if let losses = step.losses { front.insert(losses) } }
      }
      var setting = self
      setting.largestHypervolume = front.hypervolume
      return setting
    }
  }

  /// One search of a comparison.
  public struct Entry: Sendable {
    /// The search.
    public var search: ComparedSearch
    /// The hypervolume against the cost.
    public var hypervolumeCurve: ProgressCurve
    /// The best goodness against the cost.
    public var qualityCurve: ProgressCurve
    /// The cost up to and including the first trial that reached the target; nil if none did.
    public var toTarget: ProgressCurve.Step?
    /// The whole cost.
    public var cost: Double
    /// The accuracy, R² or loss of the trial that does best; nil if none was completed.
    public var best: Double?

    init(_ search: ComparedSearch, _ setting: Setting) {
      self.search = search
      hypervolumeCurve = search.hypervolumeCurve(reference: setting.reference)
      qualityCurve = search.qualityCurve
      cost = search.cost
      if let goodness = qualityCurve.steps.last?.value {
        best = setting.quality?.flipped(goodness) ?? goodness
      }
    }

    /// The strategy's name.
    public var strategy: String { search.strategy }
    /// The seed.
    public var seed: UInt64 { search.seed }
    /// The hypervolume in the end.
    public var hypervolume: Double { hypervolumeCurve.steps.last?.value ?? 0 }
  }

  /// All searches, in the order of strategies and then of seeds.
  public let entries: [Entry]
  /// The strategies in order.
  public let strategies: [String]
  /// What the searches have in common; its largest hypervolume is known here.
  public let setting: Setting
  /// What costs are compared at.
  public let target: Target
  /// Whether the user chose the target.
  public let targetIsChosen: Bool
  /// The least whole cost of a search: up to there all can be compared.
  public let equalCost: Double

  /// A comparison of finished runs.
  ///
  /// The reference point is that of all trained networks of all searches together.
  ///
  /// - Parameters:
  ///   - runs: the searches with their strategy and seed.
  ///   - target: what to compare costs at; nil takes the best that the median search of every strategy reaches.
  public init(runs: [(strategy: String, seed: UInt64, run: RunRecord)], target: Target?) {
    let objectives = runs.first?.run.configuration.objectives ?? []
    let searches = runs.map { ComparedSearch(strategy: $0.strategy, seed: $0.seed, run: $0.run) }
    var points: [[Double]] = []
    for search in searches {
      for step in search.steps where step.state == .completed || step.state == .pruned {
        if let losses = step.losses { points.append(losses) }
      }
    }
    self.init(
      searches,
      Setting(
        quality: QualityAxis(runs.first?.run.quality ?? .accuracy), objectives: objectives.map(\.rawValue),
        reference: TrialFront.reference(for: points, objectives: objectives)), target: target)
  }

  /// A comparison of searches.
  ///
  /// - Parameter target: nil takes the best that the median search of every strategy reaches, in accuracy or its like where
  ///   there is such a measure, else in hypervolume.
  public init(_ searches: [ComparedSearch], _ setting: Setting, target chosenTarget: Target?) {
    let strategies = searches.map(\.strategy).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let setting = setting.completed(by: searches)
    let largest = setting.largestHypervolume ?? 0
    var entries: [Entry] = []
    for search in searches { entries.append(Entry(search, setting)) }
    let target = chosenTarget ?? Self.defaultTarget(entries, strategies, setting)
    for index in entries.indices {
      switch target {
      case .quality(let value):
        let goodness = setting.quality?.flipped(value) ?? value
        entries[index].toTarget = entries[index].qualityCurve.step(reaching: goodness)
      case .hypervolume(let share):
        // The same points in another order may add up to less by rounding.
        let volume = share * largest * (1 - 1e-9)
        entries[index].toTarget =
          volume > 0 ? entries[index].hypervolumeCurve.step(reaching: volume) : nil
      }
    }
    self.entries = entries
    self.strategies = strategies
    self.setting = setting
    self.target = target
    targetIsChosen = chosenTarget != nil
    equalCost = entries.map(\.cost).min() ?? 0
  }

  /// The best that the median search of every strategy reaches, in quality or else in hypervolume.
  private static func defaultTarget(
    _ entries: [Entry], _ strategies: [String], _ setting: Setting
  ) -> Target {
    var reached = Double.infinity
    for strategy in strategies {
      var ends: [Double] = []
      for entry in entries where entry.strategy == strategy {
        ends.append(
          setting.quality == nil ? entry.hypervolume : entry.qualityCurve.steps.last?.value ?? -.infinity)
      }
      ends.sort()
      // Of an even number the lower middle one: the mean of two is a value that only half of the searches reach.
      reached = min(reached, ends[(ends.count - 1) / 2])
    }
    guard reached.isFinite else { return setting.quality == nil ? .hypervolume(0) : .quality(0) }
    if let quality = setting.quality { return .quality(quality.flipped(reached)) }
    guard let largest = setting.largestHypervolume, largest > 0 else { return .hypervolume(0) }
    return .hypervolume(reached / largest)
  }

  /// The searches of a strategy, by seed.
  public func entries(of strategy: String) -> [Entry] { entries.filter { $0.strategy == strategy } }

  /// A hypervolume as a share of the largest; nil where nothing dominates anything.
  public func share(ofHypervolume volume: Double) -> Double? {
    guard let largest = setting.largestHypervolume, largest > 0 else { return nil }
    // The last digit may exceed it.
    return min(1, volume / largest)
  }

  /// A hypervolume as a share of the box between 0 and the reference point, as the front of a run has it.
  public func boxShare(ofHypervolume volume: Double) -> Double {
    let box = setting.reference.reduce(1, *)
    return setting.reference.allSatisfy { $0 > 0 } && box > 0 ? volume / box : 0
  }

  /// A random stream of a purpose, the same for the same searches.
  func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: entries.first?.seed ?? 0, purpose: "comparison-" + purpose)
  }
}
