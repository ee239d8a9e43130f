/// CIFAR-10 or CIFAR-100 in their binary version: colour images `[32, 32, 3]`.
///
/// A record is one label byte (CIFAR-10) or a coarse and a fine one (CIFAR-100), then 1,024 bytes of red, of green
/// and of blue, row by row (A. Krizhevsky 2009, "Learning multiple layers of features from tiny images"). Here the
/// channels come last.
public struct CIFARSource: Codable, Hashable, Sendable {
  /// The files, read one behind another.
  public var paths: [String]
  /// Which labels.
  public var labels: Labels

  /// Which of the two data sets, and which of its labels.
  public enum Labels: String, Codable, Hashable, CaseIterable, Sendable {
    /// The 10 classes of CIFAR-10.
    case cifar10
    /// The 100 classes of CIFAR-100.
    case fine
    /// The 20 groups of classes of CIFAR-100.
    case coarse

    /// The number of classes.
    public var classCount: Int {
      switch self {
      case .cifar10: 10
      case .fine: 100
      case .coarse: 20
      }
    }

    /// The names of the label bytes of a record, and which counts.
    fileprivate var labelBytes: (count: Int, index: Int) {
      switch self {
      case .cifar10: (1, 0)
      case .fine: (2, 1)
      case .coarse: (2, 0)
      }
    }
  }

  /// The records of some files.
  public init(paths: [String], labels: Labels) {
    self.paths = paths
    self.labels = labels
  }

  private static let pixels = 32 * 32

  func read() throws(DatasetError) -> RawSamples {
    var features: [Float] = []
    var classes: [Double] = []
    let (labelCount, labelIndex) = labels.labelBytes
    let recordSize = labelCount + 3 * Self.pixels
    for path in paths {
      let bytes = try FileContent.read(path)
      guard !bytes.isEmpty else { throw .empty(file: path) }
      guard bytes.count.isMultiple(of: recordSize) else {
        throw .damaged(
          file: path, offset: bytes.count - bytes.count % recordSize,
          problem: "expected records of \(recordSize) bytes, got \(bytes.count % recordSize) bytes at the end"
        )
      }
      let count = bytes.count / recordSize
      _ = try MemoryBound.checkedCount([classes.count + count, 3 * Self.pixels], name: path)
      features.reserveCapacity(features.count + count * 3 * Self.pixels)
      for record in 0..<count {
        let start = record * recordSize
        let label = bytes[start + labelIndex]
        guard label < labels.classCount else {
          throw .damaged(
            file: path, offset: start + labelIndex,
            problem: "expected a class from 0 to \(labels.classCount - 1), got \(label)")
        }
        classes.append(Double(label))
        for pixel in 0..<Self.pixels {
          for channel in 0..<3 {
            features.append(Float(bytes[start + labelCount + channel * Self.pixels + pixel]))
          }
        }
      }
    }
    guard !classes.isEmpty else { throw .empty(file: paths.first ?? labels.rawValue) }
    return RawSamples(
      name: paths[0], features: features, sampleShape: [32, 32, 3], target: .numbers(classes),
      classCount: labels.classCount)
  }
}
