import NeuralNetworks

/// Writes a template out: opens its blocks, gives names to its parts and finds the parameters that its conditions are on.
///
/// A condition's parameter is looked for in the list that the condition stands in, then in the lists around it: within
/// `repeat`, `activation` is that of the same repetition.
struct SpaceWriter {
  private let blocks: BlockLibrary
  /// The parameters that exist wherever what is written next does.
  private var visible: [String: SearchParameter] = [:]
  /// All parameters so far.
  private var passed: Set<String> = []
  private var shared: [String: (elements: [SpaceElement], visible: [String: SearchParameter])] = [:]
  private var failure: Failure?

  /// A condition on a parameter that does not exist where the condition stands.
  private struct Failure {
    var name: Located<String>
    /// What the name could stand for there.
    var candidates: [String]
    var wasPassed: Bool
    var visibleNames: [String]
  }

  private init(_ blocks: BlockLibrary) { self.blocks = blocks }

  /// The elements of an architecture.
  ///
  /// - Parameter laterNames: the parameters that stand behind the architecture.
  /// - Throws: ``ConfigurationError`` for a condition on a parameter that does not exist there, or on a value that it
  ///   cannot take.
  static func elements(
    of layers: [Located<LayerTemplate>], blocks: BlockLibrary, laterNames: [String]
  ) throws -> [SpaceElement] {
    var writer = SpaceWriter(blocks)
    var scope = NameScope(reserved: blocks.sharedNames(in: layers))
    let elements = try writer.elements(of: layers, in: &scope)
    if let failure = writer.failure { throw writer.error(failure, laterNames) }
    return elements
  }

  private mutating func elements(
    of layers: [Located<LayerTemplate>], in scope: inout NameScope
  ) throws -> [SpaceElement] {
    var elements: [SpaceElement] = []
    for layer in layers { elements += try self.elements(of: layer, in: &scope) }
    return elements
  }

  /// The elements of a list in a scope of its own.
  private mutating func elements(
    of layers: [Located<LayerTemplate>], prefix: String, in outer: NameScope
  ) throws -> [SpaceElement] {
    var scope = NameScope(prefix: prefix, in: outer)
    return try elements(of: layers, in: &scope)
  }

  private mutating func elements(
    of layer: Located<LayerTemplate>, in scope: inout NameScope
  ) throws -> [SpaceElement] {
    switch layer.value {
    case .plain(let kind, let settings):
      let name = scope.next(kind.rawValue)
      let keys = (LayerSetting.all(of: kind) ?? []).map(\.key)
      let scalars = zip(keys, settings).map { declared($1, name: $0.isEmpty ? name : "\(name).\($0)") }
      return [.plain(kind, scalars)]
    case .residual(let layers):
      return [.residual(try elements(of: layers, prefix: scope.next("residual") + ".", in: scope))]
    case .branches(let join, let paths):
      let name = scope.next("branches")
      let join = declared(join, name: name + ".join")
      var lists: [[SpaceElement]] = []
      for (index, path) in paths.enumerated() {
        lists.append(try elements(of: path, prefix: "\(name)[\(index + 1)].", in: scope))
      }
      return [.branches(join: join, paths: lists)]
    case .choice(let options): return [try choice(options, layer.place, in: &scope)]
    case .repetition(let times, let layers, let share):
      return [try repetition(times, layers, share: share, in: &scope)]
    case .block(let name, share: false):
      return try elements(of: blocks[name], prefix: scope.next(name) + ".", in: scope)
    case .block(let name, share: true): return [.shared(try sharedElements(of: name))]
    case .when(let written, let layers):
      let conditions = try written.map { try condition($0, in: scope) }
      let outside = visible
      defer { visible = outside }
      return [.conditional(conditions, try elements(of: layers, in: &scope))]
    }
  }

  private mutating func choice(
    _ options: [[Located<LayerTemplate>]], _ place: ConfigurationPlace, in scope: inout NameScope
  ) throws -> SpaceElement {
    let name = scope.next("choice")
    let labels = LayerTemplate.labels(of: options)
    declare(SearchParameter(name: name, domain: .options(labels)))
    let outside = visible
    var inside = NameScope(prefix: name + ".", in: scope)
    var lists: [[SpaceElement]] = []
    for option in options {
      lists.append(try elements(of: option, in: &inside))
      visible = outside
    }
    return .choice(name: name, labels: labels, options: lists, place: place)
  }

