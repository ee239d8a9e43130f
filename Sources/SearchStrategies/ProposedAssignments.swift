import Numerics
import SearchSpaces

/// The points that a strategy has proposed, so that it does not propose them again.
struct ProposedAssignments: Sendable {
  private static let redraws = 64

  private var seen: Set<Assignment> = []

  /// Whether a point has been proposed.
  func contains(_ assignment: Assignment) -> Bool { seen.contains(assignment) }

  /// Draws until a point is new, and remembers it.
  ///
  /// Where many draws in a row are old, the space is nearly used up: then the next new point after a random place in
  /// the order of the grid is taken.
  ///
  /// - Returns: nil when every point of a finite space has been proposed.
  mutating func insertNew(
    from space: ParameterSpace, using stream: inout RandomStream, draw: (inout RandomStream) -> Assignment
  ) -> Assignment? {
    for _ in 0..<Self.redraws {
      let assignment = draw(&stream)
      if seen.insert(assignment).inserted { return assignment }
    }
    guard space.isNumbered else { return draw(&stream) }
    if case .finite(let count) = space.size, seen.count >= count { return nil }
    let next = space.nextPoint(using: &stream) { !seen.contains($0) }
    if let next { seen.insert(next) }
    return next
  }
}
