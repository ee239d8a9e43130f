import Numerics
import ParetoAnalysis
import SearchSpaces

/// NSGA-II: of parents and children together those survive that few dominate, and among equals those in the least
/// crowded parts of the front (Deb, Pratap, Agarwal and Meyarivan 2002, "A fast and elitist multiobjective genetic
/// algorithm: NSGA-II", IEEE TEVC 6(2)).
///
/// Parents are the winners of binary tournaments by rank, then by crowding distance. They are crossed and their child is
/// mutated as `Variation` says, with the constants of the paper; one child is kept of each mating. A child that was
/// proposed before is mutated further. Trials that failed do not enter the population. On request a child inherits the
/// weights of the parent that it shares more values with.
///
/// It follows all objectives; the validation loss has no say.
///
/// It works generation by generation: all trials of one can run at once, and the next waits until all but the last
/// `lookahead` have ended. Those count from the generation after on.
///
/// - Complexity: O(parameters) a proposal, and O(population · log population) a generation for two objectives,
///   O(population²) for three.
public struct NSGAII: SearchStrategy {
  /// The name in configs, with `+inherit` behind it where children inherit weights.
  public var name: String { "nsga-ii" + (options.inheritsWeights ? "+inherit" : "") }

  /// The constants of the method.
  public struct Options: Codable, Hashable, Sendable {
    /// N: how many trials survive a generation, and how many make one.
    public var population: Int
    /// How many trials of the generations before the next does not wait for.
    ///
    /// It is fixed and not the number of workers, so that the number of workers does not change the search.
    public var lookahead: Int
    /// Whether children begin with the weights of a parent.
    public var inheritsWeights: Bool

    /// Options; the defaults are the paper's, for some ten thousand trials.
    public init(population: Int = 100, lookahead: Int = 0, inheritsWeights: Bool = false) {
      self.inheritsWeights = inheritsWeights
      self.population = population
      self.lookahead = lookahead
    }
  }

  private struct Parent: Sendable {
    var individual: Individual
    var rank: Int
    var crowdingDistance: Double
  }

  private let space: ParameterSpace
  private let seed: UInt64
  private let options: Options
  private let generations: Generations
  private let variation = Variation()
  private var proposed = ProposedAssignments()
  private var parents: [Parent] = []
  /// What has been observed since the parents were chosen.
  private var children: [Individual] = []

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

  /// A random point in the first generation, and later a child, which may inherit from a parent.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    if generations.start(of: trial) == trial { select() }
    guard trial >= options.population, !parents.isEmpty else {
      return proposed.insertNew(from: space, using: &stream) { space.sample(using: &$0) }
        .map { ProposedTraining(assignment: $0) }
    }
    var earlier: (assignment: Assignment, parent: Int)?
    let proposal = proposed.insertNew(from: space, using: &stream) { stream in
      let child =
        earlier.map { (space.mutate($0.assignment, using: &stream), $0.parent) }
        ?? Self.child(of: parents, varied: variation, in: space, using: &stream)
      earlier = child
      return child.0
    }
    let heritage = options.inheritsWeights ? earlier?.parent : nil
    return proposal.map { ProposedTraining(assignment: $0, inherits: heritage) }
  }

  /// The parents, and the children that may become such, where children inherit.
  public var heritableTrials: Set<Int> {
    options.inheritsWeights ? Set(parents.map(\.individual.number) + children.map(\.number)) : []
  }

  /// Takes a trial among the candidates for the next selection.
  public mutating func observe(_ trial: ObservedTrial) {
    guard let child = Individual(trial, among: parents.first?.individual ?? children.first) else { return }
    children.append(child)
  }

  /// A child and the trial of the parent that more of its values come from; of the first where both gave as many.
  private static func child(
    of parents: [Parent], varied variation: Variation, in space: ParameterSpace,
    using stream: inout RandomStream
  ) -> (Assignment, Int) {
    let mother = winner(among: parents, using: &stream).individual
    let father = winner(among: parents, using: &stream).individual
    let child = variation.cross(mother.assignment, father.assignment, in: space, using: &stream)
    func shared(_ parent: Individual) -> Int {
      child.values.count { parent.assignment[$0.key] == $0.value }
    }
    let nearer = shared(father) > shared(mother) ? father : mother
    return (variation.mutate(child, in: space, using: &stream), nearer.number)
  }

  /// The better of two parents drawn at random.
  private static func winner(among parents: [Parent], using stream: inout RandomStream) -> Parent {
    let first = parents[stream.integer(below: parents.count)]
    let second = parents[stream.integer(below: parents.count)]
    if first.rank != second.rank { return first.rank < second.rank ? first : second }
    return second.crowdingDistance > first.crowdingDistance ? second : first
  }

  /// Fills the population front by front, and from the last that has room the least crowded.
  private mutating func select() {
    guard !children.isEmpty else { return }
    let all = parents.map(\.individual) + children
    children = []
    let ranks = nonDominatedRanks(of: all.map(\.losses))
    let fronts = Dictionary(grouping: all.indices) { ranks[$0] }
    parents = []
    var rank = 1
    while parents.count < options.population, let front = fronts[rank] {
      let distances = crowdingDistances(of: front.map { all[$0].losses })
      let members = zip(front, distances).map {
        Parent(individual: all[$0], rank: rank, crowdingDistance: $1)
      }
      let room = options.population - parents.count
      parents += members.count <= room ? members : Self.leastCrowded(members, count: room)
      rank += 1
    }
  }

  /// A sort by distance, older trials first where it is equal.
  private static func leastCrowded(_ members: [Parent], count: Int) -> [Parent] {
    let order = members.indices.sorted {
      (-members[$0].crowdingDistance, $0) < (-members[$1].crowdingDistance, $1)
    }
    return order.prefix(count).map { members[$0] }
  }
}
