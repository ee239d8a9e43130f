/// Labelled samples in memory, with where they come from.
public struct Dataset: Sendable {
  /// The name that a config uses.
  public var name: String
  /// Row-major feature values, each less its column's origin: `count` rows of `valuesPerSample`.
  public var features: [Float]
  /// What is to be added to each of a sample's values; empty where that is 0. Columns such as 1.7e9, 1.7e9 + 20, … have
  /// an origin, since single precision would not tell their values apart.
  public var featureOrigins: [Double] = []
  /// A class index a sample, 0 ..< `classCount`; empty for a regression.
  public var labels: [Int32]
  /// The number to be predicted for each sample; empty for a classification.
  public var targets: [Double]
  /// What is to be learnt.
  public var task: LearningTask
  /// The shape of one sample, such as `[64]`.
  public var sampleShape: [Int]
  /// How the values are to be standardised.
  public var kind: Kind
  /// Where the data come from and under which licence.
  public var source: String
  /// What the classes are called, in their order; empty where they have no names.
  public var classNames: [String] = []
  /// What the target is called; nil where it has no name.
  public var targetName: String?
  /// How many samples at the end are a test part that the data set brings; 0 where the test part is to be drawn.
  public var ownTestCount = 0

  /// What the values of a sample are to each other.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Columns of a table, each with a unit of its own: standardised column by column.
    case table
    /// Pixels of an image: standardised by one mean and one deviation for all.
    case image
  }

  /// The number of samples.
  public var count: Int { max(labels.count, targets.count) }
  /// The number of classes; 1 for a regression, where all samples are of one kind.
  public var classCount: Int { task.outputCount }
  /// The number of values in one sample.
  public var valuesPerSample: Int { sampleShape.reduce(1, *) }

  /// A regression of the given values.
  ///
  /// - Precondition: `features.count == targets.count * product(sampleShape)`.
  public init(
    name: String, features: [Float], targets: [Double], sampleShape: [Int], kind: Kind, source: String
  ) {
    precondition(
      features.count == targets.count * sampleShape.reduce(1, *), "features and targets must agree")
    self.name = name
    self.features = features
    labels = []
    self.targets = targets
    task = .regression
    self.sampleShape = sampleShape
    self.kind = kind
    self.source = source
  }

  /// A classification of the given values.
  ///
  /// - Precondition: `features.count == labels.count * product(sampleShape)`.
  public init(
    name: String, features: [Float], labels: [Int32], classCount: Int, sampleShape: [Int], kind: Kind,
    source: String
  ) {
    precondition(features.count == labels.count * sampleShape.reduce(1, *), "features and labels must agree")
    self.name = name
    self.features = features
    self.labels = labels
    targets = []
    task = .classification(classes: classCount)
    self.sampleShape = sampleShape
    self.kind = kind
    self.source = source
  }
}
