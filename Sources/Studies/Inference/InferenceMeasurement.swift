import EnergyMetering

/// What one inference of a trial's network takes, measured: I of E_life = CT + T + I · e.
///
/// The network has its initial weights, since energy does not depend on what was learnt. It is run on training samples
/// in windows that the study meters as it meters trainings.
public struct InferenceMeasurement: Codable, Hashable, Sendable {
  /// Many inferences one after the other, metered together.
  public struct Window: Codable, Hashable, Sendable {
    /// The samples of a batch.
    public var batchSize: Int
    /// How many inferences were done: batches times `batchSize`.
    public var inferences: Int
    /// Seconds that they took.
    public var seconds: Double
    /// The energy of the whole window.
    public var energy: EnergyReading

    /// A window of at least one inference.
    public init(batchSize: Int, inferences: Int, seconds: Double, energy: EnergyReading) {
      precondition(inferences > 0, "a window has at least one inference")
      self.batchSize = batchSize
      self.inferences = inferences
      self.seconds = seconds
      self.energy = energy
    }

    /// The energy of one inference: the window's, with its bounds, divided by the number of inferences.
    public var energyPerInference: EnergyReading { energy * (1 / Double(inferences)) }
    /// The seconds of one inference.
    public var secondsPerInference: Double { seconds / Double(inferences) }
  }

  /// Inferences of one sample each.
  public var single: Window
  /// Inferences in batches of the training's size.
  public var trainingBatch: Window

  /// A measurement of the given windows.
  public init(single: Window, trainingBatch: Window) {
    self.single = single
    self.trainingBatch = trainingBatch
  }
}
