import Datasets

/// Reads the values of a `dataset` section whose keys are known to be right.
struct DatasetReader {
  private let section: MappingReader
  private let folder: String?

  /// A reader; relative paths are put behind `folder`.
  init(_ section: MappingReader, folder: String?) {
    self.section = section
    self.folder = folder
  }

  /// The data set that the section says.
  func reference(_ form: DatasetForm) throws -> DatasetReference {
    var reference: DatasetReference
    if form == .name {
      reference = DatasetReference(try named(NamedDataset(section.required("name"))))
    } else {
      reference = DatasetReference(try source(form, in: section, like: nil))
      reference.task = try section.optional("task")?.name("task")
      if let classes = section.optional("classes") {
        reference.classes = try classes.integer("classes", in: 2...1_000_000)
        guard reference.task != .regression else {
          throw classes.error("classes: a regression has none; leave it out")
        }
      }
      if let test = section.optional("test") {
        let reader = try MappingReader(test, name: "test", keys: form.testKeys)
        reference.test = try source(form, in: reader, like: reference.source)
      }
    }
    reference.kind = try section.optional("kind")?.name("kind")
    reference.shape = try section.optional("shape")?
      .list("shape", expected: "a list of sizes such as [28, 28, 1]")
      .map { try $0.integer("shape", in: 1...1_000_000_000) }
    if let shape = reference.shape, !(1...8).contains(shape.count) {
      throw try section.required("shape").error("shape: expected 1 to 8 sizes, got \(shape.count)")
    }
    return reference
  }

  /// The shares of the parts.
  func split(hasOwnTest: Bool) throws -> [Double] {
    let example = hasOwnTest ? [0.8, 0.2] : [0.6, 0.2, 0.2]
    guard let list = section.optional("split") else { return hasOwnTest ? example + [0] : example }
    let expected = "\(hasOwnTest ? "two" : "three") fractions that sum to 1, such as \(example)"
    let split = try list.list("split", expected: expected).map {
      try $0.real("split", expected: "a fraction above 0 and below 1") { $0 > 0 && $0 < 1 }
    }
    guard split.count == example.count else {
      throw list.error("split: expected \(expected), got \(split.count)")
    }
    let sum = split.reduce(0, +)
    guard abs(sum - 1) <= 1e-9 else { throw list.error("split: expected \(expected); these sum to \(sum)") }
    return hasOwnTest ? split + [0] : split
  }

  private func named(_ named: NamedDataset) throws -> DatasetReference.Source {
    switch named {
    case .builtIn(let builtIn): return .builtIn(builtIn)
    case .teacher:
      var teacher = TeacherDataset()
      try read("samples", into: &teacher.samples)
      try read("values", into: &teacher.values)
      try read("classes", into: &teacher.classes, atLeast: 2)
      try read("hidden", into: &teacher.hidden)
      try read("noise", into: &teacher.noise, upTo: 1)
      try readSeed(into: &teacher.seed)
      return .teacher(teacher)
    case .spirals:
      var spirals = SpiralsDataset()
      try read("samples", into: &spirals.samples)
      try read("arms", into: &spirals.arms, atLeast: 2)
      try read("turns", into: &spirals.turns, upTo: 100)
      try read("noise", into: &spirals.noise, upTo: 100)
      try readSeed(into: &spirals.seed)
      return .spirals(spirals)
    case .glyphs:
      var glyphs = GlyphsDataset()
      try read("samples", into: &glyphs.samples)
      try read("size", into: &glyphs.size, atLeast: 4)
      try read("classes", into: &glyphs.classes, atLeast: 2, atMost: GlyphsDataset.Shape.allCases.count)
      try read("jitter", into: &glyphs.jitter, upTo: 0.5)
      try read("noise", into: &glyphs.noise, upTo: 100)
      try readSeed(into: &glyphs.seed)
      return .glyphs(glyphs)
    case .friedman:
      var friedman = FriedmanDataset()
      try read("samples", into: &friedman.samples)
      try read("values", into: &friedman.values, atLeast: 5)
      try read("noise", into: &friedman.noise, upTo: 1e6)
      try readSeed(into: &friedman.seed)
      return .friedman(friedman)
    }
  }

