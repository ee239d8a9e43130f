import Foundation
import Numerics
import ParetoAnalysis
import SearchSpaces

/// SMS-EGO: a Gaussian process for each objective says what can be hoped of a candidate, and the candidate is proposed whose
/// hope adds the most hypervolume to the front (Ponweiser, Wagner, Biermann and Vincze 2008, "Multiobjective optimization
/// on a limited budget of evaluations using model-assisted S-metric selection", PPSN X).
///
/// It is the strategy for few, costly trials. It begins with a Sobol sequence. The hope is the mean less a share of the
/// standard deviation. Candidates come from random points and from the front, and evolve for some generations by the
/// crossover and mutation of ``NSGAII``.
///
/// Options, and parameters that exist only under some values of others, enter by `PointFeatures`. Trials under way count as
/// if what is hoped of them had come true. Points that were proposed before are passed over; trials that failed do not
/// count.
///
/// A process takes the cube of its trials in time. So it has at most `modelled` trials: half of them the best, the others
/// drawn at random. And behind 2 · `modelled` trials one model makes two proposals, behind 4 · `modelled` four, and so
/// on, each as if the ones before it had come true. The hyperparameters are fitted anew whenever there are a tenth more
/// trials than at the last time.
///
/// - Complexity: O(modelled³ + candidates · modelled²) a model.
public struct SMSEGO: SearchStrategy {
  /// The name in configs.
  public let name = "sms-ego"

  /// The constants of the method.
  public struct Options: Codable, Hashable, Sendable {
    /// How many trials come from the Sobol sequence at the start.
    public var startup: Int
    /// The most trials that a model is made of.
    public var modelled: Int
    /// How many candidates each generation has.
    public var candidates: Int
    /// How many generations the candidates evolve.
    public var generations: Int
    /// How many trials may be under way that a model does not wait for.
    ///
    /// It is fixed and not the number of workers, so that the number of workers does not change the search.
    public var lookahead: Int

    /// Options.
    public init(
      startup: Int = 10, modelled: Int = 200, candidates: Int = 64, generations: Int = 12, lookahead: Int = 0
    ) {
      self.startup = startup
      self.modelled = modelled
      self.candidates = candidates
      self.generations = generations
      self.lookahead = lookahead
    }
  }

  private let space: ParameterSpace
  private let seed: UInt64
  private let options: Options
  private let features: PointFeatures
  private var points: QuasiRandomPoints
  private var proposed = ProposedAssignments()
  private var history: TrialHistory
  /// The assignments of the non-dominated trials.
  private var front: [Individual] = []
  /// What has been proposed and not observed, by trial.
  private var underWay: [Int: Assignment] = [:]
  /// What the last model proposes, the best first, and the trials that it is for.
  private var proposals: ArraySlice<Assignment> = []
  private var hyperparameters: [GaussianProcess.Hyperparameters] = []
  private var fittedCount = 0

  /// A search of a space.
  public init(space: ParameterSpace, seed: UInt64, options: Options = Options()) {
    self.space = space
    self.seed = seed
    self.options = options
    features = PointFeatures(of: space)
    points = QuasiRandomPoints(of: space, seed: seed)
    history = TrialHistory(of: space.parameters, capacity: max(128, options.modelled))
  }

  /// All trials before those of the same model, but the last `lookahead`; none for the start.
  public func observationsNeeded(before trial: Int) -> Int {
    trial < options.startup ? 0 : max(0, block(of: trial).lowerBound - options.lookahead)
  }

  /// The trials that have the same model as a trial.
  private func block(of trial: Int) -> Range<Int> {
    var (start, size) = (0, 1)
    while trial >= options.modelled * size * 2 {
      size *= 2
      start = options.modelled * size
    }
    let first = max(start + (trial - start) / size * size, min(trial, options.startup))
    return first..<(start + (trial - start) / size * size + size)
  }

