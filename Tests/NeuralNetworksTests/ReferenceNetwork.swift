import Glibc
import NeuralNetworks
import Numerics

/// A network in double precision, written for reading: the independent reference of the engine.
///
/// Dropout is the identity here, as in inference.
struct ReferenceNetwork {
  var architecture: Architecture
  /// In the order of `Network.parameters`.
  var parameters: [Double]

  /// The outputs of one sample.
  func logits(_ sample: [Double]) -> [Double] {
    var values = sample
    var position = 0
    for layer in architecture.layers {
      switch layer {
      case .dense(let units):
        let weights = parameters[position..<(position + values.count * units)]
        let bias = parameters[(position + values.count * units)..<(position + (values.count + 1) * units)]
        position += (values.count + 1) * units
        var sums = Array(bias)
        for (input, value) in values.enumerated() {
          for unit in 0..<units { sums[unit] += value * weights[weights.startIndex + input * units + unit] }
        }
        values = sums
      case .activation(.relu): values = values.map { max(0, $0) }
      case .activation(.tanh): values = values.map { tanh($0) }
      case .activation(.gelu):
        values = values.map {
          0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
        }
      case .dropout: break
      }
    }
    return values
  }

  /// The sum of the samples' cross-entropies.
  func loss(_ batch: Batch) -> Double {
    let width = batch.features.count / batch.labels.count
    return batch.labels.indices.reduce(0) { total, row in
      let outputs = logits(batch.features[(row * width)..<((row + 1) * width)].map(Double.init))
      let peak = outputs.max() ?? 0
      let sum = outputs.reduce(0) { $0 + exp($1 - peak) }
      return total + log(sum) + peak - outputs[Int(batch.labels[row])]
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

/// Random samples with random labels.
struct Batch {
  var features: [Float]
  var labels: [Int32]

  init(samples: Int, width: Int, classes: Int, seed: UInt64 = 1) {
    var stream = RandomStream(seed: seed, purpose: "test batch")
    features = (0..<(samples * width)).map { _ in Float(stream.normal()) }
    labels = (0..<samples).map { _ in Int32(stream.integer(below: classes)) }
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
