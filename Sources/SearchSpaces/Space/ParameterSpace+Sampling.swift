import Numerics

extension ParameterSpace {
  /// The standard deviation of the step by which ``mutate(_:using:)`` moves a float, as a share of its range.
  public static let mutationStep = 0.2

  /// A random point: each option as likely as the others, ranges uniform in their scale.
  public func sample(using stream: inout RandomStream) -> Assignment {
    completing(Assignment(values: [:]), using: &stream)
  }

  /// The point that keeps what it can of some values: those of parameters that exist are kept, missing ones are
  /// drawn, others are dropped.
  ///
  /// For crossover, and to carry a point over into a changed space.
  public func completing(_ assignment: Assignment, using stream: inout RandomStream) -> Assignment {
    var values: [String: ParameterValue] = [:]
    Decision.fill(decisions, into: &values) { decision in
      if let value = assignment[decision.parameter.name], decision.parameter.domain.contains(value) {
        return value
      }
      return decision.parameter.domain.sample(using: &stream)
    }
    return Assignment(values: values)
  }

  /// A neighbour: exactly one parameter, each as likely as the others, has another value.
  ///
  /// - An option is replaced by any other.
  /// - An integer goes one step up or down with probability ½, else it is drawn anew among the others.
  /// - A float takes a Gaussian step of ``mutationStep`` times its range, in its scale, cut off at the bounds.
  ///
  /// Parameters that come into being through the new value are drawn, those that vanish are dropped, all others are
  /// kept. The result differs from the assignment unless the space has a single point.
  public func mutate(_ assignment: Assignment, using stream: inout RandomStream) -> Assignment {
    let current = completing(assignment, using: &stream)
    // Not a dictionary's order, which changes from run to run, but the template's.
    let movable = parameters.filter { current[$0.name] != nil && ($0.domain.count ?? 2) > 1 }
    guard !movable.isEmpty else { return current }
    let chosen = movable[stream.integer(below: movable.count)]
    guard let value = current[chosen.name] else { return current }
    var changed = current
    changed.values[chosen.name] = chosen.domain.mutate(value, using: &stream)
    return completing(changed, using: &stream)
  }
}

extension ParameterDomain {
  /// Another value of the domain; the domain has more than one.
  fileprivate func mutate(_ value: ParameterValue, using stream: inout RandomStream) -> ParameterValue {
    switch (self, value) {
    case (.options(let labels), .option(let index, _)):
      let other = stream.integer(below: labels.count - 1)
      return gridValue(at: other < index ? other : other + 1)
    case (.integers(let range), .integer(let number)):
      return .integer(range.mutate(number, using: &stream))
    case (.reals(let range), .real(let number)): return .real(range.mutate(number, using: &stream))
    default: return value
    }
  }
}

extension IntegerRange {
  fileprivate func mutate(_ number: Int, using stream: inout RandomStream) -> Int {
    let index = (number - lower) / step
    let last = count - 1
    if stream.integer(below: 2) == 0 {
      let up = index == 0 || (index < last && stream.integer(below: 2) == 0)
      return value(at: up ? index + 1 : index - 1)
    }
    // A few draws in the range's scale; one that never leaves the value (it can on the log scale) is helped along.
    for _ in 0..<32 {
      let drawn = sample(using: &stream)
      if drawn != number { return drawn }
    }
    return value(at: index == last ? index - 1 : index + 1)
  }
}

extension RealRange {
  fileprivate func mutate(_ number: Double, using stream: inout RandomStream) -> Double {
    let start = fraction(of: number)
    for _ in 0..<32 {
      let moved = value(at: min(max(start + ParameterSpace.mutationStep * stream.normal(), 0), 1))
      if moved != number { return moved }
    }
    return number == lower ? upper : lower
  }
}