  /// The files of a form; a test part has the options of the part that is trained on.
  private func source(
    _ form: DatasetForm, in reader: MappingReader, like training: DatasetReference.Source?
  ) throws -> DatasetReference.Source {
    switch form {
    case .csv:
      let file = try path("csv", in: reader)
      if case .csv(var csv) = training {
        csv.path = file
        return .csv(csv)
      }
      var csv = CSVSource(path: file)
      if let target = reader.optional("target") { csv.target = try Self.target(target) }
      if let header = reader.optional("header") { csv.header = try Self.header(header) }
      if let separator = reader.optional("separator") { csv.separator = try Self.separator(separator) }
      return .csv(csv)
    case .npy:
      return .npy(NPYSource(path: try path("npy", in: reader), labels: try path("labels", in: reader)))
    case .idx:
      return .idx(IDXSource(path: try path("idx", in: reader), labels: try path("labels", in: reader)))
    case .npz:
      var npz = NPZSource(path: try path("npz", in: reader))
      if case .npz(let other) = training { (npz.features, npz.labels) = (other.features, other.labels) }
      let expected = "the name of an array in the file"
      if let name = reader.optional("features") {
        npz.features = try name.text("features", expected: expected)
      }
      if let name = reader.optional("labels") { npz.labels = try name.text("labels", expected: expected) }
      return .npz(npz)
    case .cifar10: return .cifar(CIFARSource(paths: try paths("cifar10", in: reader), labels: .cifar10))
    case .cifar100:
      var labels = CIFARSource.Labels.fine
      if case .cifar(let cifar) = training { labels = cifar.labels }
      if let node = reader.optional("labels") {
        labels = try node.name("labels", of: CIFAR100Labels.self).labels
      }
      return .cifar(CIFARSource(paths: try paths("cifar100", in: reader), labels: labels))
    case .name: throw reader.node.error("test: a data set by name has no test part apart")
    }
  }

  private func path(_ key: String, in reader: MappingReader) throws -> String {
    try path(reader.required(key), key)
  }

  private func path(_ node: ConfigurationNode, _ key: String) throws -> String {
    let path = try node.text(key, expected: "the path of a file")
    guard let folder, !path.hasPrefix("/") else { return path }
    return "\(folder == "/" ? "" : folder)/\(path.hasPrefix("./") ? String(path.dropFirst(2)) : path)"
  }

  /// One file or a list of them.
  private func paths(_ key: String, in reader: MappingReader) throws -> [String] {
    let node = try reader.required(key)
    guard case .sequence(let items) = node.content else { return [try path(node, key)] }
    guard !items.isEmpty else { throw node.error("\(key): expected at least one file") }
    return try items.map { try path($0, key) }
  }

  private static func target(_ node: ConfigurationNode) throws -> CSVSource.TargetColumn {
    if case .integer = node.scalar { return .number(try node.integer("target", in: 1...1_000_000)) }
    return .name(try node.text("target", expected: "a column's name or number"))
  }

  private static func header(_ node: ConfigurationNode) throws -> Bool? {
    switch node.scalar {
    case .boolean(let header): return header
    case .text("auto"): return nil
    default: throw node.error("header: expected true, false or auto, got \(node.summary)")
    }
  }

  private static func separator(_ node: ConfigurationNode) throws -> CSVSource.Separator? {
    switch node.scalar {
    case .text("auto"): return nil
    case .text(","): return .comma
    case .text(";"): return .semicolon
    case .text("\t"): return .tab
    default: return try node.name("separator", of: CSVSource.Separator.self)
    }
  }

  private func read(
    _ key: String, into value: inout Int, atLeast lowest: Int = 1, atMost highest: Int = 1_000_000_000
  ) throws {
    guard let node = section.optional(key) else { return }
    value = try node.integer(key, in: lowest...highest)
  }

  private func read(_ key: String, into value: inout Double, upTo highest: Double) throws {
    guard let node = section.optional(key) else { return }
    value = try node.real(key, expected: "a number from 0 to \(ScalarValue.real(highest).text)") {
      (0...highest).contains($0)
    }
  }

  private func readSeed(into seed: inout UInt64) throws {
    if let node = section.optional("seed") { seed = try node.seed() }
  }
}

/// The labels of CIFAR-100 by the names that a configuration uses.
private enum CIFAR100Labels: String, CaseIterable {
  case fine, coarse

  var labels: CIFARSource.Labels {
    switch self {
    case .fine: .fine
    case .coarse: .coarse
    }
  }
}
