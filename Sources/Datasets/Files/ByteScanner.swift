/// Takes numbers and marks from bytes, one after another, and never past their end.
struct ByteScanner {
  /// The file, for errors.
  let name: String
  private let bytes: ArraySlice<UInt8>
  /// The offset of the next byte.
  private(set) var offset: Int

  init(_ bytes: ArraySlice<UInt8>, name: String) {
    self.name = name
    self.bytes = bytes
    offset = bytes.startIndex
  }

  /// The bytes that are left.
  var rest: ArraySlice<UInt8> { bytes[offset...] }

  /// The next so many bytes.
  ///
  /// - Throws: `DatasetError.damaged` when there are not so many left.
  mutating func take(_ count: Int, _ what: String) throws(DatasetError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - offset else {
      throw .damaged(file: name, offset: bytes.endIndex, problem: "the file ends within \(what)")
    }
    defer { offset += count }
    return bytes[offset..<(offset + count)]
  }

  /// The next so many bytes, up to 8, as a number, the least byte first.
  mutating func littleEndian(_ count: Int, _ what: String) throws(DatasetError) -> Int {
    try integer(take(count, what).reversed(), what)
  }

  /// The next so many bytes, up to 8, as a number, the greatest byte first.
  mutating func bigEndian(_ count: Int, _ what: String) throws(DatasetError) -> Int {
    try integer(Array(take(count, what)), what)
  }

  private func integer(_ digits: [UInt8], _ what: String) throws(DatasetError) -> Int {
    guard let number = Int(exactly: digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) else {
      throw .damaged(file: name, offset: offset, problem: "the number of \(what) is too large")
    }
    return number
  }

  /// An error at the next byte.
  func damaged(_ problem: String) -> DatasetError { .damaged(file: name, offset: offset, problem: problem) }
}