  private mutating func repetition(
    _ times: Located<ScalarTemplate>, _ layers: [Located<LayerTemplate>], share: Bool,
    in scope: inout NameScope
  ) throws -> SpaceElement {
    let name = scope.next("repeat")
    let count = times.value.largestInteger
    let times = declared(times, name: name + ".times")
    let outside = visible
    let prefixes = share ? ["\(name)."] : (0..<count).map { "\(name)[\($0 + 1)]." }
    var bodies: [[SpaceElement]] = []
    for prefix in prefixes { bodies.append(try elements(of: layers, prefix: prefix, in: scope)) }
    // A repetition exists for certain only where their number is certain.
    if case .fixed = times, count > 0 {} else { visible = outside }
    return .repetition(times: times, bodies: bodies, share: share)
  }

  /// The elements that all shared uses of a block have, named as if it stood at the start of the architecture.
  private mutating func sharedElements(of name: String) throws -> [SpaceElement] {
    let known: (elements: [SpaceElement], visible: [String: SearchParameter])
    if let written = shared[name] {
      known = written
    } else {
      let outside = visible
      // What exists at one use need not exist at another.
      visible = [:]
      var scope = NameScope(prefix: name + ".")
      known = (try elements(of: blocks[name], in: &scope), visible)
      visible = outside
      shared[name] = known
    }
    visible.merge(known.visible) { $1 }
    return known.elements
  }

  // MARK: Parameters

  private mutating func declare(_ parameter: SearchParameter) {
    visible[parameter.name] = parameter
    passed.insert(parameter.name)
  }

  private mutating func declared(_ scalar: Located<ScalarTemplate>, name: String) -> NamedScalar {
    let named = NameScope.scalar(scalar, name: name)
    switch named {
    case .fixed: break
    case .integers(let name, let range, _): declare(SearchParameter(name: name, domain: .integers(range)))
    case .reals(let name, let range, _): declare(SearchParameter(name: name, domain: .reals(range)))
    case .choice(let name, let labels, let options, _):
      declare(SearchParameter(name: name, domain: .options(labels)))
      for option in options { pass(option) }
    }
    return named
  }

  /// Notes the parameters of an option, which exist only if it is taken.
  private mutating func pass(_ scalar: NamedScalar) {
    switch scalar {
    case .fixed: break
    case .integers(let name, _, _), .reals(let name, _, _): passed.insert(name)
    case .choice(let name, _, let options, _):
      passed.insert(name)
      for option in options { pass(option) }
    }
  }

  // MARK: Conditions

  private mutating func condition(
    _ written: WrittenCondition, in scope: NameScope
  ) throws -> ParameterCondition {
    let candidates = scope.prefixes.map { $0 + written.parameter.value }
    if let name = candidates.first(where: { visible[$0] != nil }), let parameter = visible[name] {
      return try ParameterCondition(written, on: parameter, label: "when")
    }
    if failure == nil {
      failure = Failure(
        name: written.parameter, candidates: candidates,
        wasPassed: candidates.contains(where: passed.contains), visibleNames: visible.keys.sorted())
    }
    return ParameterCondition(neverOn: written.parameter.value)
  }

  private func error(_ failure: Failure, _ laterNames: [String]) -> ConfigurationError {
    let name = failure.name.value.onOneLine()
    if failure.wasPassed {
      return failure.name.error(
        "when: \(name) may not exist here, as it stands in an option, repetition or condition that may not hold; "
          + "put this layer beside it")
    }
    let later = passed.union(laterNames)
    if failure.candidates.contains(where: later.contains) {
      return failure.name.error("when: \(name) comes later; a condition needs a parameter before it")
    }
    guard !failure.visibleNames.isEmpty else {
      return failure.name.error("when: unknown parameter '\(name)'; there are no open choices before it")
    }
    return failure.name.error(
      "when: unknown parameter '\(name)'; "
        + NearestName.remedy(
          for: name, among: failure.visibleNames, noun: "parameters before it", listing: 12))
  }
}
