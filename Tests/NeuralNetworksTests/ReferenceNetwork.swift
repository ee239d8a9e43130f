import Glibc
import NeuralNetworks
import Numerics

/// A network in double precision, written for reading: the independent reference of the engine.
///
/// Dropout is the identity here, as in inference; batch norm takes the batch's statistics, as in training.
struct ReferenceNetwork {
  var architecture: Architecture
  /// In the order of `Network.parameters`.
  var parameters: [Double]

  /// The outputs of a batch of samples.
  func logits(_ samples: [[Double]]) -> [[Double]] {
    var reader = ParameterReader(parameters: parameters)
    let batch = ReferenceBatch(shape: architecture.sampleShape, samples: samples)
    let output = batch.applying(architecture.layers, &reader)
    precondition(reader.position == parameters.count, "all parameters are used")
    return output.samples
  }

  /// The outputs of one sample.
  func logits(_ sample: [Double]) -> [Double] { logits([sample])[0] }

  /// The sum of the samples' cross-entropies.
  func loss(_ batch: Batch) -> Double {
    let width = batch.features.count / batch.labels.count
    let samples = batch.labels.indices.map { row in
      batch.features[(row * width)..<((row + 1) * width)].map(Double.init)
    }
    return zip(logits(samples), batch.labels).reduce(0) { total, pair in
      let (outputs, label) = pair
      let peak = outputs.max() ?? 0
      let sum = outputs.reduce(0) { $0 + exp($1 - peak) }
      return total + log(sum) + peak - outputs[Int(label)]
    }
  }

  /// The derivative of the mean loss by one parameter, by central differences.
  func derivative(by index: Int, _ batch: Batch) -> Double {
    let step = 1e-6
    var above = self
    var below = self
    above.parameters[index] += step
    below.parameters[index] -= step
    return (above.loss(batch) - below.loss(batch)) / (2 * step * Double(batch.labels.count))
  }
}

/// Hands out parameters in order.
struct ParameterReader {
  let parameters: [Double]
  private(set) var position = 0

  init(parameters: [Double]) { self.parameters = parameters }

  mutating func take(_ count: Int) -> [Double] {
    defer { position += count }
    return Array(parameters[position..<(position + count)])
  }
}

/// Random samples with random labels.
struct Batch {
  var features: [Float]
  var labels: [Int32]

  init(samples: Int, width: Int, classes: Int, seed: UInt64 = 1) {
    var stream = RandomStream(seed: seed, purpose: "test batch")
    features = (0..<(samples * width)).map { _ in Float(stream.normal()) }
    labels = (0..<samples).map { _ in Int32(stream.integer(below: classes)) }
  }

  /// Samples of whole numbers in 0 ..< names.
  init(samples: Int, width: Int, classes: Int, names: Int) {
    self.init(samples: samples, width: width, classes: classes)
    var stream = RandomStream(seed: 1, purpose: "test names")
    features = features.map { _ in Float(stream.integer(below: names)) }
  }
}

extension Network {
  /// Loads all samples, in order.
  mutating func load(_ batch: Batch) {
    let rows = (0..<Int32(batch.labels.count)).map { $0 }
    load(rows: rows.span, features: batch.features.span, labels: batch.labels.span)
  }

  /// Moves every parameter by a random amount, so that no bias is 0.
  mutating func perturb() {
    var stream = RandomStream(seed: 3, purpose: "test perturbation")
    parameters = parameters.map { $0 + Float(0.1 * stream.normal()) }
  }
}

/// Random numbers.
func normals(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: "test numbers")
  return (0..<count).map { _ in Float(stream.normal()) }
}
