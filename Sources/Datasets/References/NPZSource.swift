/// Two arrays of one NPZ file of NumPy, stored or deflated; as `NPYSource`.
public struct NPZSource: Codable, Hashable, Sendable {
  /// The file.
  public var path: String
  /// The name of the features' array; nil for `features` or else `x`.
  public var features: String?
  /// The name of the array of labels or targets; nil for `labels` or else `y`.
  public var labels: String?

  /// Two arrays of a file.
  public init(path: String, features: String? = nil, labels: String? = nil) {
    self.path = path
    self.features = features
    self.labels = labels
  }

  func read(origins: [Double]? = nil) throws(DatasetError) -> RawSamples {
    let archive = try NPZArchive(path)
    let names = archive.names
    func choose(_ given: String?, _ usual: [String]) -> String {
      given ?? usual.first { names.contains($0) } ?? usual[0]
    }
    return try RawSamples(
      features: archive.array(named: choose(features, ["features", "x"]), key: "features"),
      targets: archive.array(named: choose(labels, ["labels", "y"]), key: "labels"),
      origins: origins)
  }
}
