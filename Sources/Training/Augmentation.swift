/// Random changes of the training samples, drawn anew whenever a sample is used, so that a network does not learn them by
/// heart.
public struct Augmentation: Codable, Hashable, Sendable {
  /// The most pixels that an image is moved by, along both sides; what moves in repeats the edge.
  public var shift: Int
  /// The sides along which an image is mirrored, each with probability ½.
  public var flip: Flip
  /// The standard deviation of Gaussian noise added to every value; values are standardised, so 1 is that of the data.
  public var noise: Double

  /// How images are mirrored.
  public enum Flip: String, Codable, Hashable, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// Left and right.
    case horizontal
    /// Top and bottom.
    case vertical
    /// Each of the two.
    case both
  }

  /// An augmentation; without arguments none.
  public init(shift: Int = 0, flip: Flip = .none, noise: Double = 0) {
    (self.shift, self.flip, self.noise) = (shift, flip, noise)
  }

  /// Whether nothing is changed.
  public var isNone: Bool { self == Augmentation() }

  /// Whether only images can be changed like this.
  public var needsImages: Bool { shift != 0 || flip != .none }

  /// Whether samples are images: [height, width] or [height, width, channels].
  public static func isImage(_ sampleShape: [Int]) -> Bool { 2...3 ~= sampleShape.count }
}
