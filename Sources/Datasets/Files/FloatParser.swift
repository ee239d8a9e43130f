/// Reads decimal numbers from bytes, correctly rounded to `Float` whatever the locale.
///
/// The grammar is `[+-] digits [. digits] [e [+-] digits]`, with at least one digit before the exponent.
/// Numbers of up to 15 digits and a small exponent are rounded by one exact operation (Clinger 1990, "How
/// to read floating point numbers accurately"); the rest goes through the standard library.
enum FloatParser {
  enum Outcome {
    case number(Float)
    /// The text is not a number.
    case notANumber
    /// The number is beyond the largest `Float`.
    case tooLarge
  }

  /// The number that the bytes spell, correctly rounded to `Double`: infinite where it is too large; nil where they
  /// spell none.
  static func double(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let decimal = Decimal(bytes) else { return nil }
    return decimal.exactDouble ?? Double(String(decoding: bytes, as: UTF8.self))
  }

  /// The number that the bytes spell; all of them, without surrounding blanks.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    guard let decimal = Decimal(bytes) else { return .notANumber }
    let number = decimal.exactlyRounded ?? Float(String(decoding: bytes, as: UTF8.self))
    guard let number else { return .notANumber }
    return number.isFinite ? .number(number) : .tooLarge
  }

  /// significand · 10^exponent, as spelled.
  private struct Decimal {
    private var isNegative = false
    private var significand: UInt64 = 0
    private var exponent = 0
    /// Whether the significand holds all digits.
    private var isComplete = true

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
      var position = 0
      if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
      {
        isNegative = bytes[position] == UInt8(ascii: "-")
        position += 1
      }
      let whole = takeDigits(bytes, &position)
      var fraction = 0
      if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
        position += 1
        fraction = takeDigits(bytes, &position)
        exponent = -fraction
      }
      guard whole + fraction > 0 else { return nil }
      if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
        position += 1
        guard let power = Self.takeExponent(bytes, &position) else { return nil }
        exponent += power
      }
      guard position == bytes.count else { return nil }
    }

    /// The nearest `Double`, when one exact operation finds it.
    var exactDouble: Double? {
      guard isComplete else { return nil }
      if significand == 0 { return isNegative ? -0.0 : 0 }
      guard significand <= 1 << 53, abs(exponent) <= 22 else { return nil }
      let power = FloatParser.powersOfTen[abs(exponent)]
      let double = exponent < 0 ? Double(significand) / power : Double(significand) * power
      return isNegative ? -double : double
    }

    /// The nearest `Float`, when one exact operation finds it.
    var exactlyRounded: Float? {
      guard let double = exactDouble else { return nil }
      if double == 0 { return Float(double) }
      // The double is correctly rounded; rounding it again can only go wrong where it seems to lie halfway
      // between two floats, or where the floats are spaced differently: among the subnormals.
      let isHalfway = double.significandBitPattern & 0x1fff_ffff == 0x1000_0000
      guard !isHalfway, abs(double) >= Double(Float.leastNormalMagnitude) else { return nil }
      return Float(double)
    }

    private mutating func takeDigits(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Int {
      let start = position
      while position < bytes.count {
        let digit = bytes[position] &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        // 10^18 leaves room for one digit more.
        if significand < 1_000_000_000_000_000_000 {
          significand = significand * 10 + UInt64(digit)
        } else {
          isComplete = false
        }
        position += 1
      }
      return position - start
    }

    private static func takeExponent(
      _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int
    ) -> Int? {
      var isNegative = false
      if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+")
      {
        isNegative = bytes[position] == UInt8(ascii: "-")
        position += 1
      }
      let start = position
      var value = 0
      while position < bytes.count {
        let digit = bytes[position] &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        // Beyond this every number is 0 or infinite; the standard library gets the text, not this value.
        value = min(value * 10 + Int(digit), 100_000)
        position += 1
      }
      guard position > start else { return nil }
      return isNegative ? -value : value
    }
  }

  /// Powers of ten that a `Double` holds exactly.
  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]
}
