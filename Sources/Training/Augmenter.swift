import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Changes batches of samples at random, in place. It allocates nothing after it was made.
///
///     samples  [batch, height, width, channels], row-major
public struct Augmenter {
  private let augmentation: Augmentation
  private let height: Int
  private let width: Int
  private let channels: Int
  var stream: RandomStream
  /// One sample.
  private var scratch: [Float]
  /// For a position of the changed image, the row and the column of the image that it shows.
  private var sourceRows: [Int]
  private var sourceColumns: [Int]

  /// An augmenter with the stream "augmentation" of (seed, trial); nil for no augmentation.
  ///
  /// - Precondition: where the augmentation needs images, `sampleShape` is that of one.
  public init?(_ augmentation: Augmentation, sampleShape: [Int], seed: UInt64, trial: Int) {
    guard !augmentation.isNone else { return nil }
    self.augmentation = augmentation
    let isImage = Augmentation.isImage(sampleShape)
    height = isImage ? sampleShape[0] : 1
    width = isImage ? sampleShape[1] : sampleShape.reduce(1, *)
    channels = isImage && sampleShape.count == 3 ? sampleShape[2] : 1
    stream = RandomStream(seed: seed, trial: trial, purpose: "augmentation")
    scratch = Array(repeating: 0, count: height * width * channels)
    sourceRows = Array(repeating: 0, count: height)
    sourceColumns = Array(repeating: 0, count: width)
  }

  /// Changes a batch in place.
  ///
  /// - Parameter batch: as many samples as there are, row-major.
  public mutating func augment(_ batch: UnsafeMutableBufferPointer<Float>) {
    guard let start = batch.baseAddress else { return }
    if augmentation.needsImages {
      for sample in stride(from: 0, to: batch.count, by: scratch.count) { move(start + sample) }
    }
    if augmentation.noise > 0 { addNoise(batch) }
  }

  /// Mirrors and shifts one sample.
  private mutating func move(_ sample: UnsafeMutablePointer<Float>) {
    let flip = augmentation.flip
    let mirrors = (
      vertically: (flip == .vertical || flip == .both) && stream.integer(below: 2) == 1,
      horizontally: (flip == .horizontal || flip == .both) && stream.integer(below: 2) == 1
    )
    let span = 2 * augmentation.shift + 1
    let (down, right) =
      augmentation.shift > 0
      ? (stream.integer(below: span) - augmentation.shift, stream.integer(below: span) - augmentation.shift)
      : (0, 0)
    guard mirrors.vertically || mirrors.horizontally || down != 0 || right != 0 else { return }
    Self.fill(&sourceRows, shift: down, isMirrored: mirrors.vertically)
    Self.fill(&sourceColumns, shift: right, isMirrored: mirrors.horizontally)
    scratch.withUnsafeMutableBufferPointer { scratch in
      guard let original = scratch.baseAddress else { return }
      original.update(from: sample, count: scratch.count)
      for row in 0..<height {
        for column in 0..<width {
          let from = (sourceRows[row] * width + sourceColumns[column]) * channels
          let to = (row * width + column) * channels
          for channel in 0..<channels { sample[to + channel] = original[from + channel] }
        }
      }
    }
  }

  private static func fill(_ sources: inout [Int], shift: Int, isMirrored: Bool) {
    let last = sources.count - 1
    for index in sources.indices {
      let source = min(max(index - shift, 0), last)
      sources[index] = isMirrored ? last - source : source
    }
  }

  private mutating func addNoise(_ batch: UnsafeMutableBufferPointer<Float>) {
    let deviation = Float(augmentation.noise)
    Self.normalQuantiles.withUnsafeBufferPointer { quantiles in
      var bits: UInt64 = 0
      for index in batch.indices {
        // Five draws of 12 bits from 64.
        if index % 5 == 0 { bits = stream.next() }
        batch[index] += deviation * quantiles[Int(bits & 0xfff)]
        bits >>= 12
      }
    }
  }

  /// The middles of 4,096 equally likely intervals of the standard normal distribution: drawing one of them is a hundred
  /// times as fast as drawing a normal number, and as good for noise.
  private static let normalQuantiles: [Float] = {
    let count = 4096
    var quantiles = [Float](repeating: 0, count: count)
    var quantile = 0.0
    for index in (count / 2)..<count {
      let probability = (Double(index) + 0.5) / Double(count)
      // Newton's method from the neighbour below; the distribution is concave there, so it does not overshoot.
      for _ in 0..<30 {
        let density = exp(-quantile * quantile / 2) / (2 * Double.pi).squareRoot()
        quantile += (probability - 0.5 * erfc(-quantile / 2.0.squareRoot())) / density
      }
      quantiles[index] = Float(quantile)
      quantiles[count - 1 - index] = Float(-quantile)
    }
    return quantiles
  }()
}
