import Testing
import Training

@Suite struct ShorteningTests {
  private func training(_ change: (inout TrainingHyperparameters) -> Void) -> TrainingHyperparameters {
    var training = TrainingHyperparameters(
      optimizer: .sgd(momentum: 0), learningRate: 1, batchSize: 32, epochs: 20)
    change(&training)
    return training
  }

  @Test func `a cosine comes down to 0 over the epochs that are left`() {
    let short = training { $0.schedule = .cosine }.shortened(toEpochs: 5)
    #expect(short.epochs == 5)
    // Of 5 epochs of 10 steps half are done at step 25.
    #expect(abs(short.learningRate(step: 25, stepsAnEpoch: 10) - 0.5) < 1e-12)
  }

  @Test func `a warm-up that is counted in epochs keeps its share of the steps`() {
    // 8 of 20 epochs are 2 of 5: 20 steps of 10 an epoch.
    let counted = training { $0.warmUp = 8 }.shortened(toEpochs: 5)
    #expect(counted.learningRate(step: 19, stepsAnEpoch: 10) < 1)
    #expect(counted.learningRate(step: 20, stepsAnEpoch: 10) == 1)
    let whole = training { $0.warmUp = 20 }.shortened(toEpochs: 5)
    #expect(whole.warmUp == 5 && (try? whole.check()) != nil)
    let share = training { $0.warmUp = 0.5 }.shortened(toEpochs: 5)
    #expect(share.warmUp == 0.5)
  }

  @Test func `the epochs between steps are drawn together, to one at least`() {
    func every(_ count: Int) -> Int? {
      let short = training { $0.schedule = .step(every: 8, factor: 0.5) }.shortened(toEpochs: count)
      guard case .step(let every, 0.5) = short.schedule else { return nil }
      return every
    }
    #expect([20, 5, 1].map(every) == [8, 2, 1])
  }

  @Test func `patience and what has no epochs stay as they are`() {
    let long = training {
      $0.patience = 4
      $0.schedule = .oneCycle(peak: 0.4)
      $0.augmentation.noise = 0.1
    }
    var expected = long
    expected.epochs = 5
    #expect(long.shortened(toEpochs: 5) == expected)
  }
}
