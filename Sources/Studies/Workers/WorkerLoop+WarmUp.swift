import Datasets
import NeuralNetworks
import Training

extension WorkerLoop {
  /// Answers requests that nobody made: trainings of a small network on a few samples, for some milliseconds.
  ///
  /// What a process does for the first time costs more: its code is read in, types are set up, OpenBLAS lays out its
  /// buffers, memory is handed over by the system. For a small network that is more than its training. Done before the
  /// first trial, it is booked to the search, where it belongs, and not to whichever candidate came first.
  static func warmUp(_ setup: WorkerSetup) {
    let side = 8
    let samples = Samples(
      features: (0..<32 * side * side).map { Float($0 % 17) / 17 - 0.5 },
      labels: (0..<32).map { Int32($0 % 4) })
    let data = PreparedData(
      name: "warm-up", training: samples, validation: samples, test: samples, sampleShape: [side, side, 1],
      task: .classification(classes: 4))
    var loop = WorkerLoop(setup, data)
    let layers: [Layer] = [
      .conv2d(filters: 16, window: .init(kernel: 3)), .batchNorm, .activation(.relu),
      .conv2d(filters: 16, window: .init(kernel: 3)), .batchNorm, .activation(.relu),
      .maxPool(.init(size: 2)),
      .dense(units: 64), .activation(.relu), .dropout(rate: 0.1), .dense(units: 4),
    ]
    for optimizer in [Optimizer.adam(), .sgd(momentum: 0.9)] {
      let candidate = Candidate(
        architecture: Architecture(sampleShape: data.sampleShape, layers: layers),
        training: TrainingHyperparameters(optimizer: optimizer, learningRate: 1e-3, batchSize: 32, epochs: 1))
      // What it leads to is of no interest.
      guard let request = try? encodeLine(WorkerRequest.train(TrialJob(trial: 0, candidate: candidate)))
      else { return }
      _ = try? encodeLine(loop.response(to: request))
    }
  }
}
