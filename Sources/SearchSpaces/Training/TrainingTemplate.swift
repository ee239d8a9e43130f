/// The template of the training hyperparameters: a value or an open choice for each key.
struct TrainingTemplate: Hashable, Sendable {
  private let values: [TrainingKey: Located<ScalarTemplate>]
  private let place: ConfigurationPlace

  static func == (left: TrainingTemplate, right: TrainingTemplate) -> Bool {
    TrainingKey.allCases.allSatisfy { left[$0] == right[$0] }
  }

  func hash(into hasher: inout Hasher) {
    for key in TrainingKey.allCases { hasher.combine(self[key]) }
  }

  /// What is written behind a key, or its default.
  subscript(key: TrainingKey) -> Located<ScalarTemplate> {
    values[key] ?? Located(value: .fixed(key.defaultValue ?? .integer(0)), place: place)
  }

  /// Whether a key means anything under some value of its owner.
  func canExist(_ key: TrainingKey) -> Bool {
    guard let owner = key.owner else { return true }
    let template = self[owner.key].value
    // What `auto` stands for is known with the data set.
    if owner.key == .loss, template.canBe(.name(LossName.auto.rawValue)), key != .huberDelta { return true }
    return owner.values.contains { template.canBe(.name($0)) }
  }

  init(_ node: ConfigurationNode) throws {
    place = node.place
    var names: [String] = []
    for key in TrainingKey.allCases {
      let name = key.path.section ?? key.path.name
      if names.last != name { names.append(name) }
    }
    let reader = try MappingReader(node, name: "training", keys: names)
    let augmentation = try reader.optional(TrainingKey.augmentation).flatMap { node -> MappingReader? in
      if node.scalar == .text(ScalarSlot.noneWord) { return nil }
      let nested = TrainingKey.allCases.filter { $0.path.section == TrainingKey.augmentation }
      return try MappingReader(node, name: TrainingKey.augmentation, keys: nested.map(\.path.name))
    }
    var values: [TrainingKey: Located<ScalarTemplate>] = [:]
    for key in TrainingKey.allCases {
      let (section, name) = key.path
      let written: ConfigurationNode? =
        if section != nil {
          augmentation?.optional(name)
        } else if key.defaultValue == nil {
          try reader.required(name)
        } else {
          reader.optional(name)
        }
      if let written { values[key] = try ScalarSlot(key).read(written) }
    }
    self.values = values
    for key in TrainingKey.allCases { try refuseIfUseless(key) }
    try refuseLongWarmUp()
  }

  /// Refuses a warm-up that is longer than the training of every candidate; where it is for some only, these fail.
  private func refuseLongWarmUp() throws {
    let epochs = self[.epochs].value.largestInteger
    guard let warmUp = self[.warmUp].value.smallestNumber, warmUp >= 1, warmUp > Double(epochs) else {
      return
    }
    throw self[.warmUp].error(
      "warm-up: expected at most the \(epochs) epochs of the training, got \(ScalarValue.real(warmUp).text)")
  }

  /// Refuses a key that has no effect under any value of its owner.
  private func refuseIfUseless(_ key: TrainingKey) throws {
    guard let owner = key.owner, let written = values[key], !canExist(key) else { return }
    // A file's momentum does not stand in the way of an optimizer chosen on the command line.
    guard !self[owner.key].place.isOverride else { return }
    let verb = owner.values.count == 1 ? "takes" : "take"
    throw written.error(
      "\(key.rawValue): only \(owner.values.listed(with: "and")) \(verb) it; leave it out or let the "
        + "\(owner.key.rawValue) be \(owner.values.listed(with: "or"))")
  }
}

extension [String] {
  /// The texts as in a sentence: `a, b and c`.
  fileprivate func listed(with conjunction: String) -> String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}

extension ScalarTemplate {
  /// The smallest number that this can be; nil where a word is possible.
  fileprivate var smallestNumber: Double? {
    switch self {
    case .fixed(.integer(let value)): return Double(value)
    case .fixed(.real(let value)): return value
    case .fixed: return nil
    case .integers(let range): return Double(range.lower)
    case .reals(let range): return range.lower
    case .choice(let options):
      let numbers = options.compactMap(\.value.smallestNumber)
      return numbers.count == options.count ? numbers.min() : nil
    }
  }
}
