import Datasets
import NeuralNetworks
import Testing
import Training

/// What small networks reach on small versions of the drawn data sets, beside the best that anything can.
@Suite("Known ceilings")
struct KnownCeilingTests {
  private func train(
    _ layers: [Layer], on dataset: Dataset, loss: Loss = .crossEntropy(), epochs: Int
  ) throws -> TrainingOutcome {
    let data = try PreparedData(
      dataset, split: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 7)
    let candidate = Candidate(
      architecture: Architecture(
        sampleShape: data.sampleShape, layers: layers + [.dense(units: data.classCount)]),
      training: TrainingHyperparameters(
        loss: loss, optimizer: .adam(), learningRate: 0.01, schedule: .cosine, batchSize: 64, epochs: epochs))
    return try Trainer.train(candidate, on: data, seed: 7, trial: 0)
  }

  @Test(
    "A perceptron of the teacher's kind comes near the teacher, and not above its noise",
    arguments: [(noise: 0.0, share: 0.95), (noise: 0.2, share: 0.88)])
  func teacher(noise: Double, share: Double) throws {
    let teacher = TeacherDataset(samples: 20_000, values: 10, classes: 4, hidden: 8, noise: noise)
    let outcome = try train([.dense(units: 16), .activation(.tanh)], on: teacher.load(), epochs: 40)
    let accuracy = try #require(outcome.testAccuracy)
    #expect(accuracy > share * teacher.ceiling)
    // The standard deviation of the accuracy over 4,000 samples is at most 0.008.
    #expect(accuracy < teacher.ceiling + 0.024)
  }

  @Test("A perceptron of two layers tells nearly all points of the spirals apart")
  func spirals() throws {
    let layers = [Layer](repeating: .dense(units: 32), count: 2).flatMap { [$0, .activation(.tanh)] }
    let outcome = try train(layers, on: SpiralsDataset().load(), epochs: 120)
    #expect(try #require(outcome.testAccuracy) > 0.98)
  }

  @Test("A convolution and a perceptron tell nearly all glyphs apart")
  func glyphs() throws {
    let glyphs = try GlyphsDataset(samples: 4_000, size: 12).load()
    let convolution: [Layer] = [
      .conv2d(filters: 8, window: ConvolutionWindow(kernel: 3)), .activation(.relu),
      .maxPool(PoolingWindow(size: 2)),
    ]
    let perceptron: [Layer] = [.dense(units: 64), .activation(.relu)]
    for layers in [convolution, perceptron] {
      #expect(try #require(train(layers, on: glyphs, epochs: 10).testAccuracy) > 0.97)
    }
  }

  @Test("The error of Friedman's regression comes near its noise, in the unit of the targets")
  func friedman() throws {
    let layers: [Layer] = [.dense(units: 32), .activation(.gelu)]
    var errors: [Double] = []
    var determinations: [Double] = []
    for scale in [1.0, 1000] {
      var dataset = try FriedmanDataset(noise: 1).load()
      dataset.targets = dataset.targets.map { scale * $0 + 7 * scale }
      let outcome = try train(layers, on: dataset, loss: .meanSquaredError, epochs: 40)
      errors.append(try #require(outcome.testRMSE) / scale)
      determinations.append(try #require(outcome.testR2))
    }
    // The deviation of 1,000 test samples' noise is itself known to two parts in a hundred.
    #expect(errors.allSatisfy { (0.93...1.25).contains($0) })
    #expect(abs(errors[0] - errors[1]) < 0.02)
    // The variance of the formula is 23.8, so the ceiling is 23.8 / 24.8.
    #expect(determinations.allSatisfy { (0.93...0.97).contains($0) })
  }
}