  /// A point of the sequence at the start, and later what the model proposes; nil when a finite space is exhausted.
  public mutating func propose(trial: Int) -> Assignment? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    let block = block(of: trial)
    if trial < options.startup || history.count < 2 {
      proposals = []
    } else if trial == block.lowerBound {
      proposals = modelProposals(count: block.count, using: &stream)[...]
    }
    let isStart = trial < options.startup
    let assignment = proposed.insertNew(from: space, using: &stream) { stream in
      if isStart { return points.next(using: &stream) }
      return proposals.popFirst() ?? space.sample(using: &stream)
    }
    underWay[trial] = assignment
    return assignment
  }

  /// Takes a trial into the model.
  public mutating func observe(_ trial: ObservedTrial) {
    underWay[trial.number] = nil
    history.insert(trial)
    guard let individual = Individual(trial, among: front.first) else { return }
    guard !front.contains(where: { dominates($0.losses, individual.losses) }) else { return }
    front.removeAll { dominates(individual.losses, $0.losses) }
    front.append(individual)
    // Parents enough; those that came first go first.
    if front.count > options.modelled { front.removeFirst() }
  }

  private mutating func modelProposals(count: Int, using stream: inout RandomStream) -> [Assignment] {
    let bestCount = history.count <= options.modelled ? options.modelled : options.modelled / 2
    let (best, others) = history.split(
      best: bestCount, others: options.modelled - bestCount, using: &stream)
    let isFitted = history.count * 10 < fittedCount * 11
    let steps = isFitted ? 0 : fittedCount == 0 ? 30 : 12
    if !isFitted { fittedCount = history.count }
    guard
      let models = ObjectiveModels(
        of: best + others, features: features, hyperparameters: &hyperparameters, steps: steps)
    else { return [] }
    var gain = VolumeGain(over: models.points)
    let waiting = underWay.keys.sorted().compactMap { underWay[$0] }
    for hope in models.hopes(at: waiting.map { history.places(of: $0) }) { gain.insert(hope) }
    var candidates = evolved(by: models, gain, using: &stream)
    // The best, and then what is best if it comes true; the rest in case a point was proposed before.
    var chosen: [Assignment] = []
    while chosen.count < count, !candidates.isEmpty {
      let best = candidates.indices.max { (candidates[$0].gain, -$0) < (candidates[$1].gain, -$1) } ?? 0
      let candidate = candidates.remove(at: best)
      chosen.append(candidate.assignment)
      guard count > 1 else { break }
      gain.insert(candidate.hope)
      for index in candidates.indices { candidates[index].gain = gain(candidates[index].hope) }
    }
    candidates.sort { $0.gain > $1.gain }
    return chosen + candidates.map(\.assignment)
  }

  /// A point that may be proposed.
  private struct Candidate {
    var assignment: Assignment
    var hope: [Double]
    var gain: Double
  }

  /// Candidates after some generations, the best first.
  private func evolved(
    by models: ObjectiveModels, _ gain: VolumeGain, using stream: inout RandomStream
  ) -> [Candidate] {
    let survivors = max(4, options.candidates / 4)
    let variations = [Variation(), Variation(mutationIndex: 100)]
    var seen: Set<Assignment> = []
    var candidates: [Candidate] = []
    func admit(_ assignments: [Assignment]) {
      let new = assignments.filter { !proposed.contains($0) && seen.insert($0).inserted }
      let hopes = models.hopes(at: new.map { history.places(of: $0) })
      candidates += zip(new, hopes).map { Candidate(assignment: $0, hope: $1, gain: gain($1)) }
      candidates.sort { $0.gain > $1.gain }
    }
    admit((0..<2 * options.candidates).map { _ in space.sample(using: &stream) })
    var parents = front.map(\.assignment)
    for generation in 0..<options.generations {
      if generation > 0 { parents = candidates.prefix(survivors).map(\.assignment) }
      guard !parents.isEmpty else { break }
      let variation = variations[generation % 2]
      admit(
        (0..<options.candidates).map { _ in
          let mother = parents[stream.integer(below: parents.count)]
          let father = parents[stream.integer(below: parents.count)]
          return variation.mutate(
            variation.cross(mother, father, in: space, using: &stream), in: space, using: &stream)
        })
    }
    return candidates
  }
}
