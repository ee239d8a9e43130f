/// Samples as a file holds them, before it is known what is to be learnt.
struct RawSamples {
  /// The file, for errors.
  var name: String
  /// Row-major feature values, each less its column's origin.
  var features: [Float]
  /// The origin of each value of a sample; empty where all are 0.
  var origins: [Double] = []
  var sampleShape: [Int]
  var target: Target
  /// The number of classes where the format fixes it.
  var classCount: Int?
  /// The columns' names, where there are any.
  var header: TableHeader?
  /// Where the first text of the target stands, for a regression.
  var textAmongTargets: DatasetError?

  /// What is to be predicted for each sample.
  enum Target {
    case numbers([Double])
    /// For each sample, which of the texts.
    case texts(codes: [Int32], texts: [String])
  }

  init(name: String, features: [Float], sampleShape: [Int], target: Target, classCount: Int? = nil) {
    self.name = name
    self.features = features
    self.sampleShape = sampleShape
    self.target = target
    self.classCount = classCount
  }

  /// Samples of two arrays whose first axes count them.
  ///
  /// - Parameter origins: those of the training part, for a test part; nil finds them out.
  /// - Throws: `DatasetError.unexpectedShape` where they do not count the same, or `.damaged`.
  init(
    features: NumericArray, targets: NumericArray, origins: [Double]? = nil
  ) throws(DatasetError) {
    guard targets.count == targets.shape[0] else {
      throw .unexpectedShape(
        file: targets.name, problem: "expected one number a sample, got an array of shape \(targets.shape)")
    }
    guard features.shape[0] == targets.count else {
      throw .unexpectedShape(
        file: targets.name,
        problem:
          "expected \(features.shape[0]) labels, one a sample of \(features.name), got \(targets.count)")
    }
    var shape = Array(features.shape.dropFirst())
    // Two axes are the rows and columns of a grey image; an image has its channels as the last axis.
    if shape.isEmpty || shape.count == 2 { shape.append(1) }
    // Of another number of values, a test part is refused for its shape.
    let isComparable = origins.map { $0.isEmpty || $0.count == shape.reduce(1, *) } ?? true
    let samples = try features.samples(origins: isComparable ? origins : [])
    try self.init(
      name: targets.name, features: samples.values, sampleShape: shape, target: .numbers(targets.doubles()))
    self.origins = samples.origins
  }
}
