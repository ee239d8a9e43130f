import Numerics
import ParetoAnalysis
import SearchSpaces

/// SEMOA, the simple evolutionary multi-objective algorithm: all trials that no other dominates are the population, and
/// the more hypervolume one of them contributes, the likelier it is a parent (Bakhtiarifard, Igel and Selvan 2024,
/// "EC-NAS: Energy consumption aware tabular benchmarks for neural architecture search", ICASSP, appendix E.1 of arXiv
/// 2210.06015; after Krause, Glasmachers, Hansen and Igel 2016, "Unbounded population MO-CMA-ES for the bi-objective BBOB
/// test suite", GECCO).
///
/// In every generation the trials that are best in one objective are parents once, and the others are drawn by linear
/// ranking of their contributions with η⁺ = 2: the greatest is twice as likely as the mean, the smallest never
/// drawn. A child differs from its one parent in a few parameters; there is no crossover. The paper changes 2.5 of a
/// candidate's places on average, and at least one; so does this, as ``ParameterSpace/mutate(_:using:)`` changes a
/// parameter.
///
/// The reference point is the worst of the population in each objective, and a tenth of its extent beyond; it matters
/// little, since the extremes are parents in any case. The paper's population has no bound. Here it keeps the `capacity`
/// trials that contribute most, because all contributions in three objectives take quadratic time. Trials that failed do
/// not enter it.
///
/// - Complexity: O(parameters) a proposal, and O(capacity · log capacity) a generation for two objectives,
///   O(capacity² · log capacity) for three.
public struct SEMOA: SearchStrategy {
  /// The name in configs, with `+inherit` behind it where children inherit weights.
  public var name: String { "semoa" + (options.inheritsWeights ? "+inherit" : "") }

  /// The constants of the method.
  public struct Options: Codable, Hashable, Sendable {
    /// λ: how many trials make a generation; as many are drawn at random at the start.
    public var population: Int
    /// How many trials of the generations before the next does not wait for.
    public var lookahead: Int
    /// How many parameters a child has changed on average.
    public var changes: Double
    /// The most trials that are kept as parents.
    public var capacity: Int
    /// Whether children begin with the weights of their parents.
    public var inheritsWeights: Bool

    /// Options; the defaults are those of the authors' program, but for the capacity.
    public init(
      population: Int = 10, lookahead: Int = 0, changes: Double = 2.5, capacity: Int = 256,
      inheritsWeights: Bool = false
    ) {
      self.inheritsWeights = inheritsWeights
      self.population = population
      self.lookahead = lookahead
      self.changes = changes
      self.capacity = capacity
    }
  }

  private let space: ParameterSpace
  private let seed: UInt64
  private let options: Options
  private let generations: Generations
  private var proposed = ProposedAssignments()
  /// The trials that no other dominates; the greatest contributions first.
  private var population: [Individual] = []
  private var children: [Individual] = []
  /// The parent of each child of this generation.
  private var parents: [Individual] = []

  /// An evolution in a space.
  public init(space: ParameterSpace, seed: UInt64, options: Options = Options()) {
    self.space = space
    self.seed = seed
    self.options = options
    generations = Generations(founders: options.population, size: options.population)
  }

  /// All trials of the generations before, but the last `lookahead`.
  public func observationsNeeded(before trial: Int) -> Int {
    generations.observationsNeeded(before: trial, lookahead: options.lookahead)
  }

  /// A random point in the first generation, and later a child; nil when a finite space is exhausted.
  public mutating func propose(trial: Int) -> Assignment? { proposeTraining(trial: trial)?.assignment }

  /// A random point in the first generation, and later a child, which may inherit from its parent.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    let start = generations.start(of: trial)
    if start == trial {
      var selection = RandomStream(seed: seed, trial: trial, purpose: "parents")
      select(using: &selection)
    }
    guard trial >= options.population, !parents.isEmpty else {
      return proposed.insertNew(from: space, using: &stream) { space.sample(using: &$0) }
        .map { ProposedTraining(assignment: $0) }
    }
    let parent = parents[(trial - start) % parents.count]
    var attempts = 0
    var earlier = parent.assignment
    let proposal = proposed.insertNew(from: space, using: &stream) { stream in
      attempts += 1
      // A parent whose neighbours have all been proposed sends its children further away.
      earlier =
        attempts <= 8
        ? Self.perturb(parent.assignment, changes: options.changes, in: space, using: &stream)
        : space.mutate(earlier, using: &stream)
      return earlier
    }
    let heritage = options.inheritsWeights ? parent.number : nil
    return proposal.map { ProposedTraining(assignment: $0, inherits: heritage) }
  }

  /// The parents of this generation, and all that may be those of the next, where children inherit.
  public var heritableTrials: Set<Int> {
    options.inheritsWeights ? Set((population + children + parents).map(\.number)) : []
  }

  /// Takes a trial among the candidates for the next selection.
  public mutating func observe(_ trial: ObservedTrial) {
    guard let child = Individual(trial, among: population.first ?? children.first) else { return }
    children.append(child)
  }

  /// Changes as many parameters as independent draws for each would, and at least one.
  private static func perturb(
    _ parent: Assignment, changes: Double, in space: ParameterSpace, using stream: inout RandomStream
  ) -> Assignment {
    let count = max(1, parent.values.count)
    let probability = changes / Double(count)
    let changes = (0..<count).count { _ in stream.uniform() < probability }
    var child = parent
    for _ in 0..<max(1, changes) { child = space.mutate(child, using: &stream) }
    return child
  }

  private mutating func select(using stream: inout RandomStream) {
    guard !children.isEmpty else { return }
    let all = population + children
    children = []
    // Of trials with equal results the first is kept: together they would contribute nothing.
    var seen: Set<[Double]> = []
    let front = nonDominatedIndexes(of: all.map(\.losses)).map { all[$0] }
      .filter { seen.insert($0.losses).inserted }
    let points = front.map(\.losses)
    let contributions = hypervolumeContributions(of: points, reference: referencePoint(beyond: points))
    let ranked = front.indices.sorted { (-contributions[$0], $0) < (-contributions[$1], $1) }
    let extremes = (points.first ?? []).indices.compactMap { axis in
      front.indices.min { (points[$0][axis], $0) < (points[$1][axis], $1) }
    }
    parents = extremes.prefix(options.population).map { front[$0] }
    while parents.count < options.population {
      parents.append(front[ranked[Self.linearRank(of: ranked.count, using: &stream)]])
    }
    population = ranked.prefix(options.capacity).map { front[$0] }
  }

  /// A place among `count`, of which place i of 0 is drawn with a probability in proportion to count − 1 − i: linear
  /// ranking with η⁺ = 2.
  private static func linearRank(of count: Int, using stream: inout RandomStream) -> Int {
    guard count > 1 else { return 0 }
    // Of two different places the smaller one: (count − 1 − i) of all pairs have i as their smaller.
    let first = stream.integer(below: count)
    let second = stream.integer(below: count - 1)
    return min(first, second < first ? second : second + 1)
  }
}
