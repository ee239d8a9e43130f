extension RandomStream: Hashable {
  /// Whether two streams go on alike.
  public static func == (first: RandomStream, second: RandomStream) -> Bool { first.words == second.words }

  /// Feeds where the stream is.
  public func hash(into hasher: inout Hasher) { hasher.combine(words) }
}

/// Where a stream is, as 64 hexadecimal digits: the four words of the generator's state.
extension RandomStream: Codable {
  /// Reads where a stream was, to go on from there.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    let digits = Array(text.utf8)
    let words = stride(from: 0, to: digits.count, by: 16).compactMap {
      UInt64(String(decoding: digits[$0..<min($0 + 16, digits.count)], as: UTF8.self), radix: 16)
    }
    guard digits.count == 64, words.count == 4, words.contains(where: { $0 != 0 }) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected the state of a random stream: 64 hexadecimal digits, not all 0"))
    }
    self.init(words: words)
  }

  /// Writes where the stream is.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    let texts = words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    try container.encode(texts.joined())
  }
}
