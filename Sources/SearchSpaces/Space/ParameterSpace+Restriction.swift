import Numerics

extension ParameterSpace {
  /// How many draws are made for a first point that keeps the rules, where the cells cannot be looked at one by one.
  private static let probes = 4608
  /// The same where they can.
  private static let probesOfListed = 512
  private static let descentSteps = 4096

  /// The space with rules that its points must keep.
  ///
  /// A point that keeps them is looked for: by draws, among the cells of a grid that is not too large, and by steps that
  /// each come nearer. How many draws it took says how rare such points are.
  ///
  /// - Throws: ``ConfigurationError`` at the rule that is broken least, if no such point is found.
  func restricted(by rules: PointRules) throws -> ParameterSpace {
    guard !rules.isEmpty else { return self }
    var stream = RandomStream(seed: 0, purpose: "allowed point")
    var nearest: (point: Assignment, violation: PointViolation)?
    func keeps(_ point: Assignment) -> Bool {
      guard let violation = rules.violation(of: point) else { return true }
      if nearest.map({ violation.excess < $0.violation.excess }) ?? true { nearest = (point, violation) }
      return false
    }
    var draws = 0
    var listing: AllowedCells?
    func witness() -> Assignment? {
      let isListed = gridSize.map { $0 <= Restriction.largestListing } ?? false
      while draws < (isListed ? Self.probesOfListed : Self.probes) {
        draws += 1
        let point = drawnPoint(using: &stream)
        if keeps(point) { return point }
      }
      draws = .max
      if let size = gridSize, isListed {
        // Every draw will need the list.
        if isNumbered {
          listing = AllowedCells(of: self, size: size, rules: rules)
          if let first = listing?.indices.first { return gridAssignment(at: first) }
        }
        for index in 0..<size {
          let point = gridAssignment(at: index)
          if keeps(point) { return point }
        }
        if isNumbered { return nil }
      }
      for _ in 0..<Self.descentSteps {
        guard let start = nearest?.point else { return nil }
        let point = neighbour(of: start, using: &stream)
        if keeps(point) { return point }
      }
      return nil
    }
    if let witness = witness() {
      var space = self
      space.restriction = Restriction(rules: rules, witness: witness, draws: draws, listing: listing)
      return space
    }
    throw nearest?.violation.hopeless
      ?? ConfigurationError(place: place, message: "no candidate keeps the constraints")
  }

  /// The probability with which a draw without rules gives a cell.
  func probability(of point: Assignment) -> Double {
    var probability = 1.0
    var visited: [String: ParameterValue] = [:]
    Decision.fill(decisions, into: &visited) { decision in
      let name = decision.parameter.name
      let value = point[name] ?? decision.parameter.domain.gridValue(at: 0)
      probability *= decision.probability(of: value, sampling)
      return value
    }
    return probability
  }
}
