/// How large a template becomes when it is written out, found without writing it out.
///
/// A few lines can stand for billions of layers: repetitions in repetitions, blocks in blocks. Counts are cut off far
/// above the limits, so that nothing overflows.
struct SpaceExtent {
  /// The most layers that one candidate may have.
  static let largestLayerCount = 10_000
  /// The most places for values that the whole template may have, all repetitions and options counted.
  static let largestValueCount = 50_000
  /// The most layers that the whole template may have, all repetitions and options counted.
  static let largestPartCount = 200_000
  /// The deepest nesting of layers in layers, blocks written out.
  static let largestDepth = 64

  private static let cutoff = 1_000_000

  /// The most layers of one network.
  private var layers = 0
  /// The places for values.
  private var values = 0
  /// The layers of all options and repetitions.
  private var parts = 0
  private var depth = 0

  /// Refuses what is too large.
  ///
  /// - Throws: ``ConfigurationError`` at the layer.
  static func check(_ layers: [Located<LayerTemplate>], blocks: BlockLibrary) throws {
    var known: [String: SpaceExtent] = [:]
    var whole = SpaceExtent()
    for layer in layers {
      let extent = extent(of: layer.value, blocks, &known)
      if let problem = extent.problem { throw layer.error("\(layer.value.structureName): \(problem)") }
      whole.append(extent)
    }
    if let problem = whole.problem, let first = layers.first { throw first.error("architecture: \(problem)") }
  }

  private var problem: String? {
    if layers > Self.largestLayerCount {
      return "a network could have more than \(Self.largestLayerCount) layers; lower times"
    }
    if values > Self.largestValueCount {
      return "the space would have more than \(Self.largestValueCount) parameters; lower times"
    }
    if parts > Self.largestPartCount {
      return "the space would have more than \(Self.largestPartCount) layers in all its options; offer fewer"
    }
    return depth > Self.largestDepth ? "layers stand in layers more than \(Self.largestDepth) deep" : nil
  }

  private mutating func append(_ other: SpaceExtent) {
    layers = min(layers + other.layers, Self.cutoff)
    values = min(values + other.values, Self.cutoff)
    parts = min(parts + other.parts, Self.cutoff)
    depth = max(depth, other.depth)
  }

  private static func extent(
    of list: [Located<LayerTemplate>], _ blocks: BlockLibrary, _ known: inout [String: SpaceExtent]
  ) -> SpaceExtent {
    var sum = SpaceExtent()
    for layer in list { sum.append(extent(of: layer.value, blocks, &known)) }
    return sum
  }

  private static func extent(
    of layer: LayerTemplate, _ blocks: BlockLibrary, _ known: inout [String: SpaceExtent]
  ) -> SpaceExtent {
    var extent: SpaceExtent
    switch layer {
    case .plain(_, let settings):
      extent = SpaceExtent(layers: 1, parts: 1)
      for setting in settings { extent.values += setting.value.valueCount }
    case .residual(let body):
      extent = Self.extent(of: body, blocks, &known)
      extent.append(SpaceExtent(layers: 1, parts: 1))
    case .branches(let join, let paths):
      extent = SpaceExtent(layers: 1, values: join.value.valueCount, parts: 1)
      for path in paths { extent.append(Self.extent(of: path, blocks, &known)) }
    case .choice(let options):
      extent = SpaceExtent(values: 1, parts: 1)
      var largest = 0
      for option in options {
        let inside = Self.extent(of: option, blocks, &known)
        largest = max(largest, inside.layers)
        extent.append(inside)
      }
      extent.layers = largest
    case .repetition(let times, let body, let share):
      extent = Self.extent(of: body, blocks, &known)
      let count = times.value.largestInteger
      let copies = share ? 1 : count
      extent.layers = min(extent.layers * count, cutoff)
      extent.values = min(extent.values * copies + times.value.valueCount, cutoff)
      extent.parts = min(extent.parts * copies + 1, cutoff)
    case .when(_, let body): extent = Self.extent(of: body, blocks, &known)
    case .block(let name, _):
      extent = known[name] ?? Self.extent(of: blocks[name], blocks, &known)
      known[name] = extent
    }
    extent.depth += 1
    return extent
  }
}

extension LayerTemplate {
  /// What an error about its size calls it.
  fileprivate var structureName: String {
    switch self {
    case .plain(let kind, _): kind.rawValue
    case .residual: "residual"
    case .branches: "branches"
    case .choice: "choice"
    case .repetition: "repeat"
    case .block: "block"
    case .when: "when"
    }
  }
}

extension ScalarTemplate {
  /// The places for values in this.
  fileprivate var valueCount: Int {
    guard case .choice(let options) = self else { return 1 }
    return options.reduce(1) { $0 + $1.value.valueCount }
  }
}
