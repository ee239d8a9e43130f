import NeuralNetworks

/// Watches the validation loss of a training: when it has not fallen for so many epochs, the training stops. Either way
/// the weights of the best epoch are kept.
struct EarlyStopping {
  private let patience: Int
  private(set) var bestEpoch = 0
  private(set) var best: Evaluation?
  private var bestParameters: [Float] = []
  private var bestState: [Float] = []

  /// Nil without patience.
  init?(patience: Int?) {
    guard let patience else { return nil }
    self.patience = patience
  }

  /// Takes in an epoch.
  ///
  /// - Returns: whether to stop.
  mutating func note(_ evaluation: Evaluation, after epoch: Int, of network: borrowing Network) -> Bool {
    // Not a number is never less.
    if evaluation.loss < (best?.loss ?? .infinity) {
      best = evaluation
      bestEpoch = epoch
      bestParameters = network.parameters
      bestState = network.state
    }
    return epoch - bestEpoch >= patience
  }

  /// Gives the network the weights of its best epoch.
  ///
  /// - Returns: how it did then; nil if no epoch had a finite loss.
  func restore(_ network: inout Network) -> Evaluation? {
    guard let best else { return nil }
    network.parameters = bestParameters
    network.state = bestState
    return best
  }
}
