import NeuralNetworks

/// Watches the validation loss of a training: when it has not fallen for so many epochs, the training stops. Either way
/// the weights of the best epoch are kept.
struct EarlyStopping {
  private let patience: Int
  /// The epoch of the lowest validation loss; nil before any was finite.
  var best: BestEpoch?

  /// What is kept of the best epoch.
  struct BestEpoch: Hashable {
    var epoch: Int
    var evaluation: Evaluation
    /// As `Network.parameters`.
    var parameters: [Float]
    /// As `Network.state`.
    var state: [Float]
  }

  /// Nil without patience.
  init?(patience: Int?) {
    guard let patience else { return nil }
    self.patience = patience
  }

  /// Takes in an epoch.
  mutating func note(_ evaluation: Evaluation, after epoch: Int, of network: borrowing Network) {
    // Not a number is never less.
    guard evaluation.loss < (best?.evaluation.loss ?? .infinity) else { return }
    best = BestEpoch(
      epoch: epoch, evaluation: evaluation, parameters: network.parameters, state: network.state)
  }

  /// Whether an epoch is the last.
  func isOver(after epoch: Int) -> Bool { epoch - (best?.epoch ?? 0) >= patience }
}
