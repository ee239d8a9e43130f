import NeuralNetworks

/// The named blocks of layers of a configuration, under its key `blocks`.
struct BlockLibrary: Sendable {
  /// How deep blocks may stand in blocks.
  static let largestDepth = 16

  /// The names in the order of the file.
  let names: [String]
  private let layers: [String: Located<[Located<LayerTemplate>]>]

  /// No blocks.
  static let none = BlockLibrary(names: [], layers: [:])

  private init(names: [String], layers: [String: Located<[Located<LayerTemplate>]>]) {
    self.names = names
    self.layers = layers
  }

  /// Reads the blocks; what they use is checked, whether they are used is not.
  ///
  /// - Throws: ``ConfigurationError`` for a name that cannot be one, an empty block or a cycle of blocks.
  init(_ node: ConfigurationNode?) throws {
    guard let node else {
      self = .none
      return
    }
    guard case .mapping(let entries) = node.content else {
      throw node.error("blocks: expected a mapping such as {stem: [dense: {units: 32}]}, got \(node.summary)")
    }
    for entry in entries { try Self.check(entry) }
    let reader = LayerReader(blockNames: entries.map(\.key))
    var layers: [String: Located<[Located<LayerTemplate>]>] = [:]
    for entry in entries {
      let list = try reader.layers(entry.value, "blocks: \(entry.key)")
      guard !list.isEmpty else {
        throw entry.value.error("blocks: \(entry.key): expected at least one layer")
      }
      layers[entry.key] = Located(value: list, place: entry.keyPlace)
    }
    self.init(names: entries.map(\.key), layers: layers)
    var heights: [String: Int] = [:]
    for name in names where heights[name] == nil {
      try checkCycles(from: name, path: [name], heights: &heights)
    }
  }

  /// The layers of a block.
  subscript(name: String) -> [Located<LayerTemplate>] { layers[name]?.value ?? [] }

  /// Refuses blocks that no layer leads to.
  func checkUse(by architecture: [Located<LayerTemplate>]) throws {
    var used: Set<String> = []
    func visit(_ layers: [Located<LayerTemplate>]) {
      for use in Self.uses(in: layers) where used.insert(use.value).inserted { visit(self[use.value]) }
    }
    visit(architecture)
    guard let unused = names.first(where: { !used.contains($0) }), let place = layers[unused]?.place else {
      return
    }
    throw ConfigurationError(
      place: place,
      message: "blocks: '\(unused)' is never used; use it with '- block: \(unused)' or leave it out")
  }

  /// The blocks with a use that shares its values.
  func sharedNames(in architecture: [Located<LayerTemplate>]) -> Set<String> {
    let lists = [architecture] + names.map { self[$0] }
    var names: Set<String> = []
    for list in lists {
      LayerTemplate.visit(list) { if case .block(let name, share: true) = $0.value { names.insert(name) } }
    }
    return names
  }

  // MARK: Checks

  private static func check(_ entry: ConfigurationNode.Entry) throws {
    func error(_ message: String) -> ConfigurationError {
      ConfigurationError(place: entry.keyPlace, message: "blocks: '\(entry.key.onOneLine())' \(message)")
    }
    func isPlain(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
    }
    guard let first = entry.key.first, first.isASCII, first.isLetter, entry.key.count <= 40,
      entry.key.allSatisfy(isPlain)
    else {
      throw error("is no name; expected at most 40 letters, digits, '-' and '_', beginning with a letter")
    }
    if LayerKind(rawValue: entry.key) != nil || (LayerReader.structures + ["none"]).contains(entry.key) {
      throw error("means something else already; give the block another name")
    }
  }

  /// Looks at all that a block leads to.
  ///
  /// - Parameters:
  ///   - path: the blocks around it, itself the last.
  ///   - heights: how many blocks stand in one another below those that are known to be in order.
  /// - Complexity: each block is opened once.
  private func checkCycles(from name: String, path: [String], heights: inout [String: Int]) throws {
    var height = 1
    for use in Self.uses(in: self[name]) {
      if let start = path.firstIndex(of: use.value) {
        let cycle = (path[start...] + [use.value]).joined(separator: " → ")
        throw use.error("block: '\(use.value)' contains itself: \(cycle); take one of these uses out")
      }
      guard path.count + (heights[use.value] ?? 1) <= Self.largestDepth else {
        throw use.error("block: blocks stand in blocks more than \(Self.largestDepth) deep")
      }
      if heights[use.value] == nil {
        try checkCycles(from: use.value, path: path + [use.value], heights: &heights)
      }
      height = max(height, 1 + (heights[use.value] ?? 1))
    }
    heights[name] = height
  }

  /// The blocks that layers use, with the places of the uses.
  private static func uses(in layers: [Located<LayerTemplate>]) -> [Located<String>] {
    var uses: [Located<String>] = []
    LayerTemplate.visit(layers) { layer in
      if case .block(let name, _) = layer.value { uses.append(Located(value: name, place: layer.place)) }
    }
    return uses
  }
}

extension BlockLibrary: Equatable {
  /// Whether both have the same blocks, in whatever order.
  static func == (left: BlockLibrary, right: BlockLibrary) -> Bool { left.layers == right.layers }
}

extension LayerTemplate {
  /// Visits each layer, what it holds after it; blocks are not opened.
  static func visit(_ layers: [Located<LayerTemplate>], _ body: (Located<LayerTemplate>) -> Void) {
    for layer in layers {
      body(layer)
      for list in layer.value.lists { visit(list, body) }
    }
  }

  /// The lists of layers that this holds.
  private var lists: [[Located<LayerTemplate>]] {
    switch self {
    case .plain, .block: []
    case .residual(let layers), .repetition(_, let layers, _), .when(_, let layers): [layers]
    case .branches(_, let lists), .choice(let lists): lists
    }
  }
}
