/// A data set split into its three parts and standardised, ready for training.
public struct PreparedData: Sendable {
  /// The data set's name.
  public var name: String
  /// The samples that weights are fitted to.
  public var training: Samples
  /// The samples that candidates are ranked by.
  public var validation: Samples
  /// The samples that are never used to choose, only to report.
  public var test: Samples
  /// The shape of one sample, such as `[64]`.
  public var sampleShape: [Int]
  /// The number of classes.
  public var classCount: Int

  /// Prepared data of the given parts.
  public init(
    name: String, training: Samples, validation: Samples, test: Samples, sampleShape: [Int], classCount: Int
  ) {
    self.name = name
    self.training = training
    self.validation = validation
    self.test = test
    self.sampleShape = sampleShape
    self.classCount = classCount
  }
}

/// Samples with their labels.
public struct Samples: Sendable {
  /// Row-major feature values: a row a sample.
  public var features: [Float]
  /// A class index a sample.
  public var labels: [Int32]

  /// The number of samples.
  public var count: Int { labels.count }

  /// Samples; `features.count` is a multiple of `labels.count`.
  public init(features: [Float], labels: [Int32]) {
    self.features = features
    self.labels = labels
  }
}
