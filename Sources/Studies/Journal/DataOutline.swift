import Datasets
import GRDB

/// What a run's figures need to know of its data, so that the run can be read where the data are not, or are others by now.
public struct DataOutline: Codable, Hashable, Sendable {
  /// The shape of one sample, such as `[8, 8, 1]`.
  public var sampleShape: [Int]
  /// What is learnt.
  public var task: LearningTask
  /// The sizes of the three parts.
  public var parts: PartSizes

  /// An outline.
  public init(sampleShape: [Int], task: LearningTask, parts: PartSizes) {
    self.sampleShape = sampleShape
    self.task = task
    self.parts = parts
  }

  /// Of the data of a configuration that was checked.
  public init(_ checked: CheckedConfiguration) {
    self.init(sampleShape: checked.data.sampleShape, task: checked.data.task, parts: checked.plan.parts)
  }
}

extension DataOutline: JournalValue {
  /// More values of a sample, outputs and samples than these are not believed.
  private static let (mostValues, mostOutputs, mostSamples) = (1 << 31, 1 << 24, 1 << 40)

  var problem: String? {
    var values = 1
    for extent in sampleShape {
      guard 1...Self.mostValues / values ~= extent else { return "no sample has the shape \(sampleShape)" }
      values *= extent
    }
    guard !sampleShape.isEmpty else { return "a sample has a shape" }
    guard 1...Self.mostOutputs ~= task.outputCount else { return "a task has no \(task.outputCount) outputs" }
    guard 1...Self.mostSamples ~= parts.training, 1...Self.mostSamples ~= parts.validation,
      0...Self.mostSamples ~= parts.test
    else { return "expected samples in each part, found \(parts)" }
    return nil
  }
}

/// What the data of a run are like. A table of its own, which journals of earlier versions lack.
extension Journal {
  static let dataSchema = """
    CREATE TABLE IF NOT EXISTS study_data (outline TEXT NOT NULL);
    """

  static func note(_ outline: DataOutline, in connection: Database) throws {
    try connection.execute(sql: "INSERT INTO study_data (outline) VALUES (?)", arguments: [try json(outline)])
  }

  func dataOutline(in connection: Database) throws -> DataOutline? {
    guard let row = try rows(of: "study_data", orderedBy: "rowid", in: connection).first else { return nil }
    return try row.required("outline", row.decoded("outline")) as DataOutline
  }
}
