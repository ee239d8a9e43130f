/// Reads NPY files, NumPy's format of one array, versions 1 to 3.
///
/// A magic text, a version, the length of the header, the header as a Python dictionary, then the elements
/// (NumPy's `numpy.lib.format`).
enum NPYFile {
  /// The array of a file.
  static func read(_ path: String) throws(DatasetError) -> NumericArray {
    try array(FileContent.read(path)[...], name: path)
  }

  /// The array of a file's bytes.
  static func array(_ bytes: ArraySlice<UInt8>, name: String) throws(DatasetError) -> NumericArray {
    var scanner = ByteScanner(bytes, name: name)
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw scanner.damaged("expected an NPY file, which begins with \\x93NUMPY")
    }
    _ = try scanner.take(6, "the magic number")
    let version = try scanner.littleEndian(1, "the version")
    guard (1...3).contains(version) else {
      throw scanner.damaged("expected an NPY file of version 1, 2 or 3, got \(version)")
    }
    _ = try scanner.take(1, "the version")
    let length = try scanner.littleEndian(version == 1 ? 2 : 4, "the header's length")
    let start = scanner.offset
    var header = NPYHeader(try scanner.take(length, "the header"))
    do {
      try header.parse()
    } catch {
      throw .damaged(file: name, offset: start + error.position, problem: error.problem)
    }
    guard let element = header.element, let isFortranOrder = header.isFortranOrder, let shape = header.shape
    else {
      throw .damaged(
        file: name, offset: start, problem: "the header must say descr, fortran_order and shape")
    }
    return try NumericArray(
      name: name, shape: shape, element: element, isFortranOrder: isFortranOrder, content: scanner.rest)
  }
}

/// The header of an NPY file: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
private struct NPYHeader {
  private(set) var element: NumericArray.ElementType?
  private(set) var isFortranOrder: Bool?
  private(set) var shape: [Int]?
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// What is wrong with a header, and at which of its bytes.
  struct Failure: Error {
    var position: Int
    var problem: String
  }

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  mutating func parse() throws(Failure) {
    try expect("{")
    while !accept("}") {
      let key = try text()
      try expect(":")
      switch key {
      case "descr": element = try elementType()
      case "fortran_order": isFortranOrder = try boolean()
      case "shape": shape = try sizes()
      default: throw failure("'\(key.prefix(24))' is no key of an NPY header")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard position == bytes.endIndex else { throw failure("the header goes on behind its end") }
  }

  private mutating func elementType() throws(Failure) -> NumericArray.ElementType {
    skipBlanks()
    if position < bytes.endIndex, bytes[position] == UInt8(ascii: "[") {
      throw failure("records of several fields cannot be read; save one plain array")
    }
    let start = position
    let text = try text()
    let expected = "expected numbers of type f4, f8, i1 to i8, u1 to u8 or bool, got '\(text.prefix(24))'"
    var rest = Substring(text)
    var isBigEndian = false
    if let order = rest.first, "<>=|".contains(order) {
      isBigEndian = order == ">"
      rest.removeFirst()
    }
    let kinds: [Character: NumericArray.ElementType.Kind] = [
      "f": .float, "i": .signed, "u": .unsigned, "b": .boolean,
    ]
    let sizes: [NumericArray.ElementType.Kind: [Int]] = [
      .float: [4, 8], .signed: [1, 2, 4, 8], .unsigned: [1, 2, 4, 8], .boolean: [1],
    ]
    guard let kind = rest.first.flatMap({ kinds[$0] }), let size = Int(rest.dropFirst()),
      sizes[kind]?.contains(size) == true
    else { throw Failure(position: start - bytes.startIndex, problem: expected) }
    return NumericArray.ElementType(kind: kind, byteCount: size, isBigEndian: isBigEndian)
  }

  private mutating func boolean() throws(Failure) -> Bool {
    skipBlanks()
    for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure("expected True or False")
  }

  private mutating func sizes() throws(Failure) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !accept(")") {
      skipBlanks()
      let digits = bytes[position...].prefix { $0 &- UInt8(ascii: "0") <= 9 }
      guard let size = Int(String(decoding: digits, as: UTF8.self)) else {
        throw failure("expected the size of an axis")
      }
      position = digits.endIndex
      sizes.append(size)
      guard sizes.count <= 32 else { throw failure("an array of more than 32 axes") }
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func text() throws(Failure) -> String {
    skipBlanks()
    guard position < bytes.endIndex, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position]) else {
      throw failure("expected a quoted text")
    }
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: bytes[position]) else {
      throw failure("a quoted text has no end")
    }
    position = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func accept(_ mark: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: mark) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ mark: Unicode.Scalar) throws(Failure) {
    guard accept(mark) else { throw failure("expected '\(mark)'") }
  }

  private mutating func skipBlanks() {
    while position < bytes.endIndex,
      [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position])
    { position += 1 }
  }

  private func failure(_ problem: String) -> Failure {
    Failure(position: position - bytes.startIndex, problem: "in the header, \(problem)")
  }
}
