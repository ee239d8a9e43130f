import Foundation
import Numerics
import SearchSpaces

/// Crossover and mutation in unit scale, of the constants of Deb's implementation of NSGA-II.
///
/// - Numbers: simulated binary crossover (Deb and Agrawal 1995, Complex Systems 9) in its bounded form and polynomial
///   mutation (Deb and Goyal 1996, Computer Science and Informatics 26(4)), both in the scale of the range; integers are
///   rounded to the cell in which the number falls.
/// - Options: uniform crossover, and mutation to any other option.
///
/// What exists only in one of two parents is inherited from it; where the child needs a value that its parent does not
/// have, it is drawn.
struct Variation: Sendable {
  /// How near to its parents a child stays in crossover: the larger, the nearer.
  var crossoverIndex = 15.0
  /// The probability that two parents are crossed at all.
  var crossoverProbability = 0.9
  /// How near to its former value a mutated number stays: the larger, the nearer.
  var mutationIndex = 20.0

  /// A child of two parents: one of the two that crossover gives.
  func cross(
    _ first: Assignment, _ second: Assignment, in space: ParameterSpace, using stream: inout RandomStream
  ) -> Assignment {
    guard stream.uniform() < crossoverProbability else { return first }
    var values = first.values
    for parameter in space.parameters {
      guard let mother = first[parameter.name], let father = second[parameter.name] else {
        if first[parameter.name] == nil { values[parameter.name] = second[parameter.name] }
        continue
      }
      guard mother != father, stream.uniform() < 0.5 else { continue }
      guard parameter.domain.isOrdered, let low = parameter.domain.fraction(of: mother),
        let high = parameter.domain.fraction(of: father)
      else {
        if stream.uniform() < 0.5 { values[parameter.name] = father }
        continue
      }
      let child = crossed(min(low, high), max(low, high), using: &stream)
      values[parameter.name] = parameter.domain.value(atFraction: child)
    }
    return space.completing(Assignment(values: values), using: &stream)
  }

  /// A neighbour: each parameter that can change does so with probability 1 / their number.
  func mutate(
    _ assignment: Assignment, in space: ParameterSpace, using stream: inout RandomStream
  ) -> Assignment {
    let movable = space.parameters.filter { assignment[$0.name] != nil && ($0.domain.count ?? 2) > 1 }
    var mutant = assignment
    var isChanged = false
    for parameter in movable where stream.uniform() * Double(movable.count) < 1 {
      guard let value = assignment[parameter.name] else { continue }
      mutant.values[parameter.name] = mutated(value, of: parameter.domain, using: &stream)
      isChanged = true
    }
    return isChanged ? space.completing(mutant, using: &stream) : assignment
  }

  // MARK: Values

  /// One of the two children of two numbers of 0 to 1, each of which can be any number of 0 to 1.
  private func crossed(_ low: Double, _ high: Double, using stream: inout RandomStream) -> Double {
    let distance = high - low
    let draw = stream.uniform()
    let towardsZero = stream.uniform() < 0.5
    guard distance > 1e-14 else { return towardsZero ? low : high }
    let room = towardsZero ? low : 1 - high
    let alpha = 2 - pow(1 + 2 * room / distance, -(crossoverIndex + 1))
    let power = 1 / (crossoverIndex + 1)
    let spread = draw <= 1 / alpha ? pow(draw * alpha, power) : pow(1 / (2 - draw * alpha), power)
    let middle = (low + high) / 2
    let child = towardsZero ? middle - spread * distance / 2 : middle + spread * distance / 2
    return min(max(child, 0), 1)
  }

  private func mutated(
    _ value: ParameterValue, of domain: ParameterDomain, using stream: inout RandomStream
  ) -> ParameterValue {
    if case .option(let index, _) = value, let count = domain.count {
      let other = stream.integer(below: count - 1)
      return domain.gridValue(at: other < index ? other : other + 1)
    }
    guard let start = domain.fraction(of: value) else { return value }
    let end = mutated(start, using: &stream)
    let moved = domain.value(atFraction: end)
    guard moved == value, let count = domain.count, let index = domain.gridIndex(of: value) else {
      return moved
    }
    // A step within a cell of an integer goes on to the neighbour.
    let isUp = index == 0 || (end > start && index < count - 1)
    return domain.gridValue(at: isUp ? index + 1 : index - 1)
  }

  private func mutated(_ number: Double, using stream: inout RandomStream) -> Double {
    let draw = stream.uniform()
    let power = 1 / (mutationIndex + 1)
    let step: Double
    if draw < 0.5 {
      step = pow(2 * draw + (1 - 2 * draw) * pow(1 - number, mutationIndex + 1), power) - 1
    } else {
      step = 1 - pow(2 * (1 - draw) + (2 * draw - 1) * pow(number, mutationIndex + 1), power)
    }
    return min(max(number + step, 0), 1)
  }
}
