import Datasets
import Numerics
import Testing

@Suite("Prepared data of a regression or with an own test part")
struct RegressionPreparationTests {
  private let fractions = [0.6, 0.2, 0.2]

  private func prepare(_ dataset: Dataset, _ fractions: [Double], seed: UInt64 = 7) throws -> PreparedData {
    try PreparedData(
      dataset,
      split: SplitFractions(training: fractions[0], validation: fractions[1], test: fractions[2]), seed: seed)
  }

  @Test("of a regression is split at random into parts of the fractions' sizes")
  func randomSplit() throws {
    let dataset = try FriedmanDataset(samples: 1_000).load()
    let data = try prepare(dataset, fractions)
    #expect([data.training, data.validation, data.test].map(\.count) == [600, 200, 200])
    #expect(data.task == .regression && data.classCount == 1 && data.training.labels.isEmpty)
    #expect(try prepare(dataset, fractions).training.targets == data.training.targets)
    #expect(try prepare(dataset, fractions, seed: 8).training.targets != data.training.targets)
  }

  @Test("keeps its targets in the data's units, each beside its sample")
  func targetsInUnits() throws {
    let dataset = try FriedmanDataset(samples: 1_000).load()
    let data = try prepare(dataset, fractions)
    let parts = [data.training, data.validation, data.test]
    #expect(parts.flatMap(\.targets).sorted() == dataset.targets.sorted())
    let standardization = Standardization(
      fittedTo: data.training.features, valuesPerSample: dataset.valuesPerSample, kind: .table)
    #expect(standardization.means.allSatisfy { abs($0) < 1e-6 })
    #expect(standardization.deviations.allSatisfy { abs($0 - 1) < 1e-6 })
    // The fourth variable has the largest effect, 10 a unit, whichever part a sample fell into.
    for part in parts {
      let fourth = stride(from: 3, to: part.features.count, by: dataset.valuesPerSample)
        .map { Double(part.features[$0]) }
      let targets = part.targets
      let mean = Statistics.mean(targets)
      let covariance = Statistics.mean(zip(fourth, targets).map { $0 * ($1 - mean) })
      #expect(covariance > 2)
    }
  }

  @Test("takes the test part that the data set brings and splits the rest")
  func ownTest() throws {
    var dataset = try SpiralsDataset(samples: 100).load()
    dataset.ownTestCount = 20
    let data = try prepare(dataset, [0.75, 0.25, 0])
    #expect([data.training, data.validation, data.test].map(\.count) == [60, 20, 20])
    #expect(data.test.labels == Array(dataset.labels[80...]))
    let standardization = Standardization(fittedTo: data.training.features, valuesPerSample: 2, kind: .table)
    #expect(standardization.means.allSatisfy { abs($0) < 1e-6 })
    #expect(throws: DatasetError.twoTestParts(name: "spirals")) { try prepare(dataset, fractions) }
  }

  @Test("of columns with an origin has the values that double precision gives")
  func origins() throws {
    let times = (0..<100).map { 1.7e9 + 20 * Double($0) }
    var dataset = Dataset(
      name: "times", features: times.map { Float($0 - 1.7e9) }, targets: times, sampleShape: [1],
      kind: .table, source: "")
    dataset.featureOrigins = [1.7e9]
    let data = try prepare(dataset, fractions)
    let standardization = try #require(data.standardization)
    // Each sample's target is its value.
    let mean = data.training.targets.reduce(0) { $0 + ($1 - 1.7e9) } / 60 + 1.7e9
    #expect(abs(standardization.means[0] - mean) < 1e-6)
    for part in [data.training, data.validation, data.test] {
      for (feature, time) in zip(part.features, part.targets) {
        #expect(abs(Double(feature) - (time - mean) / standardization.deviations[0]) < 1e-6)
      }
    }
    let unchanged = try PreparedData(
      dataset, split: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 7,
      isStandardized: false)
    #expect(unchanged.training.features == unchanged.training.targets.map { Float($0) })
    #expect(unchanged.standardization?.means == [0] && unchanged.standardization?.deviations == [1])
    #expect(unchanged.training.targets == data.training.targets)
  }

  @Test("of an image has one mean and deviation, whatever the origins of its pixels")
  func originsOfImages() throws {
    // Samples (100, 1000), (104, 1008): mean 553, squares 453² + 447² + 449² + 455².
    let standardization = Standardization(
      fittedTo: [0, 0, 4, 8], valuesPerSample: 2, kind: .image, origins: [100, 1000])
    let squares: Double = 453 * 453 + 447 * 447 + 449 * 449 + 455 * 455
    let deviation = (squares / 4).squareRoot()
    #expect(standardization.means == [553] && standardization.deviations == [deviation])
    var values: [Float] = [0, 8]
    standardization.apply(to: &values)
    #expect(values == [Float(-453 / deviation), Float(455 / deviation)])
  }

  @Test("says in one line what is learnt from what")
  func summary() throws {
    var dataset = try SpiralsDataset(samples: 100, arms: 2).load()
    #expect(
      try prepare(dataset, fractions).summary
        == "spirals: 100 samples (60 training, 20 validation, 20 test) of shape [2]; classification of 2 classes"
    )
    dataset.classNames = ["no", "yes\n"]
    dataset.targetName = "ill"
    #expect(
      try prepare(dataset, fractions).summary.hasSuffix(
        "; classification of 'ill' in 2 classes: 'no', 'yes\u{fffd}'"))
    var regression = try FriedmanDataset(samples: 10).load()
    #expect(
      try prepare(regression, fractions).summary.hasSuffix(
        "(6 training, 2 validation, 2 test) of shape [10]; regression"))
    regression.targetName = "y"
    #expect(try prepare(regression, fractions).summary.hasSuffix("; regression of 'y'"))
  }

  @Test("refuses a rare class by its value")
  func rareClass() throws {
    func message(_ classNames: [String]) -> String {
      var dataset = Dataset(
        name: "rare", features: [1, 2, 3, 4, 5], labels: [0, 0, 0, 1, 1], classCount: 2, sampleShape: [1],
        kind: .table, source: "")
      dataset.classNames = classNames
      do { return try prepare(dataset, fractions).name } catch { return "\(error)" }
    }
    let text = "expected at least 3 samples, one for each part of the split, got 2"
    #expect(message(["3", "7"]) == "class '7': \(text); if the target is a quantity, say task: regression")
    #expect(message(["cat", "dog"]) == "class 'dog': \(text)")
    #expect(message([]) == "class 1: \(text)")
  }
}
