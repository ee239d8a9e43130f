/// Labelled samples in memory, with where they come from.
public struct Dataset: Sendable {
  /// The name that a config uses.
  public var name: String
  /// Row-major feature values: `count` rows of `valuesPerSample`.
  public var features: [Float]
  /// A class index a sample, 0 ..< `classCount`.
  public var labels: [Int32]
  /// The number of classes.
  public var classCount: Int
  /// The shape of one sample, such as `[64]`.
  public var sampleShape: [Int]
  /// How the values are to be standardised.
  public var kind: Kind
  /// Where the data come from and under which licence.
  public var source: String

  /// What the values of a sample are to each other.
  public enum Kind: String, Codable, Sendable {
    /// Columns of a table, each with a unit of its own: standardised column by column.
    case table
    /// Pixels of an image: standardised by one mean and one deviation for all.
    case image
  }

  /// The number of samples.
  public var count: Int { labels.count }
  /// The number of values in one sample.
  public var valuesPerSample: Int { sampleShape.reduce(1, *) }

  /// A data set of the given values.
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
    self.classCount = classCount
    self.sampleShape = sampleShape
    self.kind = kind
    self.source = source
  }
}
