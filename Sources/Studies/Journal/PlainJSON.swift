/// A reader of the JSON that the journal's own encoder writes: a small part of the language, many times as fast as a general
/// decoder, so that a run of ten thousand trials opens in less than a second.
///
/// Whatever is not of that part is nil, and left to the general decoder, which also says what is wrong with it: escapes
/// other than `\/`, `\"` and `\\`, spaces, exponents in whole numbers, unknown members.
struct PlainJSON {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0

  /// What a text means, if it is one whole value.
  static func value<Value>(of text: String, _ read: (inout PlainJSON) -> Value?) -> Value? {
    var text = text
    return text.withUTF8 { bytes in
      var reader = PlainJSON(bytes)
      guard let value = read(&reader), reader.index == bytes.count else { return nil }
      return value
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// An object: `member` is called with each name, and reads the value.
  ///
  /// - Returns: whether it was one, and all members were read.
  mutating func object(_ member: (String, inout PlainJSON) -> Bool) -> Bool {
    guard take("{") else { return false }
    if take("}") { return true }
    // Which of two members of one name counts, the general reader decides.
    var names = DistinctNames()
    repeat {
      guard let name = string(), names.insert(name), take(":"), member(name, &self) else { return false }
    } while take(",")
    return take("}")
  }

  /// An array of texts.
  mutating func strings() -> [String]? {
    guard take("[") else { return nil }
    if take("]") { return [] }
    var strings: [String] = []
    repeat {
      guard let string = string() else { return nil }
      strings.append(string)
    } while take(",")
    return take("]") ? strings : nil
  }

  /// A text.
  mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\"),
      bytes[index] >= 0x20
    { index += 1 }
    let plain = UnsafeBufferPointer(rebasing: bytes[start..<index])
    if take("\"") { return String(decoding: plain, as: UTF8.self) }
    var text = Array(plain)
    while index < bytes.count, bytes[index] >= 0x20 {
      if take("\"") { return String(decoding: text, as: UTF8.self) }
      if take("\\") {
        guard index < bytes.count, Self.escaped.contains(bytes[index]) else { return nil }
      }
      text.append(bytes[index])
      index += 1
    }
    return nil
  }

  /// A finite number; one that is too small to be exact is left to the general reader, which may refuse it.
  mutating func number() -> Double? {
    let start = index
    _ = take("-")
    guard takeWhole() != nil else { return nil }
    if take(".") { guard takeDigits() > 0 else { return nil } }
    if take("e") || take("E") {
      if !take("-") { _ = take("+") }
      guard takeDigits() > 0 else { return nil }
    }
    let text = bytes[start..<index]
    guard let number = Double(String(decoding: text, as: UTF8.self)),
      number.isNormal || text.allSatisfy({ !(UInt8(ascii: "1")...UInt8(ascii: "9") ~= $0) })
    else { return nil }
    return number
  }

  /// A whole number of up to 18 digits.
  mutating func integer() -> Int? {
    let isNegative = take("-")
    guard let digits = takeWhole(), digits.count <= 18,
      index == bytes.count || !Self.marks.contains(bytes[index])
    else { return nil }
    let value = bytes[digits].reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
    return isNegative ? -value : value
  }

  /// The digits before the point; they begin with 0 only where there is no other.
  private mutating func takeWhole() -> Range<Int>? {
    let start = index
    let count = takeDigits()
    guard count == 1 || count > 1 && bytes[start] != UInt8(ascii: "0") else { return nil }
    return start..<index
  }

  private mutating func takeDigits() -> Int {
    let start = index
    while index < bytes.count, Self.digits.contains(bytes[index]) { index += 1 }
    return index - start
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  private static let marks: [UInt8] = Array(".eE".utf8)
  private static let escaped: [UInt8] = Array("/\"\\".utf8)

  /// The names of an object's members. Most objects have a few, for which a set takes longer.
  private struct DistinctNames {
    private static let few = 16
    private var list: [String] = []
    private var set: Set<String> = []

    /// - Returns: whether a name is new.
    mutating func insert(_ name: String) -> Bool {
      if list.count < Self.few {
        guard !list.contains(name) else { return false }
        list.append(name)
        return true
      }
      if set.isEmpty { set = Set(list) }
      return set.insert(name).inserted
    }
  }
}
