/// Rules that some points of a space break.
struct PointRules: Sendable {
  /// A rule: how a point breaks it, or nil.
  typealias Rule = @Sendable (Assignment) -> PointViolation?

  /// The rules; cheap ones first.
  var rules: [Rule] = []

  var isEmpty: Bool { rules.isEmpty }

  /// How a point breaks the first rule that it breaks; nil if it keeps all.
  func violation(of point: Assignment) -> PointViolation? {
    for rule in rules {
      if let violation = rule(point) { return violation }
    }
    return nil
  }
}

/// How a point breaks a rule.
struct PointViolation: Sendable {
  /// What is said about the point.
  var error: AssignmentError
  /// How far it is from keeping the rule, such as 1.5 for half as much again as the limit; infinite where there is no
  /// nearer and farther.
  var excess: Double
  /// What is said about the space if no point is nearer to keeping all rules.
  var hopeless: ConfigurationError
}
