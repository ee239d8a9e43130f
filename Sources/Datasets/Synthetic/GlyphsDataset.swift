import Numerics

/// Small grey images of simple shapes, a shape a class: for convolutions, at any size.
///
/// ```swift
/// let data = try GlyphsDataset(samples: 10_000, size: 16).load()
/// data.sampleShape  // [16, 16, 1]
/// ```
///
/// Each image is one white shape on black. Its size, place, slant and brightness are drawn anew; then normal noise is
/// added to every pixel. Edges are smooth: a pixel is the mean of 3 × 3 points. With the default noise and at least
/// 8 × 8 pixels the shapes differ by many pixels, so an accuracy near 1.0 can be reached.
public struct GlyphsDataset: Codable, Hashable, Sendable {
  /// The number of samples.
  public var samples: Int
  /// The height and width of an image in pixels.
  public var size: Int
  /// The number of classes: so many of the shapes, in the order of `Shape`.
  public var classes: Int
  /// How far a shape may be off the centre, as a share of the image's size.
  public var jitter: Double
  /// The deviation of the noise; white is at most 1.
  public var noise: Double
  /// The seed of the images; not that of the study, so that all studies see the same data.
  public var seed: UInt64

  /// What is drawn.
  public enum Shape: String, CaseIterable, Sendable {
    /// A filled circle.
    case circle
    /// A filled square.
    case square
    /// A filled triangle that points up.
    case triangle
    /// An upright cross.
    case cross
    /// A horizontal bar.
    case bar
    /// The rim of a circle.
    case ring
    /// The rim of a square.
    case frame
    /// A diagonal cross.
    case saltire
    /// A vertical bar.
    case pillar
    /// A filled triangle that points down.
    case wedge

    /// Whether a point is inside the shape, which fills the square from −1 to 1; y points down.
    fileprivate func contains(_ x: Double, _ y: Double) -> Bool {
      let (width, height) = (abs(x), abs(y))
      let square = max(width, height)
      let radius = x * x + y * y
      switch self {
      case .circle: return radius <= 1
      case .square: return square <= 0.85
      case .triangle: return height <= 0.9 && 2 * width <= y + 0.9
      case .cross: return square <= 1 && min(width, height) <= 0.25
      case .bar: return width <= 1 && height <= 0.3
      case .ring: return radius <= 1 && radius >= 0.36
      case .frame: return square <= 0.9 && square >= 0.55
      case .saltire: return square <= 0.95 && min(abs(x - y), abs(x + y)) <= 0.35
      case .pillar: return height <= 1 && width <= 0.3
      case .wedge: return height <= 0.9 && 2 * width <= 0.9 - y
      }
    }
  }

  /// Drawn shapes.
  public init(
    samples: Int = 10_000, size: Int = 16, classes: Int = 5, jitter: Double = 0.1, noise: Double = 0.1,
    seed: UInt64 = 1
  ) {
    self.samples = samples
    self.size = size
    self.classes = classes
    self.jitter = jitter
    self.noise = noise
    self.seed = seed
  }

  /// Draws the samples.
  ///
  /// - Throws: `DatasetError.invalidOption` or `.tooLarge`.
  /// - Complexity: O(*samples* · *size*²).
  public func load() throws(DatasetError) -> Dataset {
    try SyntheticOption.check("samples", samples, atLeast: 1)
    try SyntheticOption.check("size", size, atLeast: 4)
    let shapes = Shape.allCases
    guard (2...shapes.count).contains(classes) else {
      throw .invalidOption(
        option: "classes", problem: "expected an integer from 2 to \(shapes.count), got \(classes)")
    }
    try SyntheticOption.check("jitter", jitter, in: 0...0.5)
    try SyntheticOption.check("noise", noise, in: 0...100)
    let count = try MemoryBound.checkedCount([samples, size, size], name: "glyphs")
    var stream = RandomStream(seed: seed, purpose: "glyphs")
    var features: [Float] = []
    features.reserveCapacity(count)
    for sample in 0..<samples {
      draw(shapes[sample % classes], onto: &features, using: &stream)
    }
    var dataset = Dataset(
      name: "glyphs", features: features, labels: (0..<samples).map { Int32($0 % classes) },
      classCount: classes,
      sampleShape: [size, size, 1], kind: .image, source: "drawn by this program: shapes, seed \(seed)")
    dataset.classNames = shapes.prefix(classes).map(\.rawValue)
    return dataset
  }

  private func draw(_ shape: Shape, onto features: inout [Float], using stream: inout RandomStream) {
    let radius = Double(size) * (0.28 + 0.12 * stream.uniform())
    let centerX = Double(size) * (0.5 + jitter * (2 * stream.uniform() - 1))
    let centerY = Double(size) * (0.5 + jitter * (2 * stream.uniform() - 1))
    // A rotation by up to 11 degrees, by the tangent of half its angle: exact arithmetic, the same everywhere.
    let tangent = 0.1 * (2 * stream.uniform() - 1)
    let cosine = (1 - tangent * tangent) / (1 + tangent * tangent)
    let sine = 2 * tangent / (1 + tangent * tangent)
    let brightness = 0.6 + 0.4 * stream.uniform()
    for row in 0..<size {
      for column in 0..<size {
        var inside = 0
        for point in 0..<9 {
          let x = (Double(column) + (Double(point % 3) + 0.5) / 3 - centerX) / radius
          let y = (Double(row) + (Double(point / 3) + 0.5) / 3 - centerY) / radius
          if shape.contains(cosine * x + sine * y, cosine * y - sine * x) { inside += 1 }
        }
        features.append(Float(brightness * Double(inside) / 9 + noise * stream.normal()))
      }
    }
  }
}
