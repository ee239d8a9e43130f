import Datasets
import Numerics
import Testing

@Suite("Prepared data")
struct PreparedDataTests {
  private func prepare(_ dataset: Dataset, seed: UInt64 = 7) throws -> PreparedData {
    try PreparedData(
      dataset, split: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: seed)
  }

  private func column(_ column: Int, of samples: Samples, width: Int) -> [Double] {
    stride(from: column, to: samples.features.count, by: width).map { Double(samples.features[$0]) }
  }

  @Test("of a table has training columns of mean 0 and deviation 1")
  func table() throws {
    let data = try prepare(BuiltInDataset.breastCancer.load())
    #expect(data.training.count + data.validation.count + data.test.count == 569)
    #expect(data.sampleShape == [30] && data.classCount == 2 && data.name == "breast-cancer")
    for index in 0..<30 {
      let values = column(index, of: data.training, width: 30)
      let mean = values.reduce(0, +) / Double(values.count)
      let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      #expect(abs(mean) < 1e-6 && abs(square - 1) < 1e-6)
    }
    // Fitted to the training part alone, the others are near but not at 0.
    let mean = Statistics.mean(column(0, of: data.validation, width: 30))
    #expect(abs(mean) > 1e-4 && abs(mean) < 0.5)
  }

  @Test("of images has one mean and one deviation over all training pixels")
  func image() throws {
    let digits = try BuiltInDataset.digits.load()
    let data = try prepare(digits)
    let values = data.training.features.map(Double.init)
    #expect(abs(Statistics.mean(values)) < 1e-6)
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Double(values.count) - 1) < 1e-6)
    // One affine map for all pixels: 17 grey levels in, 17 out.
    #expect(Set(data.training.features).count == 17)
  }

  @Test("holds the samples of the split with their labels, standardised by the training part")
  func samplesOfTheSplit() throws {
    let dataset = try BuiltInDataset.breastCancer.load()
    let data = try prepare(dataset, seed: 3)
    let split = try StratifiedSplit(
      labels: dataset.labels, classCount: 2,
      fractions: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 3)
    func raw(_ indexes: [Int]) -> [Float] {
      indexes.flatMap { dataset.features[($0 * 30)..<($0 * 30 + 30)] }
    }
    let standardization = Standardization(
      fittedTo: raw(split.training), valuesPerSample: 30, kind: .table)
    let parts = [
      (split.training, data.training), (split.validation, data.validation), (split.test, data.test),
    ]
    for (indexes, samples) in parts {
      #expect(samples.labels == indexes.map { dataset.labels[$0] })
      var expected = raw(indexes)
      standardization.apply(to: &expected)
      #expect(samples.features == expected)
    }
  }

  @Test("does not let the other parts reach the training values")
  func noLeak() throws {
    let dataset = try BuiltInDataset.breastCancer.load()
    let split = try StratifiedSplit(
      labels: dataset.labels, classCount: 2,
      fractions: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 7)
    var changed = dataset
    for index in split.validation + split.test {
      for value in (index * 30)..<(index * 30 + 30) { changed.features[value] += 1000 }
    }
    let (after, before) = (try prepare(changed), try prepare(dataset))
    #expect(after.training.features == before.training.features)
    #expect(after.test.features != before.test.features)
  }

  @Test("passes on why a data set cannot be split")
  func errors() {
    let dataset = Dataset(
      name: "tiny", features: [1, 2], labels: [0, 1], classCount: 2, sampleShape: [1], kind: .table,
      source: "")
    #expect(throws: DatasetError.tooFewSamples(class: 0, count: 1, needed: 3)) { try prepare(dataset) }
  }
}

@Suite("A standardisation")
struct StandardizationTests {
  @Test("takes mean and deviation of each column of a table and leaves a constant column unscaled")
  func table() {
    let standardization = Standardization(fittedTo: [1, 5, 3, 5, 8, 5], valuesPerSample: 2, kind: .table)
    // numpy.std([1, 3, 8]) = 2.943920288775949
    #expect(standardization.means == [4, 5])
    #expect(abs(standardization.deviations[0] - 2.943920288775949) < 1e-15)
    #expect(standardization.deviations[1] == 1)
    var values: [Float] = [4, 5, 4, 7]
    standardization.apply(to: &values)
    #expect(values == [0, 0, 0, 2])
  }

  @Test("takes one mean and deviation for all pixels of images")
  func image() {
    let standardization = Standardization(fittedTo: [0, 2, 0, 2], valuesPerSample: 2, kind: .image)
    #expect(standardization.means == [1])
    #expect(standardization.deviations == [1])
    var values: [Float] = [0, 4]
    standardization.apply(to: &values)
    #expect(values == [-1, 3])
  }

  @Test("keeps its digits where the deviation is a millionth of the mean")
  func cancellation() {
    let values: [Float] = (0..<1000).map { 8_000_000 + Float($0 % 2) }
    let standardization = Standardization(fittedTo: values, valuesPerSample: 1, kind: .table)
    #expect(abs(standardization.deviations[0] - 0.5) < 1e-12)
  }

  @Test("leaves an empty part empty")
  func empty() {
    var values: [Float] = []
    Standardization(fittedTo: [1, 2], valuesPerSample: 1, kind: .table).apply(to: &values)
    #expect(values.isEmpty)
  }
}
