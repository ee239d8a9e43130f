/// How the numbers of a regression are standardised: a network predicts (target − mean) / deviation.
///
/// Losses are in these units, so that a learning rate and Huber's delta mean the same for every data set; predictions
/// and their errors are given in the units of the data.
public struct TargetScale: Codable, Hashable, Sendable {
  /// The mean of the targets of the training part.
  public var mean: Double
  /// Their standard deviation; 1 where they are all the same.
  public var deviation: Double

  /// No standardisation.
  public init() { (mean, deviation) = (0, 1) }

  /// A scale of the given numbers; `deviation > 0`.
  public init(mean: Double, deviation: Double) { (self.mean, self.deviation) = (mean, deviation) }

  /// The scale of some targets.
  ///
  /// - Complexity: O(targets).
  public init(fittedTo targets: [Float]) {
    guard !targets.isEmpty else {
      self.init()
      return
    }
    let count = Double(targets.count)
    let mean = targets.reduce(0) { $0 + Double($1) } / count
    let variance = targets.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    let deviation = variance.squareRoot()
    // Targets that differ by no more than their own rounding are all the same.
    let isSpread = deviation > 1e-7 * abs(mean) && deviation.isFinite && deviation > 0
    self.init(mean: mean, deviation: isSpread ? deviation : 1)
  }

  func standardized(_ target: Float) -> Float { Float((Double(target) - mean) / deviation) }
  func restored(_ prediction: Float) -> Float { Float(Double(prediction) * deviation + mean) }
}
