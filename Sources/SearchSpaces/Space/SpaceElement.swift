import NeuralNetworks

/// A place of the space with its name: the template, written out with a copy for each repetition.
indirect enum SpaceElement: Sendable {
  case plain(LayerKind, [NamedScalar])
  case residual([SpaceElement])
  case branches(join: NamedScalar, paths: [[SpaceElement]])
  case choice(name: String, labels: [String], options: [[SpaceElement]], place: ConfigurationPlace)
  /// With `share` there is one body for all repetitions.
  case repetition(times: NamedScalar, bodies: [[SpaceElement]], share: Bool)
  /// A block whose uses share their values.
  case shared([SpaceElement])
  case conditional([ParameterCondition], [SpaceElement])
}

/// A number or a name, or a parameter that decides on it.
indirect enum NamedScalar: Sendable {
  case fixed(ScalarValue)
  case integers(name: String, IntegerRange, ConfigurationPlace)
  case reals(name: String, RealRange, ConfigurationPlace)
  case choice(name: String, labels: [String], options: [NamedScalar], ConfigurationPlace)
}

extension SpaceElement {
  /// The decisions that this element leaves open.
  var decisions: [DecisionTemplate] {
    switch self {
    case .plain(_, let settings): return settings.flatMap { $0.decisions() }
    case .residual(let body): return Self.decisions(of: body)
    case .branches(let join, let paths): return join.decisions() + paths.flatMap(Self.decisions)
    case .choice(let name, let labels, let options, let place):
      let parameter = SearchParameter(name: name, domain: .options(labels))
      return [DecisionTemplate(.decision(parameter, place, .options(options.map(Self.decisions))))]
    case .repetition(let times, let bodies, let share):
      let decisions = bodies.map(Self.decisions)
      return times.decisions(repeating: decisions) { share ? min($0, 1) : $0 }
    case .shared(let body): return Self.decisions(of: body).map(\.asShared)
    case .conditional(let conditions, let body):
      let decisions = Self.decisions(of: body)
      return decisions.isEmpty ? [] : [DecisionTemplate(.conditional(conditions, decisions))]
    }
  }

  /// The decisions that a list of elements leaves open.
  static func decisions(of elements: [SpaceElement]) -> [DecisionTemplate] { elements.flatMap(\.decisions) }
}

extension NamedScalar {
  /// The decisions that lead to this value, with those that exist only where it is a given value.
  func decisions(below: (ScalarValue) -> [DecisionTemplate] = { _ in [] }) -> [DecisionTemplate] {
    switch self {
    case .fixed(let value): return below(value)
    case .integers(let name, let range, let place):
      let parameter = SearchParameter(name: name, domain: .integers(range))
      return [DecisionTemplate(.decision(parameter, place, .none))]
    case .reals(let name, let range, let place):
      let parameter = SearchParameter(name: name, domain: .reals(range))
      return [DecisionTemplate(.decision(parameter, place, .none))]
    case .choice(let name, let labels, let options, let place):
      let lists = options.map { $0.decisions(below: below) }
      let parameter = SearchParameter(name: name, domain: .options(labels))
      let dependents: DecisionTemplate.Dependents = lists.allSatisfy(\.isEmpty) ? .none : .options(lists)
      return [DecisionTemplate(.decision(parameter, place, dependents))]
    }
  }

  /// The decisions that lead to a number of repetitions, with those of the bodies that then exist.
  func decisions(
    repeating bodies: [[DecisionTemplate]], count: (Int) -> Int
  ) -> [DecisionTemplate] {
    switch self {
    case .fixed(let value): return bodies.prefix(count(value.integer)).flatMap { $0 }
    case .integers(let name, let range, let place):
      let counts = (0..<range.count).map { count(range.value(at: $0)) }
      let parameter = SearchParameter(name: name, domain: .integers(range))
      return [DecisionTemplate(.decision(parameter, place, .repetitions(bodies, counts: counts)))]
    case .reals: return []
    case .choice(let name, let labels, let options, let place):
      let parameter = SearchParameter(name: name, domain: .options(labels))
      let fixed = options.compactMap { option in
        if case .fixed(let value) = option { count(value.integer) } else { nil }
      }
      let dependents: DecisionTemplate.Dependents =
        fixed.count == options.count
        ? .repetitions(bodies, counts: fixed)
        : .options(options.map { $0.decisions(repeating: bodies, count: count) })
      return [DecisionTemplate(.decision(parameter, place, dependents))]
    }
  }
}

extension ScalarValue {
  /// The integer that this is; 0 for anything else, which the reader has ruled out.
  var integer: Int { if case .integer(let value) = self { value } else { 0 } }
  /// The number that this is; 0 for anything else, which the reader has ruled out.
  var real: Double {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    case .name, .boolean, .numbers, .integers: 0
    }
  }
}
