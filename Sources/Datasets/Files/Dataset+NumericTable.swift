extension Dataset {
  /// The data set of a table whose last column is the class.
  ///
  /// - Parameters:
  ///   - name: the name that a config uses.
  ///   - table: a row a sample.
  ///   - classCount: the number of classes; the last column holds integers in 0 ..< `classCount`.
  ///   - sampleShape: the shape of one sample: all columns but the last.
  ///   - kind: how the values are to be standardised.
  ///   - source: where the data come from and under which licence.
  ///   - file: the name to give in errors.
  /// - Throws: `DatasetError.unexpectedShape` when the columns or a class do not fit.
  /// - Complexity: O(*values*).
  public init(
    name: String, table: NumericTable, classCount: Int, sampleShape: [Int], kind: Kind, source: String,
    file: String
  ) throws(DatasetError) {
    let valuesPerSample = sampleShape.reduce(1, *)
    guard table.columnCount == valuesPerSample + 1 else {
      throw .unexpectedShape(
        file: file,
        problem: "expected \(valuesPerSample + 1) columns, the last one the class, got \(table.columnCount)")
    }
    var features: [Float] = []
    features.reserveCapacity(table.rowCount * valuesPerSample)
    var labels: [Int32] = []
    labels.reserveCapacity(table.rowCount)
    for row in 0..<table.rowCount {
      let start = row * table.columnCount
      features.append(contentsOf: table.values[start..<(start + valuesPerSample)])
      let target = table.values[start + valuesPerSample]
      guard let label = Int32(exactly: target), label >= 0, label < classCount else {
        throw .unexpectedShape(
          file: file, problem: "row \(row + 1): expected a class from 0 to \(classCount - 1), got \(target)")
      }
      labels.append(label)
    }
    self.init(
      name: name, features: features, labels: labels, classCount: classCount, sampleShape: sampleShape,
      kind: kind, source: source)
  }
}
