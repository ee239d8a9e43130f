extension ParameterSpace {
  /// Rules are looked at so often, at most, for a sample of the space.
  private static let checks = 1 << 15
  /// A draw in a space whose points are too rare to be drawn is a walk of so many steps.
  private static let steps = 64

  /// How many of some draws to make for a sample of the space: fewer where points that keep the rules are rare, so that the
  /// sample takes a second and not minutes.
  ///
  /// - Parameters:
  ///   - wanted: how many would be drawn without rules.
  ///   - least: so many are drawn at least, if they are wanted.
  public func affordableDraws(_ wanted: Int, atLeast least: Int = 16) -> Int {
    guard let restriction else { return wanted }
    let each = restriction.draws == .max ? (isListed ? 1 : Self.steps) : restriction.draws
    return max(min(wanted, least), min(wanted, Self.checks / each))
  }

  /// Whether rare points are drawn from a list of the cells.
  private var isListed: Bool { isNumbered && (gridSize.map { $0 <= Restriction.largestListing } ?? false) }
}
