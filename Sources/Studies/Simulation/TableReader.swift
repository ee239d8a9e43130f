import Datasets
import EnergyMetering
import SearchSpaces

extension ReplayTable {
  /// Reads a table from a CSV file and the description of its columns.
  ///
  /// An empty field of a parameter says that it does not exist in that row; an empty accuracy says that the training
  /// failed. A column whose fields are all numbers has its values in ascending order, another one in the order of their
  /// first rows.
  ///
  /// - Throws: `ConfigurationError`, `ConfigurationFileError`, ``MissingTableFile`` or `DatasetError` with the place of what is wrong, or
  ///   ``ReplayError/nothingCompleted(path:)``.
  public static func reading(_ path: String) throws -> ReplayTable {
    let description = try TableDescription(ConfigurationFile(path: path))
    let reader = try TableReader(description, file(of: description))
    let rows = try reader.rows()
    guard rows.contains(where: { $0.cell.losses != nil }) else {
      throw ReplayError.nothingCompleted(path: description.csvPath)
    }
    let isLoss = description.quality == .loss
    do {
      return try ReplayTable(
        name: description.name, columns: reader.columns.map(\.parameter), rows: rows,
        objectives: [description.quality.rawValue, Objective.trainingEnergy.rawValue],
        quality: isLoss ? .loss : QualityAxis(.accuracy)
      ) { points in
        let first: Double = isLoss ? beyond(points.map { $0[0] }) : 1
        return [first, beyond(points.map { $0[1] })]
      }
    } catch {
      throw reader.located(error)
    }
  }

  private static func file(of description: TableDescription) throws -> DelimitedText {
    do {
      return try DelimitedText(path: description.csvPath)
    } catch {
      guard error.isMissingInput else { throw error }
      throw MissingTableFile(place: description.csvPlace, cause: error)
    }
  }

  /// 1.1 times the worst of some losses, or as far beyond it where that is not worse.
  private static func beyond(_ losses: [Double]) -> Double {
    let worst: Double = losses.max() ?? 0
    if worst > 0 { return 1.1 * worst }
    let least: Double = losses.min() ?? 0
    let extent: Double = max(worst - least, -worst)
    return worst + 0.1 * max(extent, 1e-12)
  }
}

/// The file that the description of a table names cannot be read: where it is named, and why not.
public struct MissingTableFile: Error, CustomStringConvertible {
  /// Where the file is named.
  public let place: ConfigurationPlace
  /// Why it cannot be read.
  public let cause: DatasetError

  /// Both in one line.
  public var description: String { "\(place): csv: \(cause)" }
}

/// Turns the rows of a CSV file into cells.
private struct TableReader {
  /// A parameter, where its column stands, and the index of each text among its values.
  struct ParameterColumn {
    var parameter: SearchParameter
    var index: Int
    var valueOfText: [String: Int]
  }

  let description: TableDescription
  let csv: DelimitedText
  let columns: [ParameterColumn]
  private let quality: Int
  private let loss: Int?
  private let energy: Int
  private let hash: Int?
  private let fidelity: Int?
  /// The rows of the file that became cells, in order.
  private let chosen: [Int]

  init(_ description: TableDescription, _ csv: DelimitedText) throws {
    self.description = description
    self.csv = csv
    var columns: [ParameterColumn] = []
    for column in description.parameters {
      columns.append(try Self.parameterColumn(column.name, at: Self.index(of: column, in: csv), csv))
    }
    self.columns = columns
    quality = try Self.index(of: description.qualityColumn, in: csv)
    loss = try description.lossColumn.map { try Self.index(of: $0, in: csv) }
    energy = try Self.index(of: description.energyColumn, in: csv)
    hash = try description.hashColumn.map { try Self.index(of: $0, in: csv) }
    fidelity = try description.fidelityColumn.map { try Self.index(of: $0, in: csv) }
    chosen = try Self.fullTrainings(csv, columns, fidelity: fidelity)
  }

  private static func index(of column: TableDescription.Column, in csv: DelimitedText) throws -> Int {
    try column.index(in: csv.header, of: csv.path)
  }

  /// The cells of the rows that count.
  func rows() throws -> [(values: [Int?], cell: ReplayTable.Cell)] {
    var networks: [String: Int] = [:]
    var networkCount = 0
    var rows: [(values: [Int?], cell: ReplayTable.Cell)] = []
    for number in chosen {
      let row = csv.rows[number]
      var network = networkCount
      if let hash, !row[hash].text.isEmpty {
        network = networks[row[hash].text] ?? networkCount
        networks[row[hash].text] = network
      }
      if network == networkCount { networkCount += 1 }
      rows.append((Self.values(row, columns), try cell(row, network: network)))
    }
    return rows
  }

  /// What is wrong with the rows, with its place: that of the field, or of the list of parameters.
  func located(_ error: RowsError) -> any Error {
    guard case .undecided(let column, let emptyRow, let filledRow) = error else {
      return ConfigurationError(
        place: description.parametersPlace, message: "parameters: \(description.csvPath): \(error)")
    }
    let filled = field(column, ofRow: filledRow)
    return csv.error(
      field(column, ofRow: emptyRow), "\(error) (the value is in line \(filled.line))")
  }

