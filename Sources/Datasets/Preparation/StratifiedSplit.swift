import Numerics

/// Samples divided into three parts, each of which has the classes in the proportion of the whole.
///
/// ```swift
/// let split = try StratifiedSplit(
///   labels: dataset.labels, classCount: 10,
///   fractions: SplitFractions(training: 0.6, validation: 0.2, test: 0.2), seed: 7)
/// split.training  // [0, 1, 4, …], ascending
/// ```
///
/// The parts are disjoint and together hold every sample. Their sizes are the fractions of the whole by
/// largest remainders, and in each class a part has its fraction rounded down or up. Every class is in every
/// part whose fraction is positive; where a class is so small that this takes a sample more than its share,
/// the sizes give way.
///
/// Which samples those are depends on the labels, the fractions and the seed alone. The test part is taken
/// first, so that moving samples between training and validation changes it by no more than one sample a
/// class. Indexes ascend within a part: the order of training is the batches' business.
public struct StratifiedSplit: Hashable, Sendable {
  /// The samples that weights are fitted to, ascending.
  public let training: [Int]
  /// The samples that candidates are ranked by, ascending.
  public let validation: [Int]
  /// The samples that are only reported, ascending.
  public let test: [Int]

  /// Divides the samples.
  ///
  /// - Parameters:
  ///   - labels: a class index a sample.
  ///   - classCount: the number of classes.
  ///   - fractions: the size of each part.
  ///   - seed: the study's seed; the stream's purpose is `"split"`.
  /// - Throws: `DatasetError.labelOutOfRange`, or `.tooFewSamples` for a class with fewer samples than there
  ///   are parts with a positive fraction.
  /// - Complexity: O(*n* log *n* + *c*²) for *n* samples of *c* classes.
  public init(
    labels: [Int32], classCount: Int, fractions: SplitFractions, seed: UInt64
  ) throws(DatasetError) {
    var members = [[Int]](repeating: [], count: classCount)
    for (sample, label) in labels.enumerated() {
      guard members.indices.contains(Int(label)) else {
        throw .labelOutOfRange(label: label, sample: sample, classCount: classCount)
      }
      members[Int(label)].append(sample)
    }
    // In the order in which samples are taken.
    let shares = [fractions.test, fractions.validation, fractions.training]
    let needed = shares.count { $0 > 0 }
    for (label, samples) in members.enumerated() where samples.count < needed {
      throw .tooFewSamples(class: label, count: samples.count, needed: needed)
    }

    let counts = Apportionment.counts(classSizes: members.map(\.count), shares: shares)
    var stream = RandomStream(seed: seed, purpose: "split")
    var parts = [[Int]](repeating: [], count: shares.count)
    for (label, samples) in members.enumerated() {
      var samples = samples
      stream.shuffle(&samples)
      var taken = 0
      for part in parts.indices {
        parts[part] += samples[taken..<(taken + counts[label][part])]
        taken += counts[label][part]
      }
    }
    test = parts[0].sorted()
    validation = parts[1].sorted()
    training = parts[2].sorted()
  }
}
