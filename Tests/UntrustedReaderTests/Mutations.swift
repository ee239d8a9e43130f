import Numerics

/// Changes of an input that find mistakes: in bits, in numbers, in the order and number of parts.
struct Mutations {
  private var stream: RandomStream
  private let largestInput: Int

  /// Numbers at the edges of types, as texts.
  private static let numbers = [
    "0", "-1", "1e999", "-1e999", "nan", "inf", "9223372036854775807", "-9223372036854775808",
    "18446744073709551616", "4294967296", "2147483648", "1e-400", "0.1e-310", "99999999999999999999999",
  ]
  /// What has a meaning in the formats that are texts.
  private static let marks = [
    "\n", "\"", "'", ",", ";", "{", "}", "[", "]", ":", "- ", "&a ", "*a", "? ", "!!str ", "null", "~",
    "\\u0000", "\t", "#",
    "\u{1b}[2J", "\u{202e}", "\u{feff}",
  ]

  init(seed: UInt64, purpose: String, largestInput: Int) {
    stream = RandomStream(seed: seed, purpose: purpose)
    self.largestInput = largestInput
  }

  /// A changed input.
  ///
  /// - Parameter other: another input, of which a part may come in.
  mutating func change(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0..<(1 + stream.integer(below: 4)) { changeOnce(&bytes, other) }
    return Array(bytes.prefix(largestInput))
  }

  private mutating func changeOnce(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = part(of: bytes)
    switch stream.integer(below: 9) {
    case 0: if let first = place.first { bytes[first] ^= 1 << UInt8(stream.integer(below: 8)) }
    case 1: if let first = place.first { bytes[first] = UInt8(stream.integer(below: 256)) }
    case 2: for index in place.prefix(8) { bytes[index] = stream.integer(below: 2) == 0 ? 0xff : 0 }
    case 3: bytes.removeSubrange(place)
    case 4: bytes.insert(contentsOf: bytes[place], at: place.lowerBound)
    case 5: bytes.replaceSubrange(place, with: other[part(of: other)])
    case 6: replaceNumber(in: &bytes, near: place.lowerBound)
    case 7: bytes.insert(contentsOf: pick(Self.marks).utf8, at: place.lowerBound)
    default: bytes.removeSubrange(place.lowerBound...)
    }
  }

  /// A number of digits becomes another one.
  private mutating func replaceNumber(in bytes: inout [UInt8], near start: Int) {
    func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
    guard let first = bytes[start...].firstIndex(where: isDigit) else { return }
    let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.endIndex
    bytes.replaceSubrange(first..<end, with: pick(Self.numbers).utf8)
  }

  private mutating func pick(_ texts: [String]) -> String { texts[stream.integer(below: texts.count)] }

  /// A part, short more often than long; empty at the end of nothing.
  private mutating func part(of bytes: [UInt8]) -> Range<Int> {
    guard !bytes.isEmpty else { return 0..<0 }
    let start = stream.integer(below: bytes.count)
    let length = 1 + stream.integer(below: 1 + stream.integer(below: bytes.count - start))
    return start..<(start + length)
  }
}
