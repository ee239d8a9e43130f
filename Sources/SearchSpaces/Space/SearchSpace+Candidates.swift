import NeuralNetworks
import Numerics
import Training

/// Why an assignment is no point of a space.
public enum AssignmentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A parameter that exists under the other values has none.
  case missing(parameter: String)
  /// A value that the parameter cannot take.
  case foreign(parameter: String, value: String)
  /// A value of a parameter that does not exist under the other values.
  case superfluous(parameter: String)
  /// An entry of `unless` forbids the values of these parameters together.
  case excluded(parameters: String, place: String)
  /// A constraint is broken.
  case constraint(name: String, value: String, limit: String)
  /// There are constraints, and the network cannot be built, so that nothing is known of it.
  case unbuildable(reason: String)

  /// The parameter and what is wrong with it.
  public var description: String {
    switch self {
    case .missing(let parameter): "\(parameter): the candidate has no value for it"
    case .foreign(let parameter, let value): "\(parameter): '\(value)' is no value of the search space"
    case .superfluous(let parameter): "\(parameter): does not exist for this candidate"
    case .excluded(let parameters, let place): "\(parameters): excluded by unless at \(place)"
    case .constraint(let name, let value, let limit): "\(name): expected at most \(limit), got \(value)"
    case .unbuildable(let reason): "the network cannot be built: \(reason)"
    }
  }
}

extension SearchSpace {
  /// The candidate at a point of the space.
  ///
  /// - Throws: ``AssignmentError`` if the assignment is no point of the space, or what the space's check throws.
  public func candidate(for assignment: Assignment) throws -> Candidate {
    try choices.validate(assignment)
    let candidate = Candidate(
      architecture: try architecture(by: assignment), training: try hyperparameters(by: assignment))
    try check(candidate)
    return candidate
  }

  /// Where the template does not tell the shape of the output, that of some candidates does.
  ///
  /// - Throws: ``ConfigurationError`` at the last layer. What cannot be built at all is not looked at here.
  func checkOutputs(place: ConfigurationPlace) throws {
    var stream = RandomStream(seed: 0, purpose: "output shapes")
    for _ in 0..<32 {
      let assignment = choices.sample(using: &stream)
      let outputs = try outputCount(by: assignment)
      let architecture = try architecture(by: assignment)
      guard let shape = try? architecture.outputShape(), shape != [outputs] else { continue }
      throw ConfigurationError(
        place: place,
        message: "architecture: the last layer must give one value a class, \([outputs]), got \(shape); "
          + "end with 'dense: {units: classes}'")
    }
  }

  func architecture(by assignment: Assignment) throws -> Architecture {
    Architecture(sampleShape: sampleShape, layers: try layers(of: layers, by: assignment))
  }

  private func layers(of elements: [SpaceElement], by assignment: Assignment) throws -> [Layer] {
    var layers: [Layer] = []
    for element in elements { try append(element, to: &layers, by: assignment) }
    return layers
  }

  private func append(
    _ element: SpaceElement, to layers: inout [Layer], by assignment: Assignment
  ) throws {
    switch element {
    case .plain(let kind, let settings):
      let outputs = try outputCount(by: assignment)
      let values = try settings.map { setting in
        let value = try resolve(setting, by: assignment)
        return value == .name(ScalarSlot.classesWord) ? .integer(outputs) : value
      }
      guard let layer = Layer(kind, values) else {
        let text = values.map(\.text).joined(separator: " ")
        throw AssignmentError.foreign(parameter: kind.rawValue, value: text)
      }
      layers.append(layer)
    case .residual(let body): layers.append(.residual(try self.layers(of: body, by: assignment)))
    case .branches(let join, let paths):
      layers.append(
        .branches(
          join: try named(join, by: assignment),
          paths: try paths.map { try self.layers(of: $0, by: assignment) })
      )
    case .choice(let name, _, let options, _):
      guard case .option(let index, _) = assignment[name] else {
        throw AssignmentError.missing(parameter: name)
      }
      for element in options[index] { try append(element, to: &layers, by: assignment) }
    case .repetition(let times, let bodies, let share):
      for repetition in 0..<(try resolve(times, by: assignment).integer) {
        for element in bodies[share ? 0 : repetition] { try append(element, to: &layers, by: assignment) }
      }
    case .shared(let body):
      for element in body { try append(element, to: &layers, by: assignment) }
    case .conditional(let conditions, let body):
      guard conditions.allSatisfy({ $0.holds(for: assignment.values) }) else { return }
      for element in body { try append(element, to: &layers, by: assignment) }
    }
  }

  /// The value that a place takes; the assignment is a valid one.
  func resolve(_ scalar: NamedScalar, by assignment: Assignment) throws -> ScalarValue {
    switch scalar {
    case .fixed(let value): return value
    case .integers(let name, _, _), .reals(let name, _, _):
      switch assignment[name] {
      case .integer(let value): return .integer(value)
      case .real(let value): return .real(value)
      default: throw AssignmentError.missing(parameter: name)
      }
    case .choice(let name, _, let options, _):
      guard case .option(let index, _) = assignment[name] else {
        throw AssignmentError.missing(parameter: name)
      }
      return try resolve(options[index], by: assignment)
    }
  }

  func named<Name: RawRepresentable>(
    _ scalar: NamedScalar, by assignment: Assignment
  ) throws -> Name where Name.RawValue == String {
    let text = try resolve(scalar, by: assignment).text
    guard let name = Name(rawValue: text) else {
      throw AssignmentError.foreign(parameter: text, value: text)
    }
    return name
  }
}
