import Numerics

/// The open choices of a space, with those that exist only under some values of others, apart from what they are choices of.
///
/// This is what strategies search: the choices of a ``SearchSpace``, the variables of a test function, the columns of a
/// table of results.
///
/// ```swift
/// let space = ParameterSpace([
///   SearchParameter(name: "x", domain: .reals(RealRange(0, 1))),
///   SearchParameter(name: "kind", domain: .options(["a", "b"])),
/// ])
/// let assignment = space.sample(using: &stream)
/// ```
///
/// A space may have rules that some points break, from `unless` and `constraints`. All that hands out points (sampling,
/// mutation, crossover, completion) hands out points that keep them; the grid numbers all points, and ``allows(_:)``
/// tells which of them to leave out.
public struct ParameterSpace: Sendable {
  /// All parameters that some point has, each once, in the order of the template.
  public let parameters: [SearchParameter]
  /// How draws are spread over options.
  public let sampling: Sampling

  let decisions: [Decision]
  let cells: CellCount
  /// The first float without grid points, with its place.
  let gridObstacle: (name: String, place: ConfigurationPlace)?
  /// Where the space was written.
  let place: ConfigurationPlace
  /// The rules that points must keep; nil where there are none.
  var restriction: Restriction?

  /// A space of parameters that all exist for every point.
  ///
  /// - Precondition: the names differ.
  public init(_ parameters: [SearchParameter]) {
    precondition(Set(parameters.map(\.name)).count == parameters.count, "parameters need different names")
    let decisions = parameters.map { Decision(parameter: $0, place: .code, dependents: .none) }
    self.init(
      decisions, parameters: parameters.map { ($0, .code) }, place: .code, sampling: .byOption)
  }

  /// A space of decisions with conditions between them.
  ///
  /// - Throws: ``ConfigurationError`` where the conditions are too many; see ``DecisionCompiler``.
  init(_ templates: [DecisionTemplate], place: ConfigurationPlace, sampling: Sampling) throws {
    var parameters: [(SearchParameter, ConfigurationPlace)] = []
    var seen: Set<String> = []
    DecisionTemplate.visit(templates) { parameter, place in
      if seen.insert(parameter.name).inserted { parameters.append((parameter, place)) }
    }
    self.init(
      try DecisionCompiler.compile(templates), parameters: parameters, place: place, sampling: sampling)
  }

  /// A space of compiled decisions.
  ///
  /// - Parameter parameters: each parameter of the decisions once, with its place.
  init(
    _ decisions: [Decision], parameters: [(SearchParameter, ConfigurationPlace)], place: ConfigurationPlace,
    sampling: Sampling
  ) {
    self.decisions = decisions
    self.place = place
    self.sampling = sampling
    self.parameters = parameters.map(\.0)
    cells = Decision.cells(of: decisions)
    gridObstacle = parameters.first { $0.0.domain.gridCount == nil }.map { ($0.0.name, $0.1) }
  }

  /// The names of the parameters in the order of the template.
  public var parameterNames: [String] { parameters.map(\.name) }

  /// Checks that an assignment is a point of the space: a value of each parameter that exists and no other, and no rule
  /// broken.
  ///
  /// - Throws: ``AssignmentError``.
  public func validate(_ assignment: Assignment) throws {
    var visited: [String: ParameterValue] = [:]
    try Decision.fill(decisions, into: &visited) { decision in
      let name = decision.parameter.name
      guard let value = assignment[name] else { throw AssignmentError.missing(parameter: name) }
      guard decision.parameter.domain.contains(value) else {
        throw AssignmentError.foreign(parameter: name, value: value.text)
      }
      return value
    }
    if visited.count < assignment.values.count {
      let names = assignment.values.keys.filter { visited[$0] == nil }
      throw AssignmentError.superfluous(parameter: names.min() ?? "")
    }
    if let violation = restriction?.rules.violation(of: assignment) { throw violation.error }
  }

  /// Whether an assignment is a point of the space.
  public func contains(_ assignment: Assignment) -> Bool { (try? validate(assignment)) != nil }

  /// Whether some points break a rule.
  public var isRestricted: Bool { restriction != nil }

  /// Whether a point of the space without its rules, such as a cell of its grid, keeps them.
  public func allows(_ point: Assignment) -> Bool { restriction?.rules.violation(of: point) == nil }
}
