import NeuralNetworks

/// A place of the space with its name: the template, written out with a copy for each repetition.
indirect enum SpaceElement: Sendable {
  case plain(LayerKind, [NamedScalar])
  case residual([SpaceElement])
  case branches(join: NamedScalar, paths: [[SpaceElement]])
  case choice(name: String, labels: [String], options: [[SpaceElement]], place: ConfigurationPlace)
  /// With `share` there is one body for all repetitions.
  case repetition(times: NamedScalar, bodies: [[SpaceElement]], share: Bool)
}

/// A number or a name, or a parameter that decides on it.
indirect enum NamedScalar: Sendable {
  case fixed(ScalarValue)
  case integers(name: String, IntegerRange, ConfigurationPlace)
  case reals(name: String, RealRange, ConfigurationPlace)
  case choice(name: String, labels: [String], options: [NamedScalar], ConfigurationPlace)
}

/// Gives names to the parts of a list of layers.
///
/// The rule: a parameter is named by its way from the list's start. The second layer of a kind in one list is
/// `dense2`, the third `dense3`. A repetition counts its bodies: `repeat[1].dense.units`, unless they share their
/// values: `repeat.dense.units`. What stands inside the options of a choice comes behind the choice's name, all
/// options counted through: `choice.dense.units`, `choice.dense2.units`. What stands in a residual comes behind its name,
/// in branches behind the number of its path: `residual.conv2d.filters`, `branches[1].conv2d.filters`.
struct NameScope {
  private let prefix: String
  private var counts: [String: Int] = [:]

  init(prefix: String = "") { self.prefix = prefix }

  /// The name of the next part of a kind.
  mutating func next(_ kind: String) -> String {
    let count = counts[kind, default: 0] + 1
    counts[kind] = count
    return prefix + (count == 1 ? kind : "\(kind)\(count)")
  }

  /// Writes out a list of layers.
  mutating func elements(of layers: [Located<LayerTemplate>]) -> [SpaceElement] {
    layers.map { element(of: $0) }
  }

  private mutating func element(of layer: Located<LayerTemplate>) -> SpaceElement {
    switch layer.value {
    case .plain(let kind, let settings):
      let name = next(kind.rawValue)
      let keys = (LayerSetting.all(of: kind) ?? []).map(\.key)
      return .plain(
        kind, zip(keys, settings).map { Self.scalar($1, name: $0.isEmpty ? name : "\(name).\($0)") })
    case .residual(let layers):
      var inside = NameScope(prefix: next("residual") + ".")
      return .residual(inside.elements(of: layers))
    case .branches(let join, let paths):
      let name = next("branches")
      var elements: [[SpaceElement]] = []
      for (index, path) in paths.enumerated() {
        var inside = NameScope(prefix: "\(name)[\(index + 1)].")
        elements.append(inside.elements(of: path))
      }
      return .branches(join: Self.scalar(join, name: name + ".join"), paths: elements)
    case .choice(let options):
      let name = next("choice")
      var inside = NameScope(prefix: name + ".")
      var elements: [[SpaceElement]] = []
      for option in options { elements.append(inside.elements(of: option)) }
      return .choice(
        name: name, labels: LayerTemplate.labels(of: options), options: elements, place: layer.place)
    case .repetition(let times, let layers, let share):
      let name = next("repeat")
      let count = times.value.largestInteger
      let prefixes = share ? ["\(name)."] : (0..<count).map { "\(name)[\($0 + 1)]." }
      let bodies = prefixes.map { prefix in
        var inside = NameScope(prefix: prefix)
        return inside.elements(of: layers)
      }
      return .repetition(times: Self.scalar(times, name: name + ".times"), bodies: bodies, share: share)
    }
  }

  /// Names the parameters of a number or a name.
  static func scalar(_ scalar: Located<ScalarTemplate>, name: String) -> NamedScalar {
    switch scalar.value {
    case .fixed(let value): return .fixed(value)
    case .integers(let range): return .integers(name: name, range, scalar.place)
    case .reals(let range): return .reals(name: name, range, scalar.place)
    case .choice(let options):
      var inside = NameScope(prefix: name + ".")
      var named: [NamedScalar] = []
      for option in options {
        switch option.value {
        case .fixed(let value): named.append(.fixed(value))
        case .integers: named.append(Self.scalar(option, name: inside.next("int")))
        case .reals: named.append(Self.scalar(option, name: inside.next("float")))
        case .choice: named.append(Self.scalar(option, name: inside.next("choice")))
        }
      }
      return .choice(name: name, labels: options.map(\.value.label), options: named, scalar.place)
    }
  }
}

extension SpaceElement {
  /// The decisions that this element leaves open.
  var decisions: [Decision] {
    switch self {
    case .plain(_, let settings): return settings.flatMap { $0.decisions() }
    case .residual(let body): return Self.decisions(of: body)
    case .branches(let join, let paths): return join.decisions() + paths.flatMap(Self.decisions)
    case .choice(let name, let labels, let options, let place):
      return [
        Decision(
          parameter: SearchParameter(name: name, domain: .options(labels)), place: place,
          dependents: .options(options.map(Self.decisions)))
      ]
    case .repetition(let times, let bodies, let share):
      let decisions = bodies.map(Self.decisions)
      return times.decisions(repeating: decisions) { share ? min($0, 1) : $0 }
    }
  }

  /// The decisions that a list of elements leaves open.
  static func decisions(of elements: [SpaceElement]) -> [Decision] { elements.flatMap(\.decisions) }
}

extension NamedScalar {
  /// The decisions that lead to this value, with those that exist only where it is a given value.
  func decisions(below: (ScalarValue) -> [Decision] = { _ in [] }) -> [Decision] {
    switch self {
    case .fixed(let value): return below(value)
    case .integers(let name, let range, let place):
      let parameter = SearchParameter(name: name, domain: .integers(range))
      return [Decision(parameter: parameter, place: place, dependents: .none)]
    case .reals(let name, let range, let place):
      let parameter = SearchParameter(name: name, domain: .reals(range))
      return [Decision(parameter: parameter, place: place, dependents: .none)]
    case .choice(let name, let labels, let options, let place):
      let lists = options.map { $0.decisions(below: below) }
      let parameter = SearchParameter(name: name, domain: .options(labels))
      let dependents: Decision.Dependents = lists.allSatisfy(\.isEmpty) ? .none : .options(lists)
      return [Decision(parameter: parameter, place: place, dependents: dependents)]
    }
  }

  /// The decisions that lead to a number of repetitions, with those of the bodies that then exist.
  func decisions(repeating bodies: [[Decision]], count: (Int) -> Int) -> [Decision] {
    switch self {
    case .fixed(let value): return bodies.prefix(count(value.integer)).flatMap { $0 }
    case .integers(let name, let range, let place):
      let counts = (0..<range.count).map { count(range.value(at: $0)) }
      let parameter = SearchParameter(name: name, domain: .integers(range))
      return [Decision(parameter: parameter, place: place, dependents: .repetitions(bodies, counts: counts))]
    case .reals: return []
    case .choice(let name, let labels, let options, let place):
      let parameter = SearchParameter(name: name, domain: .options(labels))
      let fixed = options.compactMap { option in
        if case .fixed(let value) = option { count(value.integer) } else { nil }
      }
      let dependents: Decision.Dependents =
        fixed.count == options.count
        ? .repetitions(bodies, counts: fixed)
        : .options(options.map { $0.decisions(repeating: bodies, count: count) })
      return [Decision(parameter: parameter, place: place, dependents: dependents)]
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
