import EnergyMetering
import NeuralNetworks
import Yams

extension StudyConfiguration {
  /// The configuration as YAML with overrides applied and defaults written out; reading it gives an equal
  /// configuration, and the same configuration always gives the same text.
  ///
  /// What has no default but the absence of a limit (`trials`, `budget`, `stop`) is left out where it is absent.
  public var resolvedYAML: String { resolvedYAML(header: nil) }

  /// The resolved configuration behind a comment, such as the program's version.
  ///
  /// - Parameter header: text for comment lines at the top.
  public func resolvedYAML(header: String?) -> String {
    let comment = header.map { text in
      text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "# \($0)\n" }.joined()
    }
    // Emitting a tree of plain scalars fails only for want of memory.
    let body = (try? serialize(node: root.yaml(.block), width: -1, allowUnicode: true, sortKeys: false)) ?? ""
    return (comment ?? "") + body
  }

  private var root: ResolvedNode {
    var pairs: [(String, ResolvedNode)] = [("name", .text(name)), ("dataset", dataset.resolved)]
    pairs += blocksSection
    pairs.append(("architecture", .list(template.architecture.value.map { $0.value.resolved })))
    pairs.append(("training", template.training.resolved))
    pairs += exclusionsSection
    pairs += constraints.resolved
    pairs += [
      ("objectives", .list(objectives.map { .mapping([($0.direction.rawValue, .text($0.rawValue))]) })),
      ("search", searchSection),
      (
        "energy",
        .mapping(
          [
            ("source", .text(energy.source.rawValue)), ("pue", .real(energy.pue)),
            ("region", .text(energy.region)),
          ] + (energy.inferences.map { [("inferences", .real($0))] } ?? [])
            + [("inference", .mapping([("measure", .text(energy.inferenceMeasure.rawValue))]))])
      ),
      (
        "execution",
        .mapping(
          [
            ("workers", workers), ("exclusive", .plain(execution.isExclusive ? "true" : "false")),
            ("blas-core", .text(execution.blasCore ?? "auto")),
          ] + execution.limits.resolved + (execution.cluster?.resolved ?? []))
      ),
    ]
    return .mapping(pairs)
  }

  private var blocksSection: [(String, ResolvedNode)] {
    let blocks = template.blocks
    let pairs = blocks.names.map { ($0, ResolvedNode.list(blocks[$0].map(\.value.resolved))) }
    return pairs.isEmpty ? [] : [("blocks", .mapping(pairs))]
  }

  private var exclusionsSection: [(String, ResolvedNode)] {
    let items = exclusions.map { ResolvedNode.mapping($0.value.map(\.resolved)) }
    return items.isEmpty ? [] : [("unless", .list(items))]
  }

  private var workers: ResolvedNode {
    switch execution.workers {
    case .auto: .text("auto")
    case .count(let count): .plain(String(count))
    }
  }

  private var searchSection: ResolvedNode {
    var pairs: [(String, ResolvedNode)] = [("strategy", .text(search.strategy.rawValue))]
    if let trials = search.trials { pairs.append(("trials", .plain(String(trials)))) }
    if let budget = search.budget { pairs.append(("budget", .text(budget.text))) }
    if let gain = search.leastGain { pairs.append(("stop", .mapping([("gain-per-kwh", .real(gain))]))) }
    pairs += [
      ("seed", .plain(String(search.seed))), ("lookahead", .plain(String(search.lookahead))),
      ("order", .text(search.order.rawValue)), ("population", .plain(String(search.population))),
      ("sample", .plain(String(search.sample))), ("startup", .plain(String(search.startup))),
      ("candidates", .plain(String(search.candidates))), ("sampling", .text(search.sampling.rawValue)),
    ]
    if let fidelity = search.fidelity {
      var values: [(String, ResolvedNode)] = [
        ("scheme", .text(fidelity.scheme.rawValue)), ("reduction", .plain(String(fidelity.reduction))),
        ("rungs", .plain(String(fidelity.rungs))),
      ]
      if let first = fidelity.first { values.append(("first", .text(first.text))) }
      pairs.append(("fidelity", .mapping(values)))
    }
    if let inheritance = search.inheritWeights {
      pairs.append(("inherit-weights", .mapping([("epochs", .real(inheritance.share))])))
    }
    if let repeats = search.repeats {
      pairs.append(
        (
          "repeats",
          .mapping([("share", .real(repeats.share)), ("most", .plain(String(repeats.most)))])
        ))
    }
    return .mapping(pairs)
  }
}

