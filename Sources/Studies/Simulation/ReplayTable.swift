import ParetoAnalysis
import SearchSpaces

/// Recorded results of every cell of a space, to search it again without training.
///
/// A search of the table looks its proposals up; the meter shows the recorded energy.
public struct ReplayTable: Sendable {
  /// What was recorded of one cell.
  struct Cell: Sendable {
    /// The energy of the training, in kWh.
    var kilowattHours: Double
    /// The objectives, less is better; nil if the training failed.
    var losses: [Double]?
    /// How well the network does, more is better.
    var goodness: Double?
    /// What tells apart networks that are equal in the first objective.
    var validationLoss: Double?
    /// Cells with the same number are the same network.
    var network: Int
  }

  /// The table's name; safe as a folder's name.
  public let name: String
  /// Its parameters: the cells are the grid of this space.
  public let space: ParameterSpace
  /// The names of the objectives.
  public let objectives: [String]
  /// What says how well a network does.
  public let quality: QualityAxis
  /// The point up to which hypervolume counts, as losses.
  public let reference: [Double]
  /// The cells by their index in the space's grid.
  let cells: [Cell]

  /// The number of cells.
  public var count: Int { cells.count }

  /// A table of rows.
  ///
  /// - Parameters:
  ///   - columns: the parameters.
  ///   - rows: for each cell the index of each column's value, nil where the parameter does not exist, and what was
  ///     recorded; no two of the same cell.
  ///   - reference: the reference point, from the losses of all cells.
  /// - Throws: `RowsError` if the rows are not all cells of a space.
  init(
    name: String, columns: [SearchParameter], rows: [(values: [Int?], cell: Cell)], objectives: [String],
    quality: QualityAxis, reference: ([[Double]]) -> [Double]
  ) throws(RowsError) {
    self.name = name
    self.objectives = objectives
    self.quality = quality
    space = try ParameterSpace(columns: columns, rows: rows.map(\.values))
    var cells = [Cell?](repeating: nil, count: rows.count)
    for row in rows {
      var values: [String: ParameterValue] = [:]
      for (column, value) in zip(columns, row.values) {
        if let value { values[column.name] = column.domain.gridValue(at: value) }
      }
      guard let index = space.gridIndex(of: Assignment(values: values)) else {
        preconditionFailure("a row is a cell of the space that was made of it")
      }
      cells[index] = row.cell
    }
    self.cells = cells.compactMap(\.self)
    precondition(self.cells.count == rows.count, "two rows are of the same cell")
    self.reference = reference(self.cells.compactMap(\.losses))
  }

  /// The table as what strategies search.
  public var problem: SimulatedProblem {
    var front = GrowingFront(reference: reference)
    for cell in cells { if let losses = cell.losses { front.insert(losses) } }
    let (space, cells) = (space, cells)
    return SimulatedProblem(
      name: name, space: space, objectives: objectives, reference: reference,
      largestHypervolume: front.hypervolume, quality: quality, unit: .kilowattHours
    ) { assignment in
      guard let index = space.gridIndex(of: assignment) else {
        preconditionFailure("a strategy proposed what is no cell of the table's space")
      }
      let cell = cells[index]
      return SimulatedOutcome(
        cost: cell.kilowattHours, losses: cell.losses, goodness: cell.goodness,
        validationLoss: cell.validationLoss, network: cell.network)
    }
  }
}

/// Why a run cannot be replayed.
public enum ReplayError: Error, Equatable, CustomStringConvertible {
  /// Some cells of the run's grid have no trial that ended.
  case missingCells(run: String, missing: Int, of: Int)
  /// A trial lies between the grid's points.
  case offGrid(run: String, trial: Int, parameter: String, value: String)
  /// The cells are not those of a grid.
  case irregular(run: String, problem: String)
  /// No training succeeded.
  case nothingCompleted(path: String)

  /// One line: where, what is wrong and what to do.
  public var description: String {
    switch self {
    case .missingCells(let run, let missing, let count):
      "\(run): \(missing) of the grid's \(count) cells have no finished trial, and a table needs them all; record a full "
        + "grid with: wattle search \(run)/config.yaml --strategy grid --trials \(count)"
    case .offGrid(let run, let trial, let parameter, let value):
      "\(run): trial \(trial): \(parameter) = \(value) is no point of the grid; a table needs a run of grid search, such "
        + "as: wattle search \(run)/config.yaml --strategy grid"
    case .irregular(let run, let problem): "\(run): \(problem)"
    case .nothingCompleted(let path): "\(path): no training was completed, so there is nothing to search for"
    }
  }
}
