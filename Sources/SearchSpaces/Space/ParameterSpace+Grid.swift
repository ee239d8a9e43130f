import Numerics

/// How many candidates a space has.
public enum SpaceSize: Hashable, Sendable {
  /// Exactly so many.
  case finite(Int)
  /// Finitely many, but more than an Int counts: about 10 to this power.
  case huge(powerOfTen: Double)
  /// A `float` range makes the candidates uncountable.
  case continuous
}

extension ParameterSpace {
  /// The number of candidates.
  ///
  /// Choices that exist only under some values are counted there only: options are summed, parameters side by side
  /// are multiplied.
  public var size: SpaceSize {
    if parameters.contains(where: { $0.domain.count == nil }) { return .continuous }
    return gridExtent
  }

  /// The number of grid cells, or nil where a float has no `grid` or an Int cannot count them; see
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

  private var gridExtent: SpaceSize {
    if let exact = cells.exact { return .finite(exact) }
    return .huge(powerOfTen: cells.logarithm / 10.0.logarithm)
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
}