  /// The field of a parameter in a cell's row.
  func field(_ parameter: String, ofRow cell: Int) -> DelimitedText.Field {
    let column = columns.first { $0.parameter.name == parameter }?.index ?? 0
    return csv.rows[chosen[cell]][column]
  }

  /// More than the world uses in a million years.
  private static let greatestKilowattHours = 1e20
  /// Beyond it a loss comes from no training in single precision.
  private static let greatestLoss = 1e80

  private func cell(_ row: [DelimitedText.Field], network: Int) throws -> ReplayTable.Cell {
    guard let amount = row[energy].number, amount >= 0 else {
      throw csv.error(row[energy], csv.header[energy], expected: "an energy of zero or more")
    }
    let kilowattHours = (description.energyUnit * amount).kilowattHours
    guard kilowattHours <= Self.greatestKilowattHours else {
      throw csv.error(
        row[energy], csv.header[energy], expected: "an energy of at most \(Self.greatestKilowattHours) kWh")
    }
    var cell = ReplayTable.Cell(kilowattHours: kilowattHours, network: network)
    let field = row[quality]
    guard !field.text.isEmpty else { return cell }
    let isShare = description.quality != .loss
    guard let value = field.number, abs(value) <= Self.greatestLoss, !isShare || (0...1).contains(value)
    else {
      throw csv.error(
        field, csv.header[quality],
        expected: isShare
          ? "a number from 0 to 1, or nothing for a failed training"
          : "a finite number of at most \(Self.greatestLoss)")
    }
    switch description.quality {
    case .accuracy: cell.goodness = value
    case .error: cell.goodness = 1 - value
    case .loss:
      cell.goodness = -value
      cell.validationLoss = value
    }
    cell.losses = [description.quality == .accuracy ? 1 - value : value, kilowattHours]
    if let loss, !row[loss].text.isEmpty {
      guard let number = row[loss].number, abs(number) <= Self.greatestLoss else {
        throw csv.error(
          row[loss], csv.header[loss], expected: "a finite number of at most \(Self.greatestLoss)")
      }
      cell.validationLoss = number
    }
    return cell
  }

  /// The values of a parameter: numbers in ascending order, texts in the order of their first rows.
  private static func parameterColumn(
    _ name: String, at index: Int, _ csv: DelimitedText
  ) throws -> ParameterColumn {
    var texts: [String] = []
    var seen: Set<String> = []
    for row in csv.rows where !row[index].text.isEmpty {
      if let number = Double(row[index].text), !number.isFinite {
        throw csv.error(row[index], name, expected: "a value, or nothing where the parameter does not exist")
      }
      if seen.insert(row[index].text).inserted { texts.append(row[index].text) }
    }
    guard !texts.isEmpty else {
      throw csv.error(csv.rows[0][index], name, expected: "a value in some row")
    }
    let numbers = texts.compactMap { Double($0) }
    guard numbers.count == texts.count else {
      let indexes = Dictionary(uniqueKeysWithValues: zip(texts, texts.indices))
      return ParameterColumn(
        parameter: SearchParameter(name: name, domain: .options(texts)), index: index, valueOfText: indexes)
    }
    // Texts such as 16 and 16.0 are one value; the first is its label.
    var labels: [Double: String] = [:]
    for (text, number) in zip(texts, numbers) where labels[number] == nil { labels[number] = text }
    let sorted = labels.keys.sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
    return ParameterColumn(
      parameter: SearchParameter(name: name, domain: .options(sorted.map { labels[$0] ?? "" })), index: index,
      valueOfText: Dictionary(uniqueKeysWithValues: zip(texts, numbers.map { places[$0] ?? 0 })))
  }

  private static func values(_ row: [DelimitedText.Field], _ columns: [ParameterColumn]) -> [Int?] {
    columns.map { $0.valueOfText[row[$0.index].text] }
  }

  /// For each cell the row of the largest fidelity.
  private static func fullTrainings(
    _ csv: DelimitedText, _ columns: [ParameterColumn], fidelity: Int?
  ) throws -> [Int] {
    var places: [[Int?]: Int] = [:]
    var chosen: [(row: Int, fidelity: Double)] = []
    for (number, row) in csv.rows.enumerated() {
      var level = 0.0
      if let fidelity {
        guard let value = row[fidelity].number else {
          throw csv.error(row[fidelity], csv.header[fidelity], expected: "a finite number")
        }
        level = value
      }
      let values = values(row, columns)
      guard let place = places[values] else {
        places[values] = chosen.count
        chosen.append((number, level))
        continue
      }
      guard chosen[place].fidelity != level else {
        throw csv.error(
          row[columns[0].index],
          "the parameters are those of line \(csv.rows[chosen[place].row][0].line)"
            + (fidelity == nil ? "; name the column of the epochs as fidelity, or keep one of both rows" : "")
        )
      }
      if level > chosen[place].fidelity { chosen[place] = (number, level) }
    }
    return chosen.map(\.row)
  }
}
