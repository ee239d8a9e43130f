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
  ///   - isStandardized: whether the features are standardised; an embedding takes them as they are.
  /// - Throws: what `StratifiedSplit` throws, `DatasetError.rareClass`, or `.twoTestParts`.
  /// - Complexity: O(*values* + *n* log *n*).
  public init(
    _ dataset: Dataset, split fractions: SplitFractions, seed: UInt64, isStandardized: Bool = true
  ) throws(DatasetError) {
    guard dataset.ownTestCount == 0 || fractions.test == 0 else {
      throw .twoTestParts(name: dataset.name)
    }
    let splitCount = dataset.count - dataset.ownTestCount
    // All samples of a regression are of one class.
    let split: StratifiedSplit
    do {
      split = try StratifiedSplit(
        labels: dataset.task == .regression
          ? [Int32](repeating: 0, count: splitCount) : Array(dataset.labels[..<splitCount]),
        classCount: dataset.classCount, fractions: fractions, seed: seed)
    } catch {
      throw dataset.naming(error)
    }
    var training = dataset.samples(split.training)
    let standardization =
      isStandardized
      ? Standardization(
        fittedTo: training.features, valuesPerSample: dataset.valuesPerSample, kind: dataset.kind,
        origins: dataset.featureOrigins) : .none(origins: dataset.featureOrigins)
    var validation = dataset.samples(split.validation)
    var test = dataset.samples(split.test + Array(splitCount..<dataset.count))
    standardization.apply(to: &training.features)
    standardization.apply(to: &validation.features)
    standardization.apply(to: &test.features)
    self.init(
      name: dataset.name, training: training, validation: validation, test: test,
      sampleShape: dataset.sampleShape, task: dataset.task, standardization: standardization)
    classNames = dataset.classNames
    targetName = dataset.targetName
  }
}

extension Dataset {
  /// An error of the split in the words of the file: with the value of a class.
  fileprivate func naming(_ error: DatasetError) -> DatasetError {
    guard case .tooFewSamples(let label, let count, let needed) = error, classNames.indices.contains(label)
    else { return error }
    return .rareClass(
      name: classNames[label], count: count, needed: needed,
      isNumber: classNames.allSatisfy { Double($0) != nil })
  }

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
