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
    let size: Int? = if case .finite(let count) = space.size { count } else { nil }
    if let size, seen.count >= size { return nil }
    for _ in 0..<Self.redraws {
      let assignment = draw(&stream)
      if seen.insert(assignment).inserted { return assignment }
    }
    guard let size else { return draw(&stream) }
    let start = stream.integer(below: size)
    for offset in 0..<size {
      let (sum, overflow) = start.addingReportingOverflow(offset)
      let index = overflow || sum >= size ? offset - (size - start) : sum
      let assignment = space.gridAssignment(at: index)
      if seen.insert(assignment).inserted { return assignment }
    }
    return nil
  }
}
