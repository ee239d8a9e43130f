/// Two NPY files of NumPy: the features and the labels or targets.
///
/// The features' first axis counts samples. What is left is the shape of a sample: `[n, 30]` is a table of 30
/// columns, `[n, 28, 28]` grey images `[28, 28, 1]`, `[n, 32, 32, 3]` images with the channels last.
public struct NPYSource: Codable, Hashable, Sendable {
  /// The file of the features.
  public var path: String
  /// The file of the labels or targets: `[n]` or `[n, 1]`.
  public var labels: String

  /// Two files.
  public init(path: String, labels: String) {
    self.path = path
    self.labels = labels
  }

  func read(origins: [Double]? = nil) throws(DatasetError) -> RawSamples {
    try RawSamples(features: NPYFile.read(path), targets: NPYFile.read(labels), origins: origins)
  }
}
