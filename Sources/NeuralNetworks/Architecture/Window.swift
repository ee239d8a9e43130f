/// A number for the height and one for the width: of a kernel, a stride, a dilation, a window.
///
/// One number stands for both, in code and coded: `3` is `[3, 3]`. One-dimensional layers take one number.
public struct Extent: Hashable, Sendable, BitwiseCopyable, ExpressibleByIntegerLiteral {
  /// Along the first side.
  public var height: Int
  /// Along the second side.
  public var width: Int

  /// Two numbers.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The same number twice.
  public init(_ both: Int) { self.init(height: both, width: both) }

  /// The same number twice.
  public init(integerLiteral both: Int) { self.init(both) }
}

extension Extent: CustomStringConvertible {
  /// `3×5`
  public var description: String { "\(height)×\(width)" }
}

extension Extent: Codable {
  /// Reads a number or a list of two.
  public init(from decoder: any Decoder) throws {
    if let both = try? decoder.singleValueContainer().decode(Int.self) {
      self.init(both)
      return
    }
    let sides = try decoder.singleValueContainer().decode([Int].self)
    guard sides.count == 2 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected a number or [height, width]"))
    }
    self.init(height: sides[0], width: sides[1])
  }

  /// Writes a number if both are the same, else a list of two.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if height == width { try container.encode(height) } else { try container.encode([height, width]) }
  }
}

/// How many zeros stand around the input of a convolution.
public enum Padding: Hashable, Sendable, BitwiseCopyable {
  /// As many as make the output ⌈input / stride⌉ long; of an odd number, one more at the end.
  case same
  /// None.
  case valid
  /// This many at each side.
  case each(Int)
}

extension Padding: CustomStringConvertible {
  /// `same`, `valid` or the number.
  public var description: String {
    switch self {
    case .same: "same"
    case .valid: "valid"
    case .each(let count): String(count)
    }
  }
}

extension Padding: Codable {
  /// Reads `same`, `valid` or a number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let count = try? container.decode(Int.self) {
      self = .each(count)
      return
    }
    switch try container.decode(String.self) {
    case "same": self = .same
    case "valid": self = .valid
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected same, valid or a number"))
    }
  }

  /// Writes `same`, `valid` or a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .each(let count) = self { try container.encode(count) } else { try container.encode(description) }
  }
}

/// What a convolution sees at once and how it moves.
public struct ConvolutionWindow: Hashable, Sendable {
  /// The values of one channel that meet weights.
  public var kernel: Extent
  /// The distance of neighbouring outputs, in inputs.
  public var stride: Extent
  /// The zeros around the input.
  public var padding: Padding
  /// The distance of neighbouring values under the kernel.
  public var dilation: Extent

  /// A window; by default as dense as can be and with an output of the input's size.
  public init(kernel: Extent, stride: Extent = 1, padding: Padding = .same, dilation: Extent = 1) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// The same window, written in one way only: a side with a kernel of 1 has no dilation, and a kernel of 1×1 needs no
  /// zeros for `same`.
  var canonical: ConvolutionWindow {
    var window = self
    if kernel.height == 1 { window.dilation.height = 1 }
    if kernel.width == 1 { window.dilation.width = 1 }
    if padding == .each(0) || (padding == .same && kernel == 1) { window.padding = .valid }
    return window
  }
}

/// What a pooling sees at once and how it moves. Windows lie inside the input: a rest at the end is left out.
public struct PoolingWindow: Hashable, Sendable {
  /// The values of one channel that become one.
  public var size: Extent
  /// The distance of neighbouring windows.
  public var stride: Extent

  /// A window that moves by a stride, or by its own size.
  public init(size: Extent, stride: Extent? = nil) {
    self.size = size
    self.stride = stride ?? size
  }
}
