/// A decision with the conditions on other decisions that are still to be worked in; see ``DecisionCompiler``.
struct DecisionTemplate: Sendable {
  indirect enum Content: Sendable {
    case decision(SearchParameter, ConfigurationPlace, Dependents)
    /// Decisions that exist only where all conditions hold.
    case conditional([ParameterCondition], [DecisionTemplate])
  }

  enum Dependents: Sendable {
    case none
    /// The decisions that exist under each option.
    case options([[DecisionTemplate]])
    /// Bodies of a repetition; under the value at an index the first `counts[index]` exist.
    case repetitions([[DecisionTemplate]], counts: [Int])

    /// All lists of decisions that exist under some value.
    var lists: [[DecisionTemplate]] {
      switch self {
      case .none: []
      case .options(let lists), .repetitions(let lists, _): lists
      }
    }
  }

  let content: Content
  /// Whether it stands in a block whose uses share their values, so that it is made once on the way to a candidate.
  let isShared: Bool
  /// The parameters that conditions in it are on, however deep.
  let references: Set<String>
  /// The parameters in it, itself among them, that uses of a block share.
  let shared: Set<String>

  init(_ content: Content, isShared: Bool = false) {
    self.content = content
    self.isShared = isShared
    var references: Set<String> = []
    var shared: Set<String> = []
    func add(_ lists: [[DecisionTemplate]]) {
      for template in lists.joined() {
        references.formUnion(template.references)
        shared.formUnion(template.shared)
      }
    }
    switch content {
    case .decision(let parameter, _, let dependents):
      if isShared { shared.insert(parameter.name) }
      add(dependents.lists)
    case .conditional(let conditions, let templates):
      references.formUnion(conditions.map(\.parameter))
      add([templates])
    }
    self.references = references
    self.shared = shared
  }

  /// The parameter; nil of conditions.
  var parameter: SearchParameter? {
    if case .decision(let parameter, _, _) = content { parameter } else { nil }
  }

  /// The lists of decisions inside.
  var lists: [[DecisionTemplate]] {
    switch content {
    case .decision(_, _, let dependents): dependents.lists
    case .conditional(_, let templates): [templates]
    }
  }

  /// The same, shared by all uses of a block.
  var asShared: DecisionTemplate {
    func mark(_ lists: [[DecisionTemplate]]) -> [[DecisionTemplate]] { lists.map { $0.map(\.asShared) } }
    switch content {
    case .decision(let parameter, let place, let dependents):
      let marked: Dependents =
        switch dependents {
        case .none: .none
        case .options(let lists): .options(mark(lists))
        case .repetitions(let bodies, let counts): .repetitions(mark(bodies), counts: counts)
        }
      return DecisionTemplate(.decision(parameter, place, marked), isShared: true)
    case .conditional(let conditions, let templates):
      return DecisionTemplate(.conditional(conditions, templates.map(\.asShared)), isShared: true)
    }
  }

  /// Visits each decision, those below a value after it.
  static func visit(
    _ templates: [DecisionTemplate], _ body: (SearchParameter, ConfigurationPlace) -> Void
  ) {
    for template in templates {
      if case .decision(let parameter, let place, _) = template.content { body(parameter, place) }
      for list in template.lists { visit(list, body) }
    }
  }

  /// The sets of values that conditions inside lists ask of a parameter.
  static func conditions(on name: String, in templates: [DecisionTemplate]) -> Set<Set<ParameterValue>> {
    var found: Set<Set<ParameterValue>> = []
    for template in templates where template.references.contains(name) {
      if case .conditional(let conditions, _) = template.content {
        for condition in conditions where condition.parameter == name { found.insert(condition.values) }
      }
      for list in template.lists { found.formUnion(Self.conditions(on: name, in: list)) }
    }
    return found
  }
}
