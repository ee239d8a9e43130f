import Numerics

extension ParameterSpace {
  /// The standard deviation of the step by which ``mutate(_:using:)`` moves a float, as a share of its range.
  public static let mutationStep = 0.2

  /// How often a draw is repeated that breaks a rule, before another way is taken.
  private static let redraws = 256
  /// The same for what starts from a point.
  private static let neighbourRedraws = 64

  /// A random point: options as ``sampling`` says, ranges uniform in their scale.
  ///
  /// Draws that break a rule are repeated. Where most do, a cell is drawn from the list of those that keep the rules,
  /// with the probability that repeating would give it. Only in a space too large for such a list, in which none of some
  /// thousand draws kept the rules when it was made, the draw is a random walk from a point that does.
  public func sample(using stream: inout RandomStream) -> Assignment {
    guard let restriction else { return drawnPoint(using: &stream) }
    let isRare = restriction.draws == .max
    // Where the cells are listed, hardly any draw would do.
    if !isRare, let point = firstAllowed(of: Self.redraws, using: &stream, drawnPoint(using:)) {
      return point
    }
    if let cell = restriction.allowedCells(of: self)?.sample(using: &stream) {
      return gridAssignment(at: cell)
    }
    if !isRare, let point = firstAllowed(of: 16 * Self.redraws, using: &stream, drawnPoint(using:)) {
      return point
    }
    var point = restriction.witness
    for _ in 0..<Self.neighbourRedraws {
      let next = neighbour(of: point, using: &stream)
      if allows(next) { point = next }
    }
    return point
  }

  /// The point that keeps what it can of some values: those of parameters that exist are kept, missing ones are
  /// drawn, others are dropped.
  ///
  /// To carry a point over into a changed space. Where the result breaks a rule, it is changed step by step until it
  /// breaks none.
  public func completing(_ assignment: Assignment, using stream: inout RandomStream) -> Assignment {
    guard isRestricted else { return filled(assignment, using: &stream) }
    let whole = firstAllowed(of: Self.neighbourRedraws, using: &stream) { filled(assignment, using: &$0) }
    if let whole { return whole }
    var point = filled(assignment, using: &stream)
    for _ in 0..<Self.redraws {
      point = neighbour(of: point, using: &stream)
      if allows(point) { return point }
    }
    return sample(using: &stream)
  }

  /// A neighbour: exactly one parameter, each as likely as the others, has another value.
  ///
  /// - An option is replaced by any other.
  /// - An integer goes one step up or down with probability ½, else it is drawn anew among the others.
  /// - A float takes a Gaussian step of ``mutationStep`` times its range, in its scale, cut off at the bounds.
  ///
  /// Parameters that come into being through the new value are drawn, those that vanish are dropped, all others are
  /// kept. The result differs from the assignment unless the space has a single point. Where every neighbour breaks a
  /// rule, neighbours of neighbours are taken, and in the end any other point.
  public func mutate(_ assignment: Assignment, using stream: inout RandomStream) -> Assignment {
    guard let restriction else { return neighbour(of: assignment, using: &stream) }
    let start = filled(assignment, using: &stream)
    for _ in 0..<Self.neighbourRedraws {
      let point = neighbour(of: start, using: &stream)
      if point != assignment, allows(point) { return point }
    }
    var walk = start
    for _ in 0..<Self.neighbourRedraws {
      walk = neighbour(of: walk, using: &stream)
      if walk != assignment, allows(walk) { return walk }
    }
    for _ in 0..<Self.neighbourRedraws {
      let point = sample(using: &stream)
      if point != assignment { return point }
    }
    return nextPoint(using: &stream) { $0 != assignment } ?? restriction.witness
  }

  /// A child of two points: each parameter has the value of one of those parents for which it exists, either as likely as
  /// the other; parameters that exist for neither are drawn.
  ///
  /// Uniform crossover (Syswerda 1989, "Uniform crossover in genetic algorithms", ICGA 3). Where the children break a
  /// rule, the result is a parent that keeps them, or a draw.
  public func crossover(
    _ first: Assignment, _ second: Assignment, using stream: inout RandomStream
  ) -> Assignment {
    guard isRestricted else { return crossed(first, second, using: &stream) }
    let child = firstAllowed(of: Self.neighbourRedraws, using: &stream) {
      crossed(first, second, using: &$0)
    }
    if let child { return child }
    let parents = [first, second].filter(contains)
    return parents.isEmpty ? sample(using: &stream) : parents[stream.integer(below: parents.count)]
  }

  // MARK: Without the rules

  /// A random point, whatever the rules say.
  func drawnPoint(using stream: inout RandomStream) -> Assignment {
    filled(Assignment(values: [:]), using: &stream)
  }

  /// A neighbour of a point, whatever the rules say.
  func neighbour(of assignment: Assignment, using stream: inout RandomStream) -> Assignment {
    let current = filled(assignment, using: &stream)
    // Not a dictionary's order, which changes from run to run, but the template's.
    let movable = parameters.filter { current[$0.name] != nil && ($0.domain.count ?? 2) > 1 }
    guard !movable.isEmpty else { return current }
    let chosen = movable[stream.integer(below: movable.count)]
    guard let value = current[chosen.name] else { return current }
    var changed = current
    changed.values[chosen.name] = chosen.domain.mutate(value, using: &stream)
    return filled(changed, using: &stream)
  }

  private func filled(_ assignment: Assignment, using stream: inout RandomStream) -> Assignment {
    var values = emptyValues
    Decision.fill(decisions, into: &values) { decision in
      if let value = assignment[decision.parameter.name], decision.parameter.domain.contains(value) {
        return value
      }
      return decision.sample(sampling, using: &stream)
    }
    return Assignment(values: values)
  }

  private func crossed(
    _ first: Assignment, _ second: Assignment, using stream: inout RandomStream
  ) -> Assignment {
    var values = emptyValues
    Decision.fill(decisions, into: &values) { decision in
      let parameter = decision.parameter
      let known = [first[parameter.name], second[parameter.name]]
        .compactMap { $0 }.filter(parameter.domain.contains)
      guard !known.isEmpty else { return decision.sample(sampling, using: &stream) }
      return known.count == 1 ? known[0] : known[stream.integer(below: 2)]
    }
    return Assignment(values: values)
  }

  /// No values, with room for those of a point, so that a dictionary need not grow step by step; of a space with many
  /// parameters most points have only some.
  private var emptyValues: [String: ParameterValue] {
    var values: [String: ParameterValue] = [:]
    values.reserveCapacity(min(parameters.count, 12))
    return values
  }

  /// The first of some draws that keeps the rules.
  private func firstAllowed(
    of count: Int, using stream: inout RandomStream, _ draw: (inout RandomStream) -> Assignment
  ) -> Assignment? {
    for _ in 0..<count {
      let point = draw(&stream)
      if allows(point) { return point }
    }
    return nil
  }
}
