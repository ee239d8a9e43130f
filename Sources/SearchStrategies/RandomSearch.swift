import Numerics
import SearchSpaces

/// Random search: every proposal is drawn independently of all results (Bergstra and Bengio 2012, "Random search for
/// hyper-parameter optimization", JMLR 13).
///
/// Points that were proposed before are drawn again, so a finite space is visited without repeats and, in the end,
/// exhausted.
///
/// - Complexity: O(parameters) a proposal while most of the space is unseen.
public struct RandomSearch: SearchStrategy {
  /// The name in configs.
  public let name = "random"

  private let space: ParameterSpace
  private let seed: UInt64
  private var proposed = ProposedAssignments()

  /// A random search of a space.
  public init(space: ParameterSpace, seed: UInt64) {
    self.space = space
    self.seed = seed
  }

  /// Nothing: it does not learn.
  public func observationsNeeded(before trial: Int) -> Int { 0 }

  /// A new point, or nil when all have been proposed.
  public mutating func propose(trial: Int) -> Assignment? {
    var stream = RandomStream(seed: seed, trial: trial, purpose: "proposal")
    return proposed.insertNew(from: space, using: &stream) { space.sample(using: &$0) }
  }

  /// Does nothing.
  public mutating func observe(_ trial: ObservedTrial) {}
}
