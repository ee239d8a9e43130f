extension PreparedData {
  /// Divides a data set by class and standardises all parts by the training part.
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
  ///   - split: the size of each part.
  ///   - seed: the study's seed.
  /// - Throws: what `StratifiedSplit` throws.
  /// - Complexity: O(*values* + *n* log *n*).
  public init(_ dataset: Dataset, split fractions: SplitFractions, seed: UInt64) throws(DatasetError) {
    let split = try StratifiedSplit(
      labels: dataset.labels, classCount: dataset.classCount, fractions: fractions, seed: seed)
    var training = dataset.samples(split.training)
    let standardization = Standardization(
      fittedTo: training.features, valuesPerSample: dataset.valuesPerSample, kind: dataset.kind)
    var validation = dataset.samples(split.validation)
    var test = dataset.samples(split.test)
    standardization.apply(to: &training.features)
    standardization.apply(to: &validation.features)
    standardization.apply(to: &test.features)
    self.init(
      name: dataset.name, training: training, validation: validation, test: test,
      sampleShape: dataset.sampleShape, task: dataset.task)
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
