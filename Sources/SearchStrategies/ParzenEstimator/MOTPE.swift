import Foundation
import Numerics
import ParetoAnalysis
import SearchSpaces

/// The multi-objective tree-structured Parzen estimator: candidates are drawn where good trials lie, and the one is
/// proposed that lies most among the good and least among the others (Ozaki, Tanigaki, Watanabe, Nomura and Onishi
/// 2022, "Multiobjective tree-structured Parzen estimator", JAIR 73).
///
/// Good is a tenth of the trials, at most 25: front after front by non-domination rank, the last front by the
/// hypervolume of what is chosen of it. A good trial counts by the hypervolume that it contributes, but at least a tenth
/// of what the one counts that contributes most.
///
/// Every parameter has two densities of its own, over the good trials and over the others that have it, in the scale of its range:
/// `KernelMixture` for numbers, `SmoothedCounts` for options. So a parameter that exists only under some values of
/// others is modelled where it exists: the tree of the name. An integer has the density at the middle of its cell.
///
/// It begins with random trials. Points that were proposed before are passed over. Trials that failed do not count.
/// Of the trials that are not good, at most 256 enter a density, drawn at random for each proposal. And of more than 100
/// trials that are close to the front only the best 50 stay in the running for the good ones, or four and two times
/// `mostGood`. So a proposal after 10,000 trials takes no longer than one after 500.
///
/// - Complexity: O(candidates · parameters · 281) a proposal.
public struct MOTPE: SearchStrategy {
  /// The name in configs.
  public let name = "motpe"

  /// The constants of the method.
  public struct Options: Codable, Hashable, Sendable {
    /// How many trials are drawn at random at the start.
    public var startup: Int
    /// How many candidates are drawn for a proposal.
    public var candidates: Int
    /// γ: the share of the trials that are good.
    public var goodShare: Double
    /// The most trials that are good.
    public var mostGood: Int
    /// How many trials may be under way that a proposal does not wait for.
    ///
    /// It is fixed and not the number of workers, so that the number of workers does not change the search.
    public var lookahead: Int

    /// Options; share and candidates are the paper's.
    public init(
      startup: Int = 10, candidates: Int = 24, goodShare: Double = 0.1, mostGood: Int = 25, lookahead: Int = 0
    ) {
      self.startup = startup
      self.candidates = candidates
      self.goodShare = goodShare
      self.mostGood = mostGood
      self.lookahead = lookahead
    }
  }

  private static let mostOthers = 256

  private let space: ParameterSpace
  private let seed: UInt64
  private let options: Options
  private var proposed = ProposedAssignments()
  private var history: TrialHistory

  /// A search of a space.
  public init(space: ParameterSpace, seed: UInt64, options: Options = Options()) {
    self.space = space
    self.seed = seed
    self.options = options
    history = TrialHistory(of: space.parameters, capacity: 2 * options.mostGood)
  }

  /// All trials but the last `lookahead`; none for the random start.
  public func observationsNeeded(before trial: Int) -> Int {
    trial < options.startup ? 0 : max(0, trial - options.lookahead)
  }

  /// A random point at the start, and later the best candidate; nil when a finite space is exhausted.
  public mutating func propose(trial: Int) -> Assignment? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    // The best first.
    var candidates =
      trial >= options.startup && history.count > 1 ? rankedCandidates(using: &stream)[...] : []
    return proposed.insertNew(from: space, using: &stream) { stream in
      candidates.popFirst() ?? space.sample(using: &stream)
    }
  }

  /// Takes a trial among the good or the others.
  public mutating func observe(_ trial: ObservedTrial) { history.insert(trial) }

  private func rankedCandidates(using stream: inout RandomStream) -> [Assignment] {
    let goodCount = min(Int((options.goodShare * Double(history.count)).rounded(.up)), options.mostGood)
    let (good, others) = history.split(best: goodCount, others: Self.mostOthers, using: &stream)
    let goodDensities = densities(of: good, weights: Self.weights(of: good))
    let otherDensities = densities(of: others, weights: [Double](repeating: 1, count: others.count))
    let candidates = (0..<options.candidates).map { _ in
      let candidate = draw(from: goodDensities, using: &stream)
      let places = history.places(of: candidate)
      let score = places.indices.reduce(0.0) { sum, index in
        let place = places[index]
        return place.isNaN ? sum : sum + log(goodDensities[index](place) / otherDensities[index](place))
      }
      return (candidate, score)
    }
    let order = candidates.indices.sorted { (-candidates[$0].1, $0) < (-candidates[$1].1, $1) }
    return order.map { candidates[$0].0 }
  }

  private func densities(of entries: [TrialHistory.Entry], weights: [Double]) -> [ParzenDensity] {
    let width = space.parameters.count
    var places: [Double] = []
    places.reserveCapacity(entries.count * width)
    for entry in entries { places += entry.places }
    return space.parameters.enumerated().map { index, parameter in
      ParzenDensity(
        parameter.domain, places: entries.indices.map { places[$0 * width + index] }, weights: weights)
    }
  }

  private func draw(from densities: [ParzenDensity], using stream: inout RandomStream) -> Assignment {
    var values: [String: ParameterValue] = [:]
    values.reserveCapacity(space.parameters.count)
    for (parameter, density) in zip(space.parameters, densities) {
      let place = density.sample(using: &stream)
      values[parameter.name] =
        parameter.domain.isOrdered
        ? parameter.domain.value(atFraction: place) : parameter.domain.gridValue(at: Int(place))
    }
    // What does not exist under the other values is dropped.
    return space.completing(Assignment(values: values), using: &stream)
  }

  private static func weights(of good: [TrialHistory.Entry]) -> [Double] {
    let points = good.map(\.losses)
    guard let first = points.first, first.count > 1 else { return [Double](repeating: 1, count: good.count) }
    let contributions = hypervolumeContributions(of: points, reference: referencePoint(beyond: points))
    guard let greatest = contributions.max(), greatest > 0 else {
      return [Double](repeating: 1, count: good.count)
    }
    return contributions.map { max($0 / greatest, 0.1) }
  }
}
