import EnergyMetering
import Foundation

/// What a study is to do, as its configuration file says it.
///
/// ```swift
/// let configuration = try StudyConfiguration(contentsOf: "digits.yaml", overrides: ["training.epochs=5"])
/// let space = try configuration.searchSpace(sampleShape: [64], classCount: 10)
/// ```
///
/// Two configurations are equal when they say the same, wherever and however it was written.
public struct StudyConfiguration: Sendable {
  /// The study's name; safe as a folder's name.
  public var name: String
  /// The data set and how it is split.
  public var dataset: DatasetSection
  /// What is optimised, without doubles. Where none are written: accuracy and training energy, until the data tell the
  /// task; see ``withObjectives(for:)``.
  public var objectives: [Objective]
  /// Whether the objectives are the defaults.
  let hasDefaultObjectives: Bool
  /// How the space is searched.
  public var search: SearchSection
  /// What a candidate may have at most.
  public var constraints: ConstraintsSection
  /// How energy is metered and accounted.
  public var energy: EnergySection
  /// How trials are run.
  public var execution: ExecutionSection
  /// The template of candidates.
  let template: CandidateTemplate
  /// The combinations of values that no candidate may have.
  let exclusions: [Located<[WrittenCondition]>]
  /// The tree that was read, for places.
  private let root: ConfigurationNode

  /// The keys of a configuration.
  private static let keys = [
    "name", "dataset", "blocks", "architecture", "training", "unless", "constraints", "objectives", "search",
    "energy", "execution",
  ]

  /// Reads a configuration from YAML text.
  ///
  /// - Parameters:
  ///   - yaml: the text.
  ///   - fileName: what errors call the text, such as `digits.yaml`.
  ///   - overrides: changes of the form `training.epochs=5`, applied in order before the text is interpreted.
  ///   - folder: what paths of data files are relative to; nil leaves them as they are written.
  /// - Throws: ``ConfigurationError`` with the place of the first error.
  public init(yaml: String, fileName: String, overrides: [String] = [], folder: String? = nil) throws {
    var composer = ConfigurationComposer { .file(name: fileName, line: $0, column: $1) }
    guard var root = try composer.compose(yaml), !root.isNothing else {
      throw ConfigurationError(
        place: .file(name: fileName, line: 1, column: 1),
        message: "the configuration is empty; it needs name, dataset, architecture and training")
    }
    _ = try MappingReader(root, name: "", keys: Self.keysOfAny(root))
    for override in overrides { try ConfigurationOverride(override).apply(to: &root) }
    try self.init(root: root, folder: folder)
  }

  /// Reads a configuration from a file; paths of data files are relative to its folder and become absolute.
  ///
  /// - Parameters:
  ///   - path: the file; errors name it as it is given here.
  ///   - overrides: changes of the form `training.epochs=5`, applied in order before the text is interpreted.
  /// - Throws: ``ConfigurationFileError`` if there is no text to read, else ``ConfigurationError``.
  public init(contentsOf path: String, overrides: [String] = []) throws {
    try self.init(ConfigurationFile(path: path), overrides: overrides)
  }

  /// Interprets a file that was read; as ``init(contentsOf:overrides:)``.
  public init(_ file: ConfigurationFile, overrides: [String] = []) throws {
    try self.init(yaml: file.text, fileName: file.path, overrides: overrides, folder: file.folder)
  }

  private init(root: ConfigurationNode, folder: String?) throws {
    let reader = try MappingReader(root, name: "", keys: Self.keys)
    self.root = root
    name = try Self.readName(reader.required("name"))
    dataset = try DatasetSection(reader.required("dataset"), folder: folder)
    template = try CandidateTemplate(
      blocks: reader.optional("blocks"), architecture: reader.required("architecture"),
      training: reader.required("training"))
    exclusions = try Exclusion.read(reader.optional("unless"))
    constraints = try ConstraintsSection(reader.optional("constraints"))
    let written = reader.optional("objectives")
    objectives = try written.map(Self.readObjectives) ?? Objective.defaults(for: nil)
    hasDefaultObjectives = written == nil
    search = try SearchSection(reader.optional("search"))
    energy = try EnergySection(reader.optional("energy"), objectives: objectives)
    execution = try ExecutionSection(reader.optional("execution"))
    if energy.inferences == nil, let index = objectives.firstIndex(of: .lifeCycleEnergy) {
      throw ConfigurationError(
        place: location(of: "objectives[\(index)].minimize"),
        message: "objectives: life-cycle-energy needs the expected number of inferences; "
          + "add it, such as energy: {inferences: 1e9}")
    }
  }

  /// Where a part of the configuration was written, or the nearest part around it that was written at all.
  ///
  /// - Parameter path: a dotted path such as `energy.region` or `architecture[0].repeat.times`.
  public func location(of path: String) -> ConfigurationPlace {
    ConfigurationOverride.place(of: path, in: root)
  }

  /// An error at the place of a part, for checks that need more than the configuration, such as known regions.
  ///
  /// - Parameters:
  ///   - path: a dotted path such as `energy.region`.
  ///   - message: what is wrong; the path's last key is put before it.
  public func error(at path: String, _ message: String) -> ConfigurationError {
    let key = path.split(separator: ".").last.map(String.init) ?? path
    return ConfigurationError(place: location(of: path), message: "\(key): \(message)")
  }

  /// Accepts the keys of any mapping: what is not a mapping is refused before overrides are applied to it.
  private static func keysOfAny(_ root: ConfigurationNode) -> [String] {
    guard case .mapping(let entries) = root.content else { return keys }
    return entries.map(\.key)
  }

  private static func readName(_ node: ConfigurationNode) throws -> String {
    let expected =
      "a name of letters, digits, '.', '_' and '-', at most 100, beginning with a letter or a digit"
    let name = try node.text("name", expected: expected)
    func isPlain(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber)
    }
    guard let first = name.first, isPlain(first), name.count <= 100,
      name.allSatisfy({ isPlain($0) || "._-".contains($0) })
    else { throw node.error("name: expected \(expected), got \(node.summary)") }
    return name
  }

  private static func readObjectives(_ node: ConfigurationNode) throws -> [Objective] {
    let items = try node.list("objectives", expected: "a list such as [{maximize: accuracy}]")
    var objectives: [Objective] = []
    for item in items {
      let reader = try MappingReader(
        item, name: "objectives", keys: Objective.Direction.allCases.map(\.rawValue))
      let written = Objective.Direction.allCases.filter { reader.optional($0.rawValue) != nil }
      guard written.count == 1, let direction = written.first,
        let value = reader.optional(direction.rawValue)
      else { throw item.error("objectives: expected one of {maximize: NAME} and {minimize: NAME}") }
      let objective = try value.name("objectives", of: Objective.self)
      guard objective.direction == direction else {
        throw value.error(
          "objectives: write {\(objective.direction.rawValue): \(objective.rawValue)}; "
            + "to \(direction.rawValue) it is of no use")
      }
      guard !objectives.contains(objective) else {
        throw value.error("objectives: '\(objective.rawValue)' stands more than once")
      }
      objectives.append(objective)
    }
    guard !objectives.isEmpty else { throw node.error("objectives: expected at least one objective") }
    return objectives
  }
}

extension StudyConfiguration: Equatable {
  /// Whether two configurations say the same.
  public static func == (left: StudyConfiguration, right: StudyConfiguration) -> Bool {
    left.name == right.name && left.dataset == right.dataset && left.template == right.template
      && left.exclusions == right.exclusions && left.constraints == right.constraints
      && left.objectives == right.objectives && left.search == right.search && left.energy == right.energy
      && left.execution == right.execution
  }
}
