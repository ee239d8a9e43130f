import Datasets

extension StudyConfiguration {
  /// The data set and how it is split.
  public struct DatasetSection: Hashable, Sendable {
    /// Which data set, with which options.
    public var reference: DatasetReference
    /// The shares of the training, validation and test parts; they sum to 1. The last is 0 where the data set brings a
    /// test part of its own.
    public var split: [Double]

    /// The data set in a word.
    public var name: String { reference.summary }

    init(_ node: ConfigurationNode, folder: String?) throws {
      let form = try DatasetForm(of: node)
      let reader = DatasetReader(
        try MappingReader(node, name: "dataset", keys: form.keys(in: node)), folder: folder)
      reference = try reader.reference(form)
      split = try reader.split(hasOwnTest: reference.test != nil)
    }
  }
}

/// The ways to say which data set, by the key that says it.
enum DatasetForm: String, CaseIterable {
  case name, csv, npy, npz, idx, cifar10, cifar100

  /// The keys that any data set may have.
  private static let common = ["split", "shape", "kind"]

  /// The form of a section.
  init(of node: ConfigurationNode) throws {
    let known = Self.allCases.map(\.rawValue)
    guard case .mapping(let entries) = node.content else {
      throw node.error(
        "dataset: expected a mapping with one of the keys \(known.joined(separator: ", ")); got \(node.summary)"
      )
    }
    let found = entries.compactMap { entry in DatasetForm(rawValue: entry.key).map { ($0, entry.keyPlace) } }
    guard let (form, _) = found.first else {
      // A mistyped key is more likely than one that was forgotten.
      let options = known + Self.allCases.flatMap { $0.options + $0.testKeys } + Self.common
      let every = options.enumerated().filter { options.firstIndex(of: $1) == $0 }.map(\.element)
      _ = try MappingReader(node, name: "dataset", keys: every)
      throw node.error("dataset: expected one of the keys \(known.joined(separator: ", "))")
    }
    if let (other, place) = found.dropFirst().first {
      throw ConfigurationError(
        place: place, message: "dataset: '\(form.rawValue)' and '\(other.rawValue)' exclude each other")
    }
    self = form
  }

  /// The keys that a section of this form may have.
  func keys(in node: ConfigurationNode) throws -> [String] {
    var keys = [rawValue]
    if self == .name, case .mapping(let entries) = node.content,
      let name = entries.first(where: { $0.key == rawValue })?.value
    {
      keys += try NamedDataset(name).keys
    }
    return keys + options + Self.common
  }

  private var options: [String] {
    switch self {
    case .name: []
    case .csv: ["target", "header", "separator", "task", "classes", "test"]
    case .npy: ["labels", "task", "classes", "test"]
    case .npz: ["features", "labels", "task", "classes", "test"]
    case .idx: ["labels", "task", "classes", "test"]
    case .cifar10: ["test"]
    case .cifar100: ["labels", "test"]
    }
  }

  /// The keys of the section's `test`.
  var testKeys: [String] {
    switch self {
    case .name: []
    case .csv, .cifar10, .cifar100: [rawValue]
    case .npy, .idx: [rawValue, "labels"]
    case .npz: [rawValue, "features", "labels"]
    }
  }
}

/// The data sets that need no file.
enum NamedDataset {
  case builtIn(BuiltInDataset)
  case teacher, spirals, glyphs, friedman

  init(_ node: ConfigurationNode) throws {
    let name = try node.text("name", expected: "the name of a data set")
    switch name {
    case "teacher": self = .teacher
    case "spirals": self = .spirals
    case "glyphs": self = .glyphs
    case "friedman": self = .friedman
    default:
      guard let builtIn = BuiltInDataset(rawValue: name) else {
        if let form = Self.publicSets[name] {
          throw node.error(
            "name: '\(name)' does not come with the program; get it with tools/fetch-data \(name) and write "
              + "\(form): FILE instead of name")
        }
        let remedy = NearestName.remedy(for: name, among: DatasetReference.names, noun: "names")
        throw node.error("name: no data set is called '\(name.onOneLine())'; \(remedy)")
      }
      self = .builtIn(builtIn)
    }
  }

  /// The sets that `tools/fetch-data` gets, with the form that reads each.
  private static let publicSets = [
    "mnist": DatasetForm.idx, "fashion-mnist": .idx, "cifar10": .cifar10, "cifar100": .cifar100,
  ].mapValues(\.rawValue)

  var keys: [String] {
    switch self {
    case .builtIn: []
    case .teacher: ["samples", "values", "classes", "hidden", "noise", "seed"]
    case .spirals: ["samples", "arms", "turns", "noise", "seed"]
    case .glyphs: ["samples", "size", "classes", "jitter", "noise", "seed"]
    case .friedman: ["samples", "values", "noise", "seed"]
    }
  }
}
