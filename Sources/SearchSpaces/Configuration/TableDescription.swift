import EnergyMetering
import Foundation

/// What the columns of a table of recorded results mean: a small YAML file beside a CSV file.
///
/// ```yaml
/// csv: cells.csv                       # relative to this file
/// parameters: [optimizer, momentum]    # the first is the slowest of a lexicographic grid
/// accuracy: validation_accuracy        # or error, or loss; a loss beside accuracy or error decides ties
/// energy: {column: training_energy, unit: kWh}
/// hash: hash                           # optional: rows with the same hash are the same network
/// fidelity: epochs                     # optional: of several rows of a cell the one with the largest counts
/// ```
public struct TableDescription: Sendable {
  /// A column that is named.
  public struct Column: Hashable, Sendable {
    /// The name as the CSV file's header has it.
    public let name: String
    /// Where it is named.
    public let place: ConfigurationPlace

    /// Where the column stands, counted from 0.
    ///
    /// - Throws: ``ConfigurationError`` if the header has no column of the name, or two.
    public func index(in header: [String], of file: String) throws(ConfigurationError) -> Int {
      let found = header.indices.filter { header[$0] == name }
      guard found.count < 2 else {
        throw ConfigurationError(
          place: place, message: "two columns of \(file) are called '\(name.onOneLine())'")
      }
      guard let index = found.first else {
        let remedy = NearestName.remedy(for: name, among: header, noun: "columns")
        throw ConfigurationError(
          place: place,
          message: "\(file) has no column '\(name.onOneLine())'; \(remedy.onOneLine(limit: 400))")
      }
      return index
    }
  }

  /// What says how well a network does.
  public enum Quality: String, CaseIterable, Sendable {
    /// The share that is classified rightly, in 0 ... 1.
    case accuracy
    /// The share that is classified wrongly, in 0 ... 1.
    case error
    /// Any number of which less is better.
    case loss
  }

  /// The table's name; safe as a folder's name.
  public let name: String
  /// The CSV file's path.
  public let csvPath: String
  /// Where the CSV file is named.
  public let csvPlace: ConfigurationPlace
  /// The parameters in order.
  public let parameters: [Column]
  /// Where the parameters are listed.
  public let parametersPlace: ConfigurationPlace
  /// What `qualityColumn` holds.
  public let quality: Quality
  /// The column of the first objective.
  public let qualityColumn: Column
  /// The loss beside accuracy or error, which decides ties; nil where there is none.
  public let lossColumn: Column?
  /// The column of the energy of training.
  public let energyColumn: Column
  /// The unit that the energy is written in, as one of it.
  public let energyUnit: Energy
  /// The column of the hash; nil where every cell is a network of its own.
  public let hashColumn: Column?
  /// The column of the fidelity; nil where every row is a whole training.
  public let fidelityColumn: Column?

  private static let keys =
    ["name", "csv", "parameters"] + Quality.allCases.map(\.rawValue) + ["energy", "hash", "fidelity"]

  /// Interprets a file that was read.
  ///
  /// - Throws: ``ConfigurationError`` with the place of the first error.
  public init(_ file: ConfigurationFile) throws {
    var composer = ConfigurationComposer { .file(name: file.path, line: $0, column: $1) }
    guard let root = try composer.compose(file.text), !root.isNothing else {
      throw ConfigurationError(
        place: .file(name: file.path, line: 1, column: 1),
        message: "the description is empty; it needs csv, parameters, accuracy (or error, or loss) and energy"
      )
    }
    let reader = try MappingReader(root, name: "", keys: Self.keys)
    let csv = try reader.required("csv")
    let path = try csv.text("csv", expected: "the path of a CSV file")
    csvPath = path.hasPrefix("/") || file.folder.isEmpty ? path : Self.join(file.path, path)
    csvPlace = csv.place
    name = try Self.name(reader.optional("name"), file: file.path)

    let list = try reader.required("parameters")
    parametersPlace = list.place
    parameters = try list.list("parameters", expected: "a list of columns").map {
      try Self.column($0, "parameters")
    }
    guard !parameters.isEmpty else { throw list.error("parameters: expected at least one column") }
    for (index, column) in parameters.enumerated()
    where parameters[..<index].contains(where: { $0.name == column.name }) {
      throw ConfigurationError(
        place: column.place, message: "parameters: '\(column.name.onOneLine())' stands more than once")
    }

    let written = Quality.allCases.filter { reader.optional($0.rawValue) != nil }
    guard let quality = written.first else {
      throw root.error("expected one of accuracy, error and loss, with the column that holds it")
    }
    if let second = written.dropFirst().first, second == .error, let node = reader.optional("error") {
      throw node.error("error: accuracy and error say the same; name one of them")
    }
    self.quality = quality
    qualityColumn = try Self.column(reader.required(quality.rawValue), quality.rawValue)
    lossColumn = try quality == .loss ? nil : reader.optional("loss").map { try Self.column($0, "loss") }

    let energy = try MappingReader(reader.required("energy"), name: "energy", keys: ["column", "unit"])
    energyColumn = try Self.column(energy.required("column"), "energy: column")
    let unit = try energy.required("unit")
    let known = Energy.unitNames.joined(separator: ", ")
    let symbol = try unit.text("unit", expected: "one of \(known)")
    guard let one = try? Energy(parsing: "1 \(symbol)") else {
      throw unit.error("unit: expected one of \(known), got \(unit.summary)")
    }
    energyUnit = one
    hashColumn = try reader.optional("hash").map { try Self.column($0, "hash") }
    fidelityColumn = try reader.optional("fidelity").map { try Self.column($0, "fidelity") }
  }

  private static func column(_ node: ConfigurationNode, _ label: String) throws -> Column {
    guard case .scalar(let name, _) = node.content, !name.isEmpty else {
      throw node.error("\(label): expected the name of a column, got \(node.summary)")
    }
    return Column(name: name, place: node.place)
  }

  /// The name that is written, or the file's own without what a folder's name should not have.
  private static func name(_ node: ConfigurationNode?, file: String) throws -> String {
    func isPlain(_ scalar: Unicode.Scalar) -> Bool {
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || "._-".unicodeScalars.contains(scalar)
    }
    guard let node else {
      let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let kept = String(String.UnicodeScalarView(stem.unicodeScalars.map { isPlain($0) ? $0 : "-" }))
      return kept.first.map { $0.isLetter || $0.isNumber } == true ? String(kept.prefix(100)) : "table"
    }
    let expected = "a name of letters, digits, '.', '_' and '-', beginning with a letter or a digit"
    let name = try node.text("name", expected: expected)
    guard let first = name.first, first.isLetter || first.isNumber, name.count <= 100,
      name.unicodeScalars.allSatisfy(isPlain)
    else { throw node.error("name: expected \(expected), got \(node.summary)") }
    return name
  }

  /// A path that is relative to the folder of another file.
  private static func join(_ file: String, _ path: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }
}
