import Numerics

/// Samples labelled by a random network, the teacher: as many as wanted, with a known best accuracy.
///
/// ```swift
/// let data = try TeacherDataset(samples: 100_000, values: 100, classes: 10).load()
/// ```
///
/// A sample is `values` independent standard normal numbers x. The teacher has one hidden layer of `hidden` units
/// h = s / (1 + |s|) with s = W x / √`values`, and the class is the largest of U h, where the entries of W and U are
/// standard normal and each row of U has length 1, so that no class is favoured by its scale. The hidden function is
/// softsign since it is exact arithmetic: the same seed gives the same labels on every machine.
///
/// Sample i is the same whatever the number of samples.
public struct TeacherDataset: Codable, Hashable, Sendable {
  /// The number of samples.
  public var samples: Int
  /// The number of values of a sample.
  public var values: Int
  /// The number of classes.
  public var classes: Int
  /// The number of the teacher's hidden units.
  public var hidden: Int
  /// The share of samples, from 0 to 1, whose label is replaced by another class at random.
  public var noise: Double
  /// The seed of the teacher and the samples; not that of the study, so that all studies see the same data.
  public var seed: UInt64

  /// A teacher's data.
  public init(
    samples: Int = 100_000, values: Int = 100, classes: Int = 10, hidden: Int = 16, noise: Double = 0,
    seed: UInt64 = 1
  ) {
    self.samples = samples
    self.values = values
    self.classes = classes
    self.hidden = hidden
    self.noise = noise
    self.seed = seed
  }

  /// The best accuracy that can be expected of anything, that of the teacher itself: 1 − `noise`, as long as the
  /// teacher's class stays the likeliest.
  public var ceiling: Double { max(1 - noise, noise / Double(max(1, classes - 1))) }

  /// Draws the samples.
  ///
  /// - Throws: `DatasetError.invalidOption` or `.tooLarge`.
  /// - Complexity: O(*samples* · *values* · *hidden*).
  public func load() throws(DatasetError) -> Dataset {
    try SyntheticOption.check("samples", samples, atLeast: 1)
    try SyntheticOption.check("values", values, atLeast: 1)
    try SyntheticOption.check("classes", classes, atLeast: 2)
    try SyntheticOption.check("hidden", hidden, atLeast: 1)
    try SyntheticOption.check("noise", noise, in: 0...1)
    let count = try MemoryBound.checkedCount([samples, values], name: "teacher")
    _ = try MemoryBound.checkedCount([values, hidden], name: "teacher")
    _ = try MemoryBound.checkedCount([classes, hidden], name: "teacher")
    var weights = RandomStream(seed: seed, purpose: "teacher-weights")
    // A row a value, so that a sample's sums run side by side.
    let first = (0..<(values * hidden)).map { _ in weights.normal() }
    let second = (0..<classes).map { _ in
      let row = (0..<hidden).map { _ in weights.normal() }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / length }
    }
    var inputs = RandomStream(seed: seed, purpose: "teacher-inputs")
    var flips = RandomStream(seed: seed, purpose: "teacher-noise")
    var features: [Float] = []
    features.reserveCapacity(count)
    var labels: [Int32] = []
    labels.reserveCapacity(samples)
    let scale = 1 / Double(values).squareRoot()
    var sums = [Double](repeating: 0, count: hidden)
    for _ in 0..<samples {
      for unit in sums.indices { sums[unit] = 0 }
      for value in 0..<values {
        let feature = Float(inputs.normal())
        features.append(feature)
        let x = Double(feature)
        for unit in 0..<hidden { sums[unit] += x * first[value * hidden + unit] }
      }
      for unit in sums.indices {
        let sum = sums[unit] * scale
        sums[unit] = sum / (1 + abs(sum))
      }
      var best = (label: 0, score: -Double.infinity)
      for (label, row) in second.enumerated() {
        var score = 0.0
        for unit in 0..<hidden { score += row[unit] * sums[unit] }
        if score > best.score { best = (label, score) }
      }
      // Two draws a sample whether they are needed or not, so that other shares of noise flip no other labels.
      let isFlipped = flips.uniform() < noise
      let shift = 1 + flips.integer(below: classes - 1)
      labels.append(Int32(isFlipped ? (best.label + shift) % classes : best.label))
    }
    return Dataset(
      name: "teacher", features: features, labels: labels, classCount: classes, sampleShape: [values],
      kind: .table,
      source: "drawn by this program: labels from a random network, seed \(seed)")
  }
}
