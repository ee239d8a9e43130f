/// A table in a delimited text file of the user's: numbers, and one column to be predicted.
///
/// ```swift
/// let flowers = DatasetReference(.csv(CSVSource(path: "flowers.csv", target: .name("species"))))
/// ```
///
/// The columns of a test part may be in another order: where both files have a header, they are matched by name.
///
/// Fields may stand in double quotes; rows end with LF or CRLF. All columns but the target must be numbers.
public struct CSVSource: Codable, Hashable, Sendable {
  /// The file; a gzip file is unpacked.
  public var path: String
  /// The column to be predicted.
  public var target: TargetColumn
  /// Whether the first row holds the columns' names; nil finds out: it does where none of its fields but the
  /// target's is a number.
  public var header: Bool?
  /// What stands between fields; nil finds out by the first row: a tab, else a semicolon, else a comma.
  public var separator: Separator?

  /// The column to be predicted.
  public enum TargetColumn: Codable, Hashable, Sendable {
    /// The last one.
    case last
    /// A column counted from 1.
    case number(Int)
    /// The column that the header calls so.
    case name(String)
  }

  /// What stands between fields.
  public enum Separator: String, Codable, Hashable, CaseIterable, Sendable {
    /// `,`
    case comma
    /// `;`
    case semicolon
    /// A tab.
    case tab

    var byte: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      }
    }
  }

  /// A table in a file.
  public init(
    path: String, target: TargetColumn = .last, header: Bool? = nil, separator: Separator? = nil
  ) {
    self.path = path
    self.target = target
    self.header = header
    self.separator = separator
  }

  /// Reads the table; as a test part, with its columns in the order of the part that is trained on.
  func read(testOf training: RawSamples? = nil) throws(DatasetError) -> RawSamples {
    let bytes = try FileContent.read(path)
    // A cell takes two bytes of text at least, and four as a number.
    try MemoryBound.check(bytes: bytes.count * 2, name: path)
    let table = try DelimitedTable(
      bytes, source: self,
      training: training.map {
        DelimitedTable.Training(
          file: $0.name, header: $0.header, featureCount: $0.sampleShape.reduce(1, *), origins: $0.origins)
      })
    let target: RawSamples.Target =
      if let numbers = try table.targetNumbers() {
        .numbers(table.targetCodes.map { numbers[Int($0)] })
      } else {
        .texts(codes: table.targetCodes, texts: table.targetTexts)
      }
    var samples = RawSamples(
      name: path, features: table.features, sampleShape: [table.featureCount], target: target)
    samples.origins = table.origins
    samples.header = table.header
    samples.textAmongTargets = table.textAmongTargets()
    return samples
  }
}
