import NeuralNetworks
import Numerics

/// A network with samples of noise, repeating one step.
///
/// The work of a step does not depend on the numbers: features are standard normal, labels even. Batches are taken in
/// one fixed random order, again and again.
struct EngineExercise: ~Copyable {
  private var network: Network
  private let mode: EngineCase.Mode
  private let batch: Int
  private let features: [Float]
  private let labels: [Int32]
  private let rows: [Int32]
  private var start = 0
  /// The mean loss of the last training step; the last logit of an inference.
  private(set) var result = 0.0

  /// Builds the network and draws the samples.
  init(_ engineCase: EngineCase) throws(ArchitectureError) {
    mode = engineCase.mode
    batch = engineCase.batch
    let optimizer = engineCase.mode == .training ? engineCase.optimizer ?? .adam() : nil
    network = try Network(
      engineCase.architecture, maximumBatchSize: engineCase.batch, optimizer: optimizer, seed: 1, trial: 0)
    let samples = engineCase.samples
    let classes = network.classCount
    var stream = RandomStream(seed: 1, purpose: "engine-bench")
    features = (0..<samples * network.valuesPerSample).map { _ in Float(stream.normal()) }
    labels = (0..<samples).map { _ in Int32(stream.integer(below: classes)) }
    var rows = (0..<Int32(samples)).map { $0 }
    stream.shuffle(&rows)
    self.rows = rows
  }

  var parameterCount: Int { network.parameterCount }

  /// Repeats the step.
  mutating func run(steps: Int) {
    let (rows, features, labels) = (rows, features, labels)
    FloatingPointMode.flushingDenormals {
      for _ in 0..<steps {
        network.load(
          rows: rows.span.extracting(start..<start + batch), features: features.span, labels: labels.span)
        step()
        start += batch
        if start + batch > rows.count { start = 0 }
      }
    }
  }

  private mutating func step() {
    switch mode {
    case .training:
      result = network.computeGradients() / Double(batch)
      network.update(learningRate: 1e-3)
    case .inference:
      result = Double(network.logits().last ?? 0)
    }
  }
}
