import Datasets
import EnergyMetering
import NeuralNetworks
import Training

/// A candidate's network with its initial weights, repeating forward passes over training samples: the worker's side of
/// measuring inference energy.
struct InferenceExercise: ~Copyable {
  /// The trial that the network is of.
  let trial: Int
  /// The samples of a batch in training: the candidate's batch size, or all samples where there are fewer.
  var trainingBatch: Int { network.maximumBatchSize }

  private var network: Network
  /// What one inference computes.
  private let operations: OperationCount
  private let samples: Samples
  private let rows: [Int32]
  private var start = 0

  /// Seconds of warm-up at each size of batch: caches, buffers and clock frequency settle.
  private static let warmUpSeconds = 0.05
  /// The clock is looked at about this often.
  private static let secondsBetweenLooks = 1e-3

  /// Builds the network and warms it up.
  ///
  /// - Throws: `TrainingFailure` for a candidate that does not fit the data.
  init(_ job: InferenceJob, on data: PreparedData, seed: UInt64) throws(TrainingFailure) {
    if OpenBLAS.threadCount != 1 { OpenBLAS.threadCount = 1 }
    trial = job.trial
    network = try Trainer.build(job.candidate, for: data, seed: seed, trial: job.trial)
    operations = (try? job.candidate.architecture.costs().forward) ?? .zero
    samples = data.training
    rows = (0..<Int32(samples.count)).map { $0 }
    for batchSize in [network.maximumBatchSize, 1] {
      _ = run(InferenceTurn(batchSize: batchSize, seconds: Self.warmUpSeconds), nil)
    }
  }

  /// Runs batches for at least the turn's seconds, and at least one, and adds what is computed to the tally.
  ///
  /// - Precondition: the batch is not larger than that of the training.
  mutating func run(_ turn: InferenceTurn, _ tally: OperationTally?) -> InferenceCount {
    let begin = monotonicSeconds()
    var (batches, chunk, last) = (0, 1, begin)
    while true {
      run(batches: chunk, of: turn.batchSize)
      batches += chunk
      tally?.add(operations * Double(chunk * turn.batchSize))
      let now = monotonicSeconds()
      if now - begin >= turn.seconds {
        return InferenceCount(inferences: batches * turn.batchSize, seconds: now - begin)
      }
      if now - last < Self.secondsBetweenLooks { chunk *= 2 }
      last = now
    }
  }

  private mutating func run(batches: Int, of batchSize: Int) {
    let (rows, samples) = (rows, samples)
    let isOfClasses = network.loss.isOfClasses
    FloatingPointMode.flushingDenormals {
      for _ in 0..<batches {
        if start + batchSize > rows.count { start = 0 }
        let batch = rows.span.extracting(start..<start + batchSize)
        if isOfClasses {
          network.load(rows: batch, features: samples.features.span, labels: samples.labels.span)
        } else {
          network.load(rows: batch, features: samples.features.span, targets: samples.targets.span)
        }
        _ = network.logits()
        start += batchSize
      }
    }
  }
}
