import Foundation
import Numerics

/// Friedman's first regression: y = 10 sin(π x₁ x₂) + 20 (x₃ − ½)² + 10 x₄ + 5 x₅ + noise.
///
/// The values are uniform in [0, 1); those behind the fifth say nothing about y. From J. H. Friedman 1991,
/// "Multivariate adaptive regression splines", The Annals of Statistics 19(1). No model can be expected to have a
/// smaller root mean square error than `noise`; guessing the mean has about 4.9, the deviation of y without noise.
public struct FriedmanDataset: Codable, Hashable, Sendable {
  /// The number of samples.
  public var samples: Int
  /// The number of values of a sample, at least 5.
  public var values: Int
  /// The deviation of the normal noise: the floor of the root mean square error.
  public var noise: Double
  /// The seed of the samples; not that of the study, so that all studies see the same data.
  public var seed: UInt64

  /// Friedman's data.
  public init(samples: Int = 5_000, values: Int = 10, noise: Double = 1, seed: UInt64 = 1) {
    self.samples = samples
    self.values = values
    self.noise = noise
    self.seed = seed
  }

  /// Draws the samples.
  ///
  /// - Throws: `DatasetError.invalidOption` or `.tooLarge`.
  /// - Complexity: O(*samples* · *values*).
  public func load() throws(DatasetError) -> Dataset {
    try SyntheticOption.check("samples", samples, atLeast: 1)
    try SyntheticOption.check("values", values, atLeast: 5)
    try SyntheticOption.check("noise", noise, in: 0...1e6)
    let count = try MemoryBound.checkedCount([samples, values], name: "friedman")
    var stream = RandomStream(seed: seed, purpose: "friedman")
    var features: [Float] = []
    features.reserveCapacity(count)
    var targets: [Double] = []
    targets.reserveCapacity(samples)
    for _ in 0..<samples {
      let start = features.count
      // Rounded down to the 24 bits of a Float, so that none becomes 1.
      for _ in 0..<values { features.append(Float(stream.next() >> 40) * 0x1p-24) }
      let x = features[start..<(start + 5)].map(Double.init)
      let signal =
        10 * sin(Double.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) * (x[2] - 0.5) + 10 * x[3] + 5 * x[4]
      targets.append(signal + noise * stream.normal())
    }
    return Dataset(
      name: "friedman", features: features, targets: targets, sampleShape: [values], kind: .table,
      source: "drawn by this program: Friedman's first regression, seed \(seed)")
  }
}
