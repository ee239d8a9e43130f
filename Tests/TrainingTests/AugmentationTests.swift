import Datasets
import NeuralNetworks
import Testing
import Training

@Suite("Augmentation")
struct AugmentationTests {
  /// Images of 3 × 4 with 2 channels whose values are their own places.
  static let shape = [3, 4, 2]

  private func augmented(
    _ augmentation: Augmentation, shape: [Int] = shape, count: Int = 64, trial: Int = 1, passes: Int = 1
  ) throws -> [[Float]] {
    let size = shape.reduce(1, *)
    var batch: [Float] = []
    var augmenter = try #require(Augmenter(augmentation, sampleShape: shape, seed: 7, trial: trial))
    for _ in 0..<passes {
      batch = (0..<count).flatMap { _ in (0..<size).map(Float.init) }
      batch.withUnsafeMutableBufferPointer { augmenter.augment($0) }
    }
    return (0..<count).map { Array(batch[($0 * size)..<(($0 + 1) * size)]) }
  }

  /// The value that stands at a place of the original, the edge repeated beyond it.
  private func original(_ row: Int, _ column: Int, _ channel: Int) -> Float {
    Float((min(max(row, 0), 2) * 4 + min(max(column, 0), 3)) * 2 + channel)
  }

  private func image(_ value: (_ row: Int, _ column: Int, _ channel: Int) -> Float) -> [Float] {
    (0..<3).flatMap { row in (0..<4).flatMap { column in (0..<2).map { value(row, column, $0) } } }
  }

  @Test("A flip mirrors about half of the images, whole pixels with their channels")
  func flips() throws {
    let plain = image(original)
    let horizontal = image { original($0, 3 - $1, $2) }
    let vertical = image { original(2 - $0, $1, $2) }
    let both = image { original(2 - $0, 3 - $1, $2) }
    for (flip, forms) in [
      (Augmentation.Flip.horizontal, [plain, horizontal]), (.vertical, [plain, vertical]),
      (.both, [plain, horizontal, vertical, both]),
    ] {
      let images = try augmented(Augmentation(flip: flip), count: 400)
      #expect(Set(images) == Set(forms))
      for form in forms {
        let share = Double(images.count { $0 == form }) / 400
        #expect(abs(share - 1 / Double(forms.count)) < 0.1)
      }
    }
  }

  @Test("A shift moves an image by up to its number of pixels and repeats the edge")
  func shifts() throws {
    var forms: Set<[Float]> = []
    for down in -1...1 {
      for right in -1...1 { forms.insert(image { original($0 - down, $1 - right, $2) }) }
    }
    let images = try augmented(Augmentation(shift: 1), count: 400)
    #expect(Set(images) == forms)
    #expect(forms.count == 9)
  }

  @Test("A shift beyond the image leaves its edge")
  func largeShift() throws {
    for image in try augmented(Augmentation(shift: 100)) { #expect(image.allSatisfy { 0...23 ~= $0 }) }
  }

  @Test("Noise is normal, of its deviation, on samples of any shape")
  func noise() throws {
    let count = 5_000
    let values = try augmented(Augmentation(noise: 0.5), shape: [10], count: count)
      .flatMap { sample in sample.enumerated().map { Double($1) - Double($0) } }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    let beyondTwo = Double(values.count { abs($0) > 1 }) / Double(values.count)
    #expect(abs(mean) < 0.01)
    #expect(abs(variance / 0.25 - 1) < 0.03)
    #expect(abs(beyondTwo - 0.0455) < 0.005)
  }

  @Test("The same key has the same changes, another trial and another pass others")
  func determinism() throws {
    let augmentation = Augmentation(shift: 1, flip: .both, noise: 0.1)
    let first = try augmented(augmentation)
    #expect(try augmented(augmentation) == first)
    #expect(try augmented(augmentation, trial: 2) != first)
    #expect(try augmented(augmentation, passes: 2) != first)
  }

  @Test("Augmentation has a stream of its own: initial weights, order and dropout stay as they were")
  func ownStream() throws {
    var candidate = Candidate(
      architecture: Architecture(
        sampleShape: [6],
        layers: [.dropout(rate: 0.2), .dense(units: 8), .activation(.relu), .dense(units: 4)]),
      training: TrainingHyperparameters(
        optimizer: .sgd(momentum: 0.9), learningRate: 1e-4, batchSize: 32, epochs: 2))
    let plain = try Trainer.train(candidate, on: TrainerTests.clouds, seed: 1, trial: 1)
    candidate.training.augmentation.noise = 1e-4
    let noisy = try Trainer.train(candidate, on: TrainerTests.clouds, seed: 1, trial: 1)
    #expect(noisy != plain)
    #expect(abs(noisy.trainingLoss - plain.trainingLoss) < 1e-4)
    #expect(try Trainer.train(candidate, on: TrainerTests.clouds, seed: 1, trial: 1) == noisy)
  }

  @Test("What needs images is refused for other samples")
  func refused() {
    var candidate = Candidate(
      architecture: Architecture(sampleShape: [6], layers: [.dense(units: 4)]),
      training: TrainingHyperparameters(optimizer: .sgd(), learningRate: 0.1, batchSize: 32, epochs: 2))
    candidate.training.augmentation.shift = 1
    #expect(throws: TrainingFailure.self) {
      try Trainer.train(candidate, on: TrainerTests.clouds, seed: 1, trial: 1)
    }
  }
}
