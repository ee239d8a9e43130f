/// Works conditions between decisions into a tree in which each decision depends on those above it alone, so that
/// cells can be counted and numbered by products and sums.
///
/// Where later decisions depend on a decision's value, all decisions up to the last such one move below its values: a
/// list `a, b, c if a = 1` becomes `a` with `b, c` under 1 and `b` under any other value. Values under which the same
/// conditions hold have one list. What uses of a block share is decided by the first of them on each way.
///
/// - Complexity: the size of the tree, which grows with the product of the conditions that are open at once; too many
///   are an error.
struct DecisionCompiler {
  /// The most decisions of a tree.
  static let largestCount = 200_000
  /// The most values of a parameter that conditions are on.
  static let largestValueCount = 10_000
  private static let largestStepCount = 5_000_000

  private var count = 0
  private var steps = 0

  /// What is decided on the way to a list.
  private struct Context {
    /// The values of parameters that conditions are on.
    var values: [String: ParameterValue] = [:]
    /// The shared parameters that have their value.
    var decided: Set<String> = []
  }

  /// The tree of some decisions.
  ///
  /// - Throws: ``ConfigurationError`` where the tree would be too large.
  static func compile(_ templates: [DecisionTemplate]) throws -> [Decision] {
    var compiler = DecisionCompiler()
    return try compiler.compile(templates, Context())
  }

  private mutating func compile(_ templates: [DecisionTemplate], _ context: Context) throws -> [Decision] {
    var context = context
    var decisions: [Decision] = []
    let mentioned = templates.reduce(into: Set<String>()) { $0.formUnion($1.references) }
    // The next one is the last.
    var pending = Array(templates.reversed())
    while let template = pending.popLast() {
      steps += 1
      switch template.content {
      case .conditional(let conditions, let inside):
        if conditions.allSatisfy({ $0.holds(for: context.values) }) { pending += inside.reversed() }
      case .decision(let parameter, let place, let dependents):
        if template.isShared, !context.decided.insert(parameter.name).inserted { continue }
        var followers: [DecisionTemplate] = []
        if mentioned.contains(parameter.name) || !template.shared.isEmpty {
          let count = followerCount(of: template, pending, context)
          followers = pending.suffix(count).reversed()
          pending.removeLast(count)
        }
        try checkSize(parameter, place)
        let below = try self.below(parameter, place, dependents, followers, context)
        decisions.append(Decision(parameter: parameter, place: place, dependents: below))
      }
    }
    return decisions
  }

  private mutating func checkSize(_ parameter: SearchParameter, _ place: ConfigurationPlace) throws {
    count += 1
    guard count <= Self.largestCount, steps <= Self.largestStepCount else {
      throw ConfigurationError(
        place: place,
        message: "\(parameter.name): the conditions and shared blocks around it lead to more than "
          + "\(Self.largestCount) combinations; use fewer, or let them end sooner")
    }
  }

  /// How many of the pending decisions must move below a decision's values.
  private mutating func followerCount(
    of template: DecisionTemplate, _ pending: [DecisionTemplate], _ context: Context
  ) -> Int {
    var count = 0
    var next = 0
    var current = template
    while true {
      let name = current.parameter?.name
      let shared = current.shared.subtracting(context.decided)
      let last = pending.firstIndex { later in
        name.map(later.references.contains) == true || !shared.isDisjoint(with: later.shared)
      }
      steps += pending.count
      if let last { count = max(count, pending.count - last) }
      guard next < count, steps <= Self.largestStepCount else { return count }
      next += 1
      current = pending[pending.count - next]
    }
  }

  /// What exists under a decision's values.
  private mutating func below(
    _ parameter: SearchParameter, _ place: ConfigurationPlace, _ dependents: DecisionTemplate.Dependents,
    _ followers: [DecisionTemplate], _ context: Context
  ) throws -> Decision.Dependents {
    if followers.isEmpty {
      switch dependents {
      case .none: return .none
      case .repetitions(let bodies, let counts) where areIndependent(bodies, parameter.name, context):
        return .repetitions(try bodies.map { try compile($0, context) }, counts: counts)
      case .options, .repetitions: break
      }
    }
    guard let valueCount = parameter.domain.count, valueCount <= Self.largestValueCount else {
      throw ConfigurationError(
        place: place,
        message:
          "\(parameter.name): a condition needs a parameter of at most \(Self.largestValueCount) values")
    }
    return try perValue(parameter, valueCount, dependents, followers, context)
  }

  private mutating func perValue(
    _ parameter: SearchParameter, _ valueCount: Int, _ dependents: DecisionTemplate.Dependents,
    _ followers: [DecisionTemplate], _ context: Context
  ) throws -> Decision.Dependents {
    /// What tells the lists of two values apart.
    struct Kind: Hashable {
      var list: Int
      var holding: [Bool]
    }
    let conditions = Array(
      DecisionTemplate.conditions(on: parameter.name, in: dependents.lists.flatMap { $0 } + followers))
    var known: [Kind: [Decision]] = [:]
    var lists: [[Decision]] = []
    for index in 0..<valueCount {
      let value = parameter.domain.gridValue(at: index)
      var inside = context
      inside.values[parameter.name] = value
      let kind: Kind
      let templates: [DecisionTemplate]
      let holding = conditions.map { $0.contains(value) }
      switch dependents {
      case .none: (kind, templates) = (Kind(list: 0, holding: holding), [])
      case .options(let options): (kind, templates) = (Kind(list: index, holding: holding), options[index])
      case .repetitions(let bodies, let counts):
        kind = Kind(list: counts[index], holding: holding)
        templates = bodies.prefix(counts[index]).flatMap { $0 }
      }
      let list = try known[kind] ?? compile(templates + followers, inside)
      known[kind] = list
      lists.append(list)
    }
    return lists.allSatisfy(\.isEmpty) ? .none : .options(lists)
  }

  /// Whether no body of a repetition depends on another or on their number.
  private func areIndependent(
    _ bodies: [[DecisionTemplate]], _ name: String, _ context: Context
  ) -> Bool {
    let references = bodies.map { $0.reduce(into: Set<String>()) { $0.formUnion($1.references) } }
    let isShared = bodies.contains { body in
      body.contains { !$0.shared.isSubset(of: context.decided) }
    }
    if isShared || references.contains(where: { $0.contains(name) }) { return false }
    guard references.contains(where: { !$0.isEmpty }) else { return true }
    let declared = bodies.map { Set($0.compactMap { $0.parameter?.name }) }
    let all = declared.reduce(into: Set<String>()) { $0.formUnion($1) }
    return zip(references, declared).allSatisfy { $0.isDisjoint(with: all.subtracting($1)) }
  }
}
