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
  public init(fittedTo targets: [Double]) {
    guard let first = targets.first else {
      self.init()
      return
    }
    let count = Double(targets.count)
    // Counted from one of them, a large number that all have in common costs no digits.
    let mean = first + targets.reduce(0) { $0 + ($1 - first) } / count
    let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    let deviation = variance.squareRoot()
    // Targets that differ by no more than their own rounding are all the same.
    let isSpread = deviation > 1e-14 * abs(mean) && deviation.isFinite && deviation > 0
    self.init(mean: mean, deviation: isSpread ? deviation : 1)
  }

  func standardized(_ target: Double) -> Float { Float((target - mean) / deviation) }
  func restored(_ prediction: Float) -> Double { Double(prediction) * deviation + mean }
}
