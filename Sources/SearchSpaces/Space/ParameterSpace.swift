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
public struct ParameterSpace: Sendable {
  /// All parameters that some point has, each once, in the order of the template.
  public let parameters: [SearchParameter]

  let decisions: [Decision]
  let cells: CellCount
  /// The first float without grid points, with its place.
  let gridObstacle: (name: String, place: ConfigurationPlace)?
  /// Where the space was written.
  let place: ConfigurationPlace

  /// A space of parameters that all exist for every point.
  ///
  /// - Precondition: the names differ.
  public init(_ parameters: [SearchParameter]) {
    precondition(Set(parameters.map(\.name)).count == parameters.count, "parameters need different names")
    self.init(
      parameters.map { Decision(parameter: $0, place: .code, dependents: .none) }, place: .code)
  }

  init(_ decisions: [Decision], place: ConfigurationPlace) {
    self.decisions = decisions
    self.place = place
    cells = Decision.cells(of: decisions)
    var parameters: [SearchParameter] = []
    var seen: Set<String> = []
    var obstacle: (name: String, place: ConfigurationPlace)?
    Self.visit(decisions) { decision in
      guard seen.insert(decision.parameter.name).inserted else { return }
      parameters.append(decision.parameter)
      if obstacle == nil && decision.parameter.domain.gridCount == nil {
        obstacle = (decision.parameter.name, decision.place)
      }
    }
    self.parameters = parameters
    gridObstacle = obstacle
  }

  /// The names of the parameters in the order of the template.
  public var parameterNames: [String] { parameters.map(\.name) }

  private static func visit(_ decisions: [Decision], _ body: (Decision) -> Void) {
    for decision in decisions {
      body(decision)
      for list in decision.below { visit(list, body) }
    }
  }

  /// Checks that an assignment is a point of the space: a value of each parameter that exists, and no other.
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
  }

  /// Whether an assignment is a point of the space.
  public func contains(_ assignment: Assignment) -> Bool { (try? validate(assignment)) != nil }
}
