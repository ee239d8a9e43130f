/// Reads IDX files, the format of MNIST and its kin, packed by gzip or not.
///
/// Two zero bytes, a type, the number of axes, the size of each axis, then the elements; all numbers big-endian
/// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
enum IDXFile {
  /// The array of a file.
  static func read(_ path: String) throws(DatasetError) -> NumericArray {
    try array(FileContent.read(path), name: path)
  }

  /// The array of a file's bytes.
  static func array(_ bytes: [UInt8], name: String) throws(DatasetError) -> NumericArray {
    var scanner = ByteScanner(bytes[...], name: name)
    guard bytes.starts(with: [0, 0]) else {
      throw scanner.damaged("expected an IDX file, which begins with two zero bytes")
    }
    _ = try scanner.take(2, "the magic number")
    let code = try scanner.bigEndian(1, "the magic number")
    let element: NumericArray.ElementType
    switch code {
    case 0x08: element = .init(kind: .unsigned, byteCount: 1, isBigEndian: true)
    case 0x09: element = .init(kind: .signed, byteCount: 1, isBigEndian: true)
    case 0x0b: element = .init(kind: .signed, byteCount: 2, isBigEndian: true)
    case 0x0c: element = .init(kind: .signed, byteCount: 4, isBigEndian: true)
    case 0x0d: element = .init(kind: .float, byteCount: 4, isBigEndian: true)
    case 0x0e: element = .init(kind: .float, byteCount: 8, isBigEndian: true)
    default: throw .damaged(file: name, offset: 2, problem: "\(code) is no type of an IDX file")
    }
    let axes = try scanner.bigEndian(1, "the magic number")
    var shape: [Int] = []
    for _ in 0..<axes { shape.append(try scanner.bigEndian(4, "the sizes of the axes")) }
    return try NumericArray(
      name: name, shape: shape, element: element, isFortranOrder: false, content: scanner.rest)
  }
}
