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
  /// What is to be learnt.
  public var task: LearningTask
  /// How the features were standardised, so that a trained network can be used on others; nil where it is not known.
  public var standardization: Standardization?
  /// What the classes are called, in their order; empty where they have no names.
  public var classNames: [String] = []
  /// What the target is called; nil where it has no name.
  public var targetName: String?

  /// The number of classes; 1 for a regression.
  public var classCount: Int { task.outputCount }

  /// Prepared data of the given parts.
  public init(
    name: String, training: Samples, validation: Samples, test: Samples, sampleShape: [Int],
    task: LearningTask, standardization: Standardization? = nil
  ) {
    self.name = name
    self.training = training
    self.validation = validation
    self.test = test
    self.sampleShape = sampleShape
    self.task = task
    self.standardization = standardization
  }
}

/// Samples with their labels.
public struct Samples: Sendable {
  /// Row-major feature values: a row a sample.
  public var features: [Float]
  /// A class index a sample; empty for a regression.
  public var labels: [Int32]
  /// The number to be predicted for each sample; empty for a classification.
  public var targets: [Double]

  /// The number of samples.
  public var count: Int { max(labels.count, targets.count) }

  /// Samples; `features.count` is a multiple of the number of labels or targets.
  public init(features: [Float], labels: [Int32] = [], targets: [Double] = []) {
    self.features = features
    self.labels = labels
    self.targets = targets
  }
}
