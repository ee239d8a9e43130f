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
      let targets = part.targets.map(Double.init)
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
}
