/// A stream of random numbers that belongs to one purpose of one trial of one study.
///
/// Nothing in Wattle draws from a shared generator: a stream is made where it is needed, from the key
/// (seed, trial, purpose). The same key gives the same numbers, whatever ran before and however many workers
/// there are, so a resumed study equals an undisturbed one.
///
/// ```swift
/// var stream = RandomStream(seed: 7, trial: 12, purpose: "weights")
/// let weight = stream.normal() * 0.1
/// ```
///
/// The generator is xoshiro256** (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators",
/// ACM TOMS 47(4)), its state filled by SplitMix64 from a hash of the key.
///
/// - Complexity: O(1) to make and to draw from; 32 bytes.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of a key.
  ///
  /// - Parameters:
  ///   - seed: the study's seed.
  ///   - trial: the trial's number, or 0 for what belongs to the whole study.
  ///   - purpose: a short constant name, such as `"proposal"`, `"weights"`, `"batches"` or `"dropout"`.
  public init(seed: UInt64, trial: Int = 0, purpose: String) {
    var mixer = SplitMix64(state: seed)
    var key = mixer.next()
    mixer.state = key ^ UInt64(bitPattern: Int64(trial))
    key = mixer.next()
    mixer.state = key ^ Self.fnv1a(purpose)
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  /// A stream that goes on from a state of four words, not all 0.
  init(words: [UInt64]) { state = (words[0], words[1], words[2], words[3]) }

  /// The state.
  var words: [UInt64] { [state.0, state.1, state.2, state.3] }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotate(state.3, by: 45)
    return result
  }

  /// A number in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number in [low, high).
  ///
  /// - Precondition: the range is not empty and its width is finite.
  public mutating func uniform(in range: Range<Double>) -> Double {
    let width = range.upperBound - range.lowerBound
    precondition(width > 0 && width.isFinite, "a random number needs a finite range that is not empty")
    // The sum may round up to the excluded bound.
    return min(range.lowerBound + width * uniform(), range.upperBound.nextDown)
  }

  /// An integer in 0 ..< bound without bias (Lemire 2019, "Fast random integer generation in an interval").
  ///
  /// - Precondition: `bound > 0`.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a random integer needs a positive bound")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold {
        product = next().multipliedFullWidth(by: width)
      }
    }
    return Int(product.high)
  }

  /// A draw from the standard normal distribution (Marsaglia's polar method).
  public mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let radius = x * x + y * y
      if radius > 0 && radius < 1 {
        return x * (-2 * radius.logarithm / radius).squareRoot()
      }
    }
  }

  /// Puts the elements into a random order (Fisher and Yates), the same for the same stream on every
  /// platform.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }

  private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
    (value << count) | (value >> (64 - count))
  }

  private static func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

/// Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
