extension PreparedData {
  /// Divides a data set by class, or at random where it is a regression, and standardises the features of all parts by
  /// the training part.
  ///
  /// The targets of a regression stay in the data's units: the network that learns them standardises them itself.
  ///
  /// ```swift
  /// let data = try PreparedData(
  ///   BuiltInDataset.digits.load(),
  ///   split: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 7)
  /// data.training.count  // 1078
  /// ```
  ///
  /// - Parameters:
  ///   - dataset: the samples.
  ///   - split: the size of each part; of a data set that brings its own test part, of the rest, with no test part.
  ///   - seed: the study's seed.
  /// - Throws: what `StratifiedSplit` throws, or `DatasetError.twoTestParts`.
  /// - Complexity: O(*values* + *n* log *n*).
  public init(_ dataset: Dataset, split fractions: SplitFractions, seed: UInt64) throws(DatasetError) {
    guard dataset.ownTestCount == 0 || fractions.test == 0 else {
      throw .twoTestParts(name: dataset.name)
    }
    let splitCount = dataset.count - dataset.ownTestCount
    // All samples of a regression are of one class.
    let split = try StratifiedSplit(
      labels: dataset.task == .regression
        ? [Int32](repeating: 0, count: splitCount) : Array(dataset.labels[..<splitCount]),
      classCount: dataset.classCount, fractions: fractions, seed: seed)
    var training = dataset.samples(split.training)
    let standardization = Standardization(
      fittedTo: training.features, valuesPerSample: dataset.valuesPerSample, kind: dataset.kind)
    var validation = dataset.samples(split.validation)
    var test = dataset.samples(split.test + Array(splitCount..<dataset.count))
    standardization.apply(to: &training.features)
    standardization.apply(to: &validation.features)
    standardization.apply(to: &test.features)
    self.init(
      name: dataset.name, training: training, validation: validation, test: test,
      sampleShape: dataset.sampleShape, task: dataset.task, standardization: standardization)
  }
}

extension Dataset {
  /// The samples of the given indexes, in their order.
  fileprivate func samples(_ indexes: [Int]) -> Samples {
    var selected: [Float] = []
    selected.reserveCapacity(indexes.count * valuesPerSample)
    for index in indexes {
      selected += features[(index * valuesPerSample)..<((index + 1) * valuesPerSample)]
    }
    return Samples(
      features: selected, labels: labels.isEmpty ? [] : indexes.map { labels[$0] },
      targets: targets.isEmpty ? [] : indexes.map { targets[$0] })
  }
}
