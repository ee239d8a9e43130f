/// A set of integers in 0 ..< count that knows the neighbours of each: a tree of 64-bit words, in which a bit of a level
/// says whether the word below it has any.
///
/// - Complexity: O(log₆₄ *count*) an operation.
struct RankSet {
  /// The words of each level, the members' own first; the last level is a single word.
  private var levels: [[UInt64]]

  /// An empty set.
  ///
  /// - Parameter count: what all members are below.
  init(count: Int) {
    levels = []
    var width = max(1, count)
    repeat {
      width = (width + 63) / 64
      levels.append([UInt64](repeating: 0, count: width))
    } while width > 1
  }

  mutating func insert(_ member: Int) {
    var place = member
    for level in levels.indices {
      levels[level][place >> 6] |= 1 << UInt64(place & 63)
      place >>= 6
    }
  }

  mutating func remove(_ member: Int) {
    var place = member
    for level in levels.indices {
      levels[level][place >> 6] &= ~(1 << UInt64(place & 63))
      if levels[level][place >> 6] != 0 { return }
      place >>= 6
    }
  }

  /// The greatest member below a number, or nil.
  func predecessor(of number: Int) -> Int? {
    var place = number
    for level in levels.indices {
      let word = levels[level][place >> 6] & ((1 << UInt64(place & 63)) - 1)
      if word != 0 {
        var found = place & ~63 | (63 - word.leadingZeroBitCount)
        for below in (0..<level).reversed() {
          found = found << 6 | (63 - levels[below][found].leadingZeroBitCount)
        }
        return found
      }
      place >>= 6
    }
    return nil
  }

  /// The smallest member above a number, or nil.
  func successor(of number: Int) -> Int? {
    var place = number
    for level in levels.indices {
      let bit = place & 63
      let word = bit == 63 ? 0 : levels[level][place >> 6] & (~0 << UInt64(bit + 1))
      if word != 0 {
        var found = place & ~63 | word.trailingZeroBitCount
        for below in (0..<level).reversed() {
          found = found << 6 | levels[below][found].trailingZeroBitCount
        }
        return found
      }
      place >>= 6
    }
    return nil
  }
}
