/// A random order of 0 ..< count that takes no memory: each position is computed when it is asked for.
///
/// ```swift
/// let order = KeyedPermutation(count: 1_000_000_000, seed: 7)
/// order[0]   // somewhere in the billion; no two positions give the same
/// ```
///
/// A balanced Feistel network over the next even number of bits, with the rounds repeated until the value falls below
/// `count` (cycle walking: Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
///
/// - Complexity: O(1) expected a position: at most four values are computed on average.
public struct KeyedPermutation: Sendable {
  /// The number of positions.
  public let count: Int

  private let halfBits: UInt64
  private let roundKeys: [UInt64]

  /// The order of a seed.
  ///
  /// - Precondition: `count >= 0`.
  public init(count: Int, seed: UInt64) {
    precondition(count >= 0, "a permutation cannot have \(count) elements")
    self.count = count
    let bits = UInt64(max(2, Int.bitWidth - max(0, count - 1).leadingZeroBitCount))
    halfBits = (bits + 1) / 2
    var stream = RandomStream(seed: seed, purpose: "permutation")
    roundKeys = (0..<8).map { _ in stream.next() }
  }

  /// The element at a position.
  ///
  /// - Precondition: `position` is in 0 ..< count.
  public subscript(position: Int) -> Int {
    precondition((0..<count).contains(position), "position \(position) is not in 0 ..< \(count)")
    var value = UInt64(position)
    repeat {
      value = scrambled(value)
    } while value >= UInt64(count)
    return Int(value)
  }

  private func scrambled(_ value: UInt64) -> UInt64 {
    let mask: UInt64 = (1 << halfBits) - 1
    var left = value >> halfBits
    var right = value & mask
    for key in roundKeys {
      var mixed = (right ^ key) &* 0x9e37_79b9_7f4a_7c15
      mixed = (mixed ^ (mixed >> 32)) &* 0xbf58_476d_1ce4_e5b9
      (left, right) = (right, left ^ ((mixed ^ (mixed >> 29)) & mask))
    }
    return (left << halfBits) | right
  }
}
