import NeuralNetworks
import Numerics
import Testing

/// Expects the loss and the gradients of a network in training to be those of the reference.
///
/// - Parameters:
///   - checked: how many parameters are looked at, drawn at random; the last is always among them.
///   - names: whole numbers below it as samples, in place of normal ones.
func expectGradients(
  of architecture: Architecture, batchSize: Int, width: Int, classes: Int, checked: Int = .max,
  names: Int? = nil
) throws {
  let batch =
    names.map { Batch(samples: batchSize, width: width, classes: classes, names: $0) }
    ?? Batch(samples: batchSize, width: width, classes: classes)
  var network = try Network(architecture, maximumBatchSize: batchSize, seed: 7, trial: 0)
  network.perturb()
  network.load(batch)
  let loss = network.computeGradients()
  let gradients = network.gradients
  let reference = ReferenceNetwork(
    architecture: architecture, parameters: network.parameters.map(Double.init))
  #expect(abs(loss - reference.loss(batch)) < 1e-5 * loss)
  var indices = Array(gradients.indices)
  if checked < indices.count {
    var stream = RandomStream(seed: 1, purpose: "test choice")
    // The last parameters are the output's bias.
    indices = (0..<checked).map { _ in stream.integer(below: gradients.count) } + [gradients.count - 1]
  }
  let scale = Double(gradients.map(abs).max() ?? 0)
  #expect(scale > 0)
  for index in indices {
    let expected = reference.derivative(by: index, batch)
    #expect(
      abs(Double(gradients[index]) - expected) < 1e-3 * abs(expected) + 2e-5 * scale, "parameter \(index)")
  }
}
