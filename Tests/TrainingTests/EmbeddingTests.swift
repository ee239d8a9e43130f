import Datasets
import NeuralNetworks
import Testing
import Training

@Suite("Training with an embedding")
struct EmbeddingTests {
  /// The names 0 to 19, four times each; the class is whether the name is a multiple of 3, which no line tells.
  private static let words: Dataset = {
    let names = (0..<80).map { Float($0 % 20) }
    return Dataset(
      name: "words", features: names, labels: names.map { Int($0).isMultiple(of: 3) ? 1 : 0 }, classCount: 2,
      sampleShape: [1], kind: .table, source: "")
  }()

  private func data(_ dataset: Dataset = words, isStandardized: Bool = false) throws -> PreparedData {
    try PreparedData(
      dataset, split: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 1,
      isStandardized: isStandardized)
  }

  private func candidate(vocabulary: Int = 20) -> Candidate {
    Candidate(
      architecture: Architecture(
        sampleShape: [1],
        layers: [
          .embedding(vocabulary: vocabulary, dimension: 8), .dense(units: 32), .activation(.relu),
          .dense(units: 2),
        ]),
      training: TrainingHyperparameters(
        optimizer: .adam(), learningRate: 0.01, batchSize: 8, epochs: 40))
  }

  private func failure(_ candidate: Candidate, _ data: PreparedData) -> String {
    do {
      return "\(try Trainer.train(candidate, on: data, seed: 1, trial: 1).epochs) epochs"
    } catch { return error.description }
  }

  @Test("tells all names apart")
  func names() throws {
    let data = try data()
    #expect(Set(data.training.features).isSubset(of: Set((0..<20).map(Float.init))))
    let outcome = try Trainer.train(candidate(), on: data, seed: 1, trial: 1)
    #expect(outcome.trainingLoss < 0.05)
  }

  @Test("refuses values that are no names, standardised ones among them")
  func misfits() throws {
    let text = failure(candidate(vocabulary: 19), try data())
    #expect(text.contains("part, sample ") && text.contains("whole numbers in 0 ..< 19, got 19.0; enlarge"))
    #expect(failure(candidate(), try data(isStandardized: true)).contains("in 0 ..< 20, got "))
    for value: Float in [2.5, -1, 20] {
      var dataset = Self.words
      dataset.features[0] = value
      #expect(failure(candidate(), try data(dataset)).contains("0 ..< 20, got \(value);"))
    }
    var noisy = candidate()
    noisy.training.augmentation.noise = 0.1
    #expect(
      failure(noisy, try data())
        == "noise: expected 0 before an embedding, which takes whole numbers, got 0.1")
  }

  @Test("is found wherever the embedding stands; the smallest vocabulary counts")
  func vocabulary() {
    func vocabulary(_ layers: [Layer]) -> Int? {
      Architecture(sampleShape: [4], layers: layers).vocabulary
    }
    let small = Layer.embedding(vocabulary: 5, dimension: 2)
    let large = Layer.embedding(vocabulary: 9, dimension: 2)
    #expect(vocabulary([.dense(units: 3)]) == nil)
    #expect(vocabulary([.flatten, large, .dense(units: 3)]) == 9)
    #expect(vocabulary([.branches(join: .concat, paths: [[], [large], [.residual([small])]])]) == 5)
  }

  @Test("knows of a data set whether its values are names")
  func datasetNames() {
    var dataset = Self.words
    #expect(DatasetNames(of: dataset).fit(vocabulary: 20) && !DatasetNames(of: dataset).fit(vocabulary: 19))
    #expect(DatasetNames(of: dataset).misfit == "19.0 in sample 20 of words")
    dataset.featureOrigins = [1000]
    #expect(DatasetNames(of: dataset).misfit == "1019.0 in sample 20 of words")
    dataset.features[2] = 0.5
    dataset.featureOrigins = []
    #expect(!DatasetNames(of: dataset).fit(vocabulary: 100))
    #expect(DatasetNames(of: dataset).misfit == "0.5 in sample 3 of words")
  }
}