/// A tree to be emitted: what ``ConfigurationNode`` is for reading.
indirect enum ResolvedNode {
  /// A number or another scalar that is to be read as it stands.
  case plain(String)
  /// A text, quoted where it would be read as something else.
  case text(String)
  case list([ResolvedNode])
  case mapping([(String, ResolvedNode)])

  static func real(_ value: Double) -> ResolvedNode { .plain(ScalarValue.real(value).text) }

  /// Sections and layers in block style, what is inside them in flow style.
  enum Style {
    case block
    case flow
  }

  func yaml(_ style: Style) -> Node {
    switch self {
    case .plain(let text): return Node(text, .implicit, .plain)
    case .text(let text):
      if case .text = PlainScalar(plain: text) { return Node(text) }
      return Node(text, .implicit, .doubleQuoted)
    case .list(let items):
      let isLayers = style == .block && items.contains { $0.isLayer }
      let nodes = items.map { $0.yaml(isLayers ? .block : .flow) }
      return Node(nodes, .implicit, isLayers ? .block : .flow)
    case .mapping(let pairs):
      let isBlock = style == .block
      return Node(
        pairs.map { (Node($0.0), $0.1.yaml(isBlock && !$0.1.isOpenScalar ? .block : .flow)) }, .implicit,
        isBlock ? .block : .flow)
    }
  }

  private var isLayer: Bool {
    guard case .mapping(let pairs) = self, let key = pairs.first?.0 else { return false }
    return LayerKind(rawValue: key) != nil || LayerReader.structures.contains(key)
  }

  /// The first keys of ranges and of layers' settings.
  private static let flowKeys = Set(
    ["int", "float"] + LayerKind.allCases.compactMap { LayerSetting.all(of: $0)?.first?.key })

  /// A range or a choice of values, which reads best on one line.
  private var isOpenScalar: Bool {
    guard case .mapping(let pairs) = self, let first = pairs.first else { return false }
    if case .list(let items) = first.1, first.0 == "choice" { return !items.contains { $0.isLayer } }
    return Self.flowKeys.contains(first.0)
  }
}

extension ScalarTemplate {
  fileprivate var resolved: ResolvedNode {
    switch self {
    case .fixed(.name(let name)): .text(name)
    case .fixed(.numbers(let values)): .list(values.map(ResolvedNode.real))
    case .fixed(.integers(let values)): .list(values.map { .plain(String($0)) })
    case .fixed(let value): .plain(value.text)
    case .integers(let range):
      .mapping([
        ("int", .list([.plain(String(range.lower)), .plain(String(range.upper))])),
        ("scale", .text(range.scale.rawValue)), ("step", .plain(String(range.step))),
      ])
    case .reals(let range):
      .mapping(
        [
          ("float", .list([.real(range.lower), .real(range.upper)])), ("scale", .text(range.scale.rawValue)),
        ] + (range.gridPoints.map { [("grid", .plain(String($0.count)))] } ?? []))
    case .choice(let options): .mapping([("choice", .list(options.map(\.value.resolved)))])
    }
  }
}

extension LayerTemplate {
  fileprivate var resolved: ResolvedNode {
    switch self {
    case .plain(let kind, let settings):
      switch kind {
      case .activation: .mapping([(kind.rawValue, settings[0].value.resolved)])
      case _ where settings.isEmpty: .text(kind.rawValue)
      default:
        .mapping([
          (
            kind.rawValue,
            .mapping(
              zip(LayerSetting.all(of: kind) ?? [], settings).map { ($0.key, $1.value.resolved) })
          )
        ])
      }
    case .residual(let layers):
      .mapping([("residual", .mapping([("layers", .list(layers.map(\.value.resolved)))]))])
    case .branches(let join, let paths):
      .mapping([
        (
          "branches",
          .mapping([
            ("join", join.value.resolved),
            ("paths", .list(paths.map { .list($0.map(\.value.resolved)) })),
          ])
        )
      ])
    case .choice(let options): .mapping([("choice", .list(options.map(Self.resolved(option:))))])
    case .repetition(let times, let layers, let share):
      .mapping([
        (
          "repeat",
          .mapping([
            ("times", times.value.resolved), ("layers", .list(layers.map(\.value.resolved))),
            ("share", .plain(String(share))),
          ])
        )
      ])
    case .block(let name, share: false): .mapping([("block", .text(name))])
    case .block(let name, share: true):
      .mapping([("block", .mapping([("name", .text(name)), ("share", .plain("true"))]))])
    case .when(let conditions, let layers):
      .mapping([
        ("when", .mapping(conditions.map(\.resolved) + [("layers", .list(layers.map(\.value.resolved)))]))
      ])
    }
  }

  private static func resolved(option: [Located<LayerTemplate>]) -> ResolvedNode {
    if option.isEmpty { return .text("none") }
    if option.count == 1 { return option[0].value.resolved }
    return .list(option.map(\.value.resolved))
  }
}

extension WrittenCondition {
  fileprivate var resolved: (String, ResolvedNode) {
    let values = values.map { ScalarTemplate.fixed($0.value).resolved }
    return (parameter.value, values.count == 1 ? values[0] : .list(values))
  }
}

extension TrainingTemplate {
  /// All keys that mean something under some choice, defaults among them.
  fileprivate var resolved: ResolvedNode {
    var pairs: [(String, ResolvedNode)] = []
    var augmentation: [(String, ResolvedNode)] = []
    for key in TrainingKey.allCases where canExist(key) {
      let (section, name) = key.path
      if section == nil {
        pairs.append((name, self[key].value.resolved))
      } else {
        augmentation.append((name, self[key].value.resolved))
      }
    }
    return .mapping(pairs + [(TrainingKey.augmentation, .mapping(augmentation))])
  }
}
