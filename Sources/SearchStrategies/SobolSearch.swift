import Numerics
import SearchSpaces

/// Quasi-random search: the points of a Sobol sequence, which leave no part of the space out for as long as random
/// points do (Bergstra and Bengio 2012, section 4; the sequence is described at `SobolSequence`).
///
/// Every parameter of the space has a dimension, also those that exist only under some values of others: where such a
/// parameter does not exist, its coordinate is not used. GSL knows 40 dimensions. In a space of more parameters the first
/// 40, in the order of the template, follow the sequence, and the others are drawn at random.
///
/// The sequence is shifted by the study's seed. Points of a finite space that were proposed before are passed over, so it
/// is visited without repeats and, in the end, exhausted.
///
/// - Complexity: O(parameters) a proposal while most of the space is unseen.
public struct SobolSearch: SearchStrategy {
  /// The name in configs.
  public let name = "sobol"

  private let space: ParameterSpace
  private let seed: UInt64
  private var points: QuasiRandomPoints
  private var proposed = ProposedAssignments()

  /// A quasi-random search of a space.
  public init(space: ParameterSpace, seed: UInt64) {
    self.space = space
    self.seed = seed
    points = QuasiRandomPoints(of: space, seed: seed)
  }

  /// Nothing: it does not learn.
  public func observationsNeeded(before trial: Int) -> Int { 0 }

  /// The next point of the sequence that is new, or nil when all have been proposed.
  public mutating func propose(trial: Int) -> Assignment? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    return proposed.insertNew(from: space, using: &stream) { points.next(using: &$0) }
  }

  /// Does nothing.
  public mutating func observe(_ trial: ObservedTrial) {}
}

/// The points of a space at the points of a shifted Sobol sequence; see ``SobolSearch``.
struct QuasiRandomPoints: Sendable {
  private let space: ParameterSpace
  private let leading: ArraySlice<SearchParameter>
  private var sequence: SobolSequence

  init(of space: ParameterSpace, seed: UInt64) {
    self.space = space
    leading = space.parameters.prefix(SobolSequence.largestDimension)
    var stream = RandomStream(seed: seed, purpose: "sobol-shift")
    sequence = SobolSequence(dimension: max(1, leading.count), shiftedBy: &stream)
  }

  /// The next point.
  ///
  /// - Parameter stream: where the parameters behind the fortieth are drawn from.
  mutating func next(using stream: inout RandomStream) -> Assignment {
    let values = zip(leading, sequence.next()).map { ($0.name, $0.domain.value(atFraction: $1)) }
    return space.completing(Assignment(values: Dictionary(uniqueKeysWithValues: values)), using: &stream)
  }
}
