/// How much was computed: floating-point operations and bytes moved, counted from the work and not measured.
public struct OperationCount: Codable, Hashable, Sendable {
  /// Floating-point operations.
  public var flops: Double
  /// Bytes read and written.
  public var bytes: Double

  /// So many operations.
  public init(flops: Double, bytes: Double) {
    self.flops = flops
    self.bytes = bytes
  }

  /// Nothing.
  public static let zero = OperationCount(flops: 0, bytes: 0)

  /// The sum.
  public static func + (left: OperationCount, right: OperationCount) -> OperationCount {
    OperationCount(flops: left.flops + right.flops, bytes: left.bytes + right.bytes)
  }

  /// Adds in place.
  public static func += (left: inout OperationCount, right: OperationCount) { left = left + right }

  /// The operations times a factor.
  public static func * (count: OperationCount, factor: Double) -> OperationCount {
    OperationCount(flops: count.flops * factor, bytes: count.bytes * factor)
  }

  /// What came after an earlier count; never less than nothing.
  func since(_ earlier: OperationCount) -> OperationCount {
    OperationCount(flops: max(0, flops - earlier.flops), bytes: max(0, bytes - earlier.bytes))
  }
}
