import CZlib

/// Unpacks deflated bytes with zlib, never beyond a limit.
enum Inflation {
  /// What stands around the deflated bytes.
  enum Framing {
    /// One or more gzip members, with checksums that zlib compares.
    case gzip
    /// Nothing, as inside a ZIP archive.
    case raw
  }

  /// Why bytes cannot be unpacked.
  enum Failure: Error {
    /// The packed bytes end too early.
    case truncated
    /// The packed bytes are not what deflate writes, as zlib found at an offset.
    case damaged(offset: Int)
    /// The content is longer than the limit.
    case tooLarge
  }

  /// The content of packed bytes.
  ///
  /// - Parameters:
  ///   - packed: all of them; trailing zeros of a gzip file are padding, anything else behind the end is an error.
  ///   - framing: what stands around them.
  ///   - limit: the most bytes that the content may have.
  /// - Complexity: O(*content*).
  static func inflate(
    _ packed: ArraySlice<UInt8>, framing: Framing, limit: Int
  ) throws(Failure) -> [UInt8] {
    // zlib remembers where its state lies, so it must not move.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let windowBits: Int32 = framing == .gzip ? 15 + 16 : -15
    guard
      inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .tooLarge }
    defer { inflateEnd(stream) }
    return try packed.withUnsafeBufferPointer { (packed) throws(Failure) in
      try inflate(packed, into: stream, framing: framing, limit: limit)
    }
  }

  private static func inflate(
    _ packed: UnsafeBufferPointer<UInt8>, into stream: UnsafeMutablePointer<z_stream>, framing: Framing,
    limit: Int
  ) throws(Failure) -> [UInt8] {
    var content: [UInt8] = []
    var position = 0
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 18)
    defer { chunk.deallocate() }
    while true {
      let offered = min(packed.count - position, 1 << 30)
      // zlib only reads from what next_in points to.
      stream.pointee.next_in = packed.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
      stream.pointee.avail_in = UInt32(offered)
      stream.pointee.next_out = chunk.baseAddress
      stream.pointee.avail_out = UInt32(chunk.count)
      let status = CZlib.inflate(stream, Z_NO_FLUSH)
      position += offered - Int(stream.pointee.avail_in)
      let produced = chunk.count - Int(stream.pointee.avail_out)
      guard produced <= limit - content.count else { throw .tooLarge }
      content.append(contentsOf: chunk[..<produced])
      switch status {
      case Z_OK: continue
      case Z_STREAM_END:
        let rest = packed[position...]
        if rest.isEmpty { return content }
        if framing == .gzip, rest.allSatisfy({ $0 == 0 }) { return content }
        guard framing == .gzip, rest.starts(with: [0x1f, 0x8b]), inflateReset(stream) == Z_OK else {
          throw .damaged(offset: position)
        }
      case Z_BUF_ERROR:
        // No progress is possible: all input is used and the stream is not at its end.
        throw .truncated
      default:
        throw .damaged(offset: position)
      }
    }
  }
}
