import Numerics
import SearchSpaces

/// Grid search: every cell of the grid exactly once.
///
/// The order is a random one by default. Walking a grid in lexicographic order holds the first parameters at their
/// first values for a long time, so a search that is cut short has seen one corner only; that is a flaw of the order
/// and not of the grid, and a comparison with other strategies should not charge it to the grid.
///
/// Cells that break a rule of the space, from `unless` or `constraints`, are passed over.
///
/// - Complexity: O(parameters) a cell and O(1) memory, whatever the size of the grid.
public struct GridSearch: SearchStrategy {
  /// The name in configs.
  public let name = "grid"

  /// The order in which the cells are visited.
  public enum Order: String, Codable, CaseIterable, Sendable {
    /// A random order, by the study's seed.
    case shuffled
    /// The order of the template: the last parameter changes fastest.
    case lexicographic
  }

  private let space: ParameterSpace
  private let permutation: KeyedPermutation?
  private let size: Int
  /// How many cells that break a rule have been passed over.
  private var passedOver = 0

  /// A grid search of a space.
  ///
  /// - Parameters:
  ///   - gridSize: the number of cells; see `ParameterSpace.requiredGridSize()`.
  public init(space: ParameterSpace, gridSize: Int, order: Order, seed: UInt64) {
    self.space = space
    size = gridSize
    permutation = order == .shuffled ? KeyedPermutation(count: gridSize, seed: seed) : nil
  }

  /// Nothing: it does not learn.
  public func observationsNeeded(before trial: Int) -> Int { 0 }

  /// The cell of a trial, or nil after the last.
  public mutating func propose(trial: Int) -> Assignment? {
    while trial < size - passedOver {
      let position = trial + passedOver
      let cell = space.gridAssignment(at: permutation?[position] ?? position)
      if space.allows(cell) { return cell }
      passedOver += 1
    }
    return nil
  }

  /// Does nothing.
  public mutating func observe(_ trial: ObservedTrial) {}
}
