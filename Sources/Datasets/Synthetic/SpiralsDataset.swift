import Foundation
import Numerics

/// Points of the plane on the arms of a spiral, an arm a class: easy to look at, impossible for a linear model.
///
/// A point of arm a of k has the radius r, uniform in [0.05, 1), and the angle 2π (`turns` · r + a / k); normal noise
/// is added to both coordinates. Arms have equal numbers of points, but for one. Neighbouring arms lie
/// 1 / (`turns` · k) apart along a ray: with noise of less than a tenth of that, nearly every point can be told.
public struct SpiralsDataset: Codable, Hashable, Sendable {
  /// The number of samples.
  public var samples: Int
  /// The number of arms, which are the classes.
  public var arms: Int
  /// How often an arm goes round.
  public var turns: Double
  /// The deviation of the noise.
  public var noise: Double
  /// The seed of the points; not that of the study, so that all studies see the same data.
  public var seed: UInt64

  /// Points on a spiral.
  public init(
    samples: Int = 2_000, arms: Int = 2, turns: Double = 1.5, noise: Double = 0.02, seed: UInt64 = 1
  ) {
    self.samples = samples
    self.arms = arms
    self.turns = turns
    self.noise = noise
    self.seed = seed
  }

  /// Draws the samples.
  ///
  /// - Throws: `DatasetError.invalidOption` or `.tooLarge`.
  /// - Complexity: O(*samples*).
  public func load() throws(DatasetError) -> Dataset {
    try SyntheticOption.check("samples", samples, atLeast: 1)
    try SyntheticOption.check("arms", arms, atLeast: 2)
    try SyntheticOption.check("turns", turns, in: 0...100)
    try SyntheticOption.check("noise", noise, in: 0...100)
    let count = try MemoryBound.checkedCount([samples, 2], name: "spirals")
    var stream = RandomStream(seed: seed, purpose: "spirals")
    var features: [Float] = []
    features.reserveCapacity(count)
    for sample in 0..<samples {
      let radius = stream.uniform(in: 0.05..<1)
      let angle = 2 * Double.pi * (turns * radius + Double(sample % arms) / Double(arms))
      features.append(Float(radius * cos(angle) + noise * stream.normal()))
      features.append(Float(radius * sin(angle) + noise * stream.normal()))
    }
    return Dataset(
      name: "spirals", features: features, labels: (0..<samples).map { Int32($0 % arms) }, classCount: arms,
      sampleShape: [2], kind: .table, source: "drawn by this program: \(arms) spiral arms, seed \(seed)")
  }
}
