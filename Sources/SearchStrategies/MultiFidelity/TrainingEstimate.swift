import SearchSpaces

/// What a training is taken to need before it is done, the same on every machine.
public struct TrainingEstimate: Hashable, Sendable {
  /// All its epochs.
  public var epochs: Int
  /// Joules whatever the number of epochs.
  public var fixedJoules: Double
  /// Joules an epoch, above 0.
  public var joulesPerEpoch: Double

  /// An estimate.
  public init(epochs: Int, fixedJoules: Double, joulesPerEpoch: Double) {
    self.epochs = epochs
    self.fixedJoules = fixedJoules
    self.joulesPerEpoch = joulesPerEpoch
  }

  /// The joules of all epochs.
  public var joules: Double { fixedJoules + Double(epochs) * joulesPerEpoch }

  /// The most epochs whose energy is within so many joules, 0 ... all.
  func epochs(within joules: Double) -> Int {
    // A limit that is the energy of n epochs allows n, whatever the rounding.
    let count = ((joules - fixedJoules) / joulesPerEpoch * (1 + 1e-12)).rounded(.down)
    return count >= Double(epochs) ? epochs : max(0, Int(count))
  }
}

/// Estimates of the trainings of a space.
public protocol TrainingEstimates: Sendable {
  /// The estimate of a candidate; nil for one that cannot be built.
  func estimate(of assignment: Assignment) -> TrainingEstimate?

  /// A trial's losses with estimates in the place of what was measured with noise, so that what is decided by them is
  /// the same in every run.
  ///
  /// - Parameters:
  ///   - losses: the objectives as the study has them.
  ///   - epochs: how many epochs were trained.
  func comparableLosses(_ losses: [Double], of assignment: Assignment, epochs: Int) -> [Double]
}
