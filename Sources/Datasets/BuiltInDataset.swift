/// A data set that comes with the program.
///
/// ```swift
/// let digits = try BuiltInDataset.digits.load()
/// digits.count  // 1797
/// ```
public enum BuiltInDataset: String, CaseIterable, Codable, Sendable {
  /// Handwritten digits as 8×8 grey images: 1,797 samples of 64 values, 10 classes.
  case digits
  /// Measurements of cell nuclei, malignant (0) or benign (1): 569 samples of 30 values, 2 classes.
  case breastCancer = "breast-cancer"

  /// Where the data come from and under which licence.
  public var source: String {
    switch self {
    case .digits:
      "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, test part, "
        + "UCI Machine Learning Repository, CC BY 4.0"
    case .breastCancer:
      "W. Wolberg et al., Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository, CC BY 4.0"
    }
  }

  /// The number of classes, known without loading.
  public var classCount: Int {
    switch self {
    case .digits: 10
    case .breastCancer: 2
    }
  }

  /// The shape of one sample, known without loading.
  public var sampleShape: [Int] {
    switch self {
    case .digits: [8, 8, 1]
    case .breastCancer: [30]
    }
  }

  /// The number of samples, known without loading.
  public var sampleCount: Int {
    switch self {
    case .digits: 1797
    case .breastCancer: 569
    }
  }

  /// How the values are to be standardised, known without loading.
  public var kind: Dataset.Kind {
    switch self {
    case .digits: .image
    case .breastCancer: .table
    }
  }

  /// Reads the data set from the resources beside the executable.
  ///
  /// - Throws: `DatasetError.missingResource` with the folders searched, or what is wrong with the file.
  /// - Complexity: O(*bytes*); `swift test -c release --filter BuiltInDatasetTests` holds it under 5 ms.
  public func load() throws(DatasetError) -> Dataset {
    try load(fromDirectories: ResourceLocation.directories)
  }

  /// Reads the data set from a folder that holds `digits.csv` or `breast-cancer.csv`.
  ///
  /// - Throws: as `load()`.
  public func load(fromDirectory directory: String) throws(DatasetError) -> Dataset {
    try load(fromDirectories: [directory])
  }

  private func load(fromDirectories directories: [String]) throws(DatasetError) -> Dataset {
    let file = "\(rawValue).csv"
    let table = try NumericTable(csvFile: ResourceLocation.path(of: file, in: directories))
    let columnCount = sampleShape.reduce(1, *) + 1
    guard table.columnCount == columnCount, table.rowCount == sampleCount else {
      throw .unexpectedShape(
        file: file,
        problem: "expected \(sampleCount) rows of \(columnCount) values, "
          + "got \(table.rowCount) rows of \(table.columnCount)")
    }
    return try Dataset(
      name: rawValue, table: table, classCount: classCount, sampleShape: sampleShape, kind: kind,
      source: source,
      file: file)
  }
}
