import Numerics
import SearchSpaces

/// Regularised (ageing) evolution: the child of the best of a random sample enters the population, and the oldest
/// leaves it (Real, Aggarwal, Huang and Le 2019, "Regularized evolution for image classifier architecture search",
/// AAAI 33).
///
/// It follows the first objective. Where that is equal, as accuracies on a small validation part often are, the
/// candidate with the lower validation loss is the better one; the paper leaves ties open. A validation loss that is
/// missing or no finite number, as after a diverged training, is worse than any other.
///
/// Children that were proposed before are mutated further. Trials that failed do not enter the population. On request a
/// child inherits the weights of its parent (Real et al. 2017, "Large-scale evolution of image classifiers", ICML).
///
/// - Complexity: O(population) a proposal.
public struct RegularizedEvolution: SearchStrategy {
  /// The name in configs, with `+inherit` behind it where children inherit weights.
  public var name: String { "evolutionary" + (options.inheritsWeights ? "+inherit" : "") }

  /// The constants of the method.
  public struct Options: Codable, Hashable, Sendable {
    /// P: how many trials are alive; as many are drawn at random at the start.
    public var population: Int
    /// S: how many of them compete to be a parent.
    public var sample: Int
    /// How many trials may be under way that a proposal does not wait for.
    ///
    /// It is fixed and not the number of workers, so that the number of workers does not change the search.
    public var lookahead: Int
    /// Whether children begin with the weights of their parents.
    public var inheritsWeights: Bool

    /// Options; the defaults suit searches of some tens to some hundreds of trials.
    public init(
      population: Int = 16, sample: Int = 4, lookahead: Int = 8, inheritsWeights: Bool = false
    ) {
      self.inheritsWeights = inheritsWeights
      self.population = population
      self.sample = sample
      self.lookahead = lookahead
    }
  }

  private struct Individual: Sendable {
    var number: Int
    var assignment: Assignment
    var loss: Double
    var validationLoss: Double

    func isBetter(than other: Individual) -> Bool {
      (loss, validationLoss) < (other.loss, other.validationLoss)
    }
  }

  private let space: ParameterSpace
  private let seed: UInt64
  private let options: Options
  private var proposed = ProposedAssignments()
  /// The living, the oldest first.
  private var population: [Individual] = []

  /// An evolution in a space.
  public init(space: ParameterSpace, seed: UInt64, options: Options = Options()) {
    self.space = space
    self.seed = seed
    self.options = options
  }

  /// All trials but the last `lookahead`; none for the random start.
  public func observationsNeeded(before trial: Int) -> Int {
    trial < options.population ? 0 : max(0, trial - options.lookahead)
  }

  /// A random point at the start, and later a child; nil when a finite space is exhausted.
  public mutating func propose(trial: Int) -> Assignment? { proposeTraining(trial: trial)?.assignment }

  /// A random point at the start, and later a child, which may inherit from its parent.
  public mutating func proposeTraining(trial: Int) -> ProposedTraining? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    guard trial >= options.population, let parent = selectParent(using: &stream) else {
      return proposed.insertNew(from: space, using: &stream) { space.sample(using: &$0) }
        .map { ProposedTraining(assignment: $0) }
    }
    var child = parent.assignment
    let proposal = proposed.insertNew(from: space, using: &stream) { stream in
      child = space.mutate(child, using: &stream)
      return child
    }
    let heritage = options.inheritsWeights ? parent.number : nil
    return proposal.map { ProposedTraining(assignment: $0, inherits: heritage) }
  }

  /// The living, where children inherit.
  public var heritableTrials: Set<Int> { options.inheritsWeights ? Set(population.map(\.number)) : [] }

  /// Takes a trial into the population, and the oldest out of it.
  public mutating func observe(_ trial: ObservedTrial) {
    guard let loss = trial.losses?.first, loss.isFinite else { return }
    let validationLoss = trial.validationLoss.flatMap { $0.isFinite ? $0 : nil } ?? .infinity
    population.append(
      Individual(
        number: trial.number, assignment: trial.assignment, loss: loss, validationLoss: validationLoss))
    if population.count > options.population { population.removeFirst() }
  }

  private func selectParent(using stream: inout RandomStream) -> Individual? {
    guard !population.isEmpty else { return nil }
    var best = population[stream.integer(below: population.count)]
    for _ in 1..<max(1, options.sample) {
      let rival = population[stream.integer(below: population.count)]
      if rival.isBetter(than: best) { best = rival }
    }
    return best
  }
}
