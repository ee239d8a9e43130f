import Numerics

/// How many candidates a space has.
public enum SpaceSize: Hashable, Sendable {
  /// Exactly so many.
  case finite(Int)
  /// At most so many: the points without `unless` and `constraints`, which are too many to look at each.
  case atMost(Int)
  /// Finitely many, but more than an Int counts: about 10 to this power, those that break a rule among them.
  case huge(powerOfTen: Double)
  /// A `float` range makes the candidates uncountable.
  case continuous
}

extension ParameterSpace {
  /// The number of candidates.
  ///
  /// Choices that exist only under some values are counted there only: options are summed, parameters side by side
  /// are multiplied. Points that break a rule are not counted where the cells are at most 2²⁰, about a million; the first
  /// time takes a look at each. Beyond that the size is an upper bound, and says so.
  public var size: SpaceSize {
    if hasReals { return .continuous }
    guard let exact = cells.exact else { return .huge(powerOfTen: cells.logarithm / 10.0.logarithm) }
    guard let restriction else { return .finite(exact) }
    return restriction.allowedCells(of: self).map { .finite($0.indices.count) } ?? .atMost(exact)
  }

  /// Whether every point is a cell of the grid, and has a number.
  public var isNumbered: Bool { !hasReals && cells.exact != nil }

  private var hasReals: Bool { parameters.contains { $0.domain.count == nil } }

  /// The number of grid cells, those that break a rule among them, or nil where a float has no `grid` or an Int cannot count them; see
  /// ``requiredGridSize()``.
  public var gridSize: Int? { gridObstacle == nil ? cells.exact : nil }

  /// The number of grid cells.
  ///
  /// - Throws: ``ConfigurationError`` at the place of the first float without `grid`, or of the architecture if there
  ///   are more cells than an Int counts.
  public func requiredGridSize() throws -> Int {
    if let gridObstacle {
      throw ConfigurationError(
        place: gridObstacle.place,
        message:
          "\(gridObstacle.name): grid search needs to know which points to use; add 'grid: N' to the range")
    }
    guard let size = cells.exact else {
      let power = Int((cells.logarithm / 10.0.logarithm).rounded())
      throw ConfigurationError(
        place: place,
        message: "the grid has about 10^\(power) cells, more than can be numbered; "
          + "offer fewer options or use another strategy")
    }
    return size
  }

  /// The grid's cell at an index: lexicographic in the order of the template, the first parameter slowest.
  ///
  /// - Precondition: the space has a ``gridSize`` and `0 <= index < gridSize`.
  /// - Complexity: O(parameters of the candidate); nothing is enumerated.
  public func gridAssignment(at index: Int) -> Assignment {
    guard let gridSize, index >= 0, index < gridSize else {
      preconditionFailure("a grid index must be at least 0 and less than the grid's size")
    }
    var values: [String: ParameterValue] = [:]
    Decision.decode(index, of: decisions, into: &values)
    return Assignment(values: values)
  }

  /// The index of the grid's cell that an assignment is, or nil if it is none: the inverse of
  /// ``gridAssignment(at:)``.
  ///
  /// - Complexity: O(parameters of the candidate).
  public func gridIndex(of assignment: Assignment) -> Int? {
    guard gridSize != nil else { return nil }
    var visited = 0
    let index = Decision.encode(assignment.values, of: decisions, visited: &visited)
    return visited == assignment.values.count ? index : nil
  }

  /// The most cells that ``nextPoint(using:where:)`` looks at where most break a rule.
  private static let longestSearch = 1 << 18

  /// The first point after a random place in the order of the grid that keeps the rules and meets a condition.
  ///
  /// - Returns: nil where there is none. Where most cells break a rule and they are too many to be listed, at most 2¹⁸
  ///   cells that do are passed over.
  /// - Precondition: ``isNumbered``.
  public func nextPoint(
    using stream: inout RandomStream, where isWanted: (Assignment) -> Bool
  ) -> Assignment? {
    guard let size = gridSize else { preconditionFailure("the points of this space have no numbers") }
    let listed = restriction?.allowedCells(of: self)?.indices
    let count = listed?.count ?? size
    guard count > 0 else { return nil }
    let start = stream.integer(below: count)
    var refused = 0
    for offset in 0..<count {
      let place = offset < count - start ? start + offset : offset - (count - start)
      let point = gridAssignment(at: listed?[place] ?? place)
      if listed == nil, !allows(point) {
        refused += 1
        if refused > Self.longestSearch { return nil }
      } else if isWanted(point) {
        return point
      }
    }
    return nil
  }
}
