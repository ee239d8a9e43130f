/// Two IDX files, as MNIST and its kin come in, packed by gzip or not: images and labels.
public struct IDXSource: Codable, Hashable, Sendable {
  /// The file of the images; its first axis counts samples.
  public var path: String
  /// The file of the labels.
  public var labels: String

  /// Two files.
  public init(path: String, labels: String) {
    self.path = path
    self.labels = labels
  }

  func read(origins: [Double]? = nil) throws(DatasetError) -> RawSamples {
    try RawSamples(features: IDXFile.read(path), targets: IDXFile.read(labels), origins: origins)
  }
}
