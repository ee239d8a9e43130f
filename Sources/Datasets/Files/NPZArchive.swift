import CZlib

/// Reads NPZ files: ZIP archives of NPY files, stored or deflated.
///
/// The central directory at the end says where each member lies (PKWARE, "APPNOTE.TXT – .ZIP File Format
/// Specification"). Archives beyond 4 GiB and encrypted members are refused.
struct NPZArchive {
  private let path: String
  private let bytes: [UInt8]
  private var members: [Member] = []

  private struct Member {
    var name: String
    var method: Int
    var isEncrypted: Bool
    var checksum: Int
    var packedSize: Int
    var size: Int
    var headerOffset: Int
  }

  /// Reads an archive's directory.
  ///
  /// - Throws: `DatasetError.damaged`, or what reading a file throws.
  init(_ path: String) throws(DatasetError) {
    self.path = path
    bytes = try FileContent.read(path)
    var end = try endOfDirectory()
    _ = try end.take(10, "the end of the directory")
    let count = try end.littleEndian(2, "the end of the directory")
    let size = try end.littleEndian(4, "the end of the directory")
    let offset = try end.littleEndian(4, "the end of the directory")
    guard count != 0xffff, offset != 0xffff_ffff else {
      throw end.damaged("archives beyond 4 GiB cannot be read; save the arrays as NPY files")
    }
    guard offset <= bytes.count, size <= bytes.count - offset else {
      throw end.damaged("the directory would lie outside the file")
    }
    var directory = ByteScanner(bytes[offset..<(offset + size)], name: path)
    for _ in 0..<count { members.append(try Self.member(&directory)) }
  }

  /// The names of the arrays, in the order of the directory.
  var names: [String] {
    members.map { $0.name.hasSuffix(".npy") ? String($0.name.dropLast(4)) : $0.name }
  }

  /// The array of a name, which the key of a configuration says.
  ///
  /// - Throws: `DatasetError.damaged`, `.unexpectedShape` where there is no such array, or `.tooLarge`.
  /// - Complexity: O(*content*).
  func array(named name: String, key: String) throws(DatasetError) -> NumericArray {
    guard let index = names.firstIndex(of: name) else {
      let known = names.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
      throw .unexpectedShape(
        file: path,
        problem: "no array is called '\(name)'; there are \(known.isEmpty ? "none" : known); "
          + "say which with the key \(key)")
    }
    return try NPYFile.array(content(of: members[index])[...], name: "\(path)[\(name)]")
  }

  private func content(of member: Member) throws(DatasetError) -> [UInt8] {
    var scanner = ByteScanner(bytes[...], name: path)
    _ = try scanner.take(member.headerOffset, "the members")
    guard scanner.rest.starts(with: [0x50, 0x4b, 3, 4]) else {
      throw scanner.damaged("expected the header of '\(member.name)'")
    }
    _ = try scanner.take(26, "a member's header")
    let nameLength = try scanner.littleEndian(2, "a member's header")
    let extraLength = try scanner.littleEndian(2, "a member's header")
    _ = try scanner.take(nameLength + extraLength, "a member's header")
    guard !member.isEncrypted else { throw scanner.damaged("'\(member.name)' is encrypted") }
    let packed = try scanner.take(member.packedSize, "'\(member.name)'")
    try MemoryBound.check(bytes: member.size, name: path)
    let content: [UInt8]
    switch member.method {
    case 0: content = Array(packed)
    case 8:
      do {
        content = try Inflation.inflate(packed, framing: .raw, limit: member.size)
      } catch {
        throw .damaged(file: path, offset: packed.startIndex, problem: "'\(member.name)' cannot be inflated")
      }
    default: throw scanner.damaged("'\(member.name)' is packed by a method other than deflate")
    }
    let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, z_size_t($0.count)) }
    guard content.count == member.size, Int(checksum) == member.checksum else {
      throw .damaged(
        file: path, offset: packed.startIndex, problem: "'\(member.name)' does not have its checksum")
    }
    return content
  }

  /// A scanner at the mark of the directory's end, which stands before a comment of at most 65,535 bytes.
  private func endOfDirectory() throws(DatasetError) -> ByteScanner {
    var scanner = ByteScanner(bytes[...], name: path)
    guard bytes.starts(with: [0x50, 0x4b]) else {
      throw scanner.damaged("expected an NPZ file, which is a ZIP archive and begins with PK")
    }
    var offset = bytes.count - 22
    while offset >= max(0, bytes.count - 22 - 0xffff) {
      if bytes[offset...].starts(with: [0x50, 0x4b, 5, 6]) {
        _ = try scanner.take(offset, "the archive")
        return scanner
      }
      offset -= 1
    }
    throw .damaged(file: path, offset: bytes.count, problem: "the archive's directory is missing")
  }

  private static func member(_ scanner: inout ByteScanner) throws(DatasetError) -> Member {
    let what = "the directory"
    guard scanner.rest.starts(with: [0x50, 0x4b, 1, 2]) else {
      throw scanner.damaged("expected an entry of the archive's directory")
    }
    _ = try scanner.take(8, what)
    let flags = try scanner.littleEndian(2, what)
    let method = try scanner.littleEndian(2, what)
    _ = try scanner.take(4, what)
    let checksum = try scanner.littleEndian(4, what)
    let packedSize = try scanner.littleEndian(4, what)
    let size = try scanner.littleEndian(4, what)
    let nameLength = try scanner.littleEndian(2, what)
    let extraLength = try scanner.littleEndian(2, what)
    let commentLength = try scanner.littleEndian(2, what)
    _ = try scanner.take(8, what)
    let headerOffset = try scanner.littleEndian(4, what)
    let name = String(decoding: try scanner.take(nameLength, what), as: UTF8.self)
    _ = try scanner.take(extraLength + commentLength, what)
    guard packedSize != 0xffff_ffff, size != 0xffff_ffff, headerOffset != 0xffff_ffff else {
      throw scanner.damaged("archives beyond 4 GiB cannot be read; save the arrays as NPY files")
    }
    return Member(
      name: name, method: method, isEncrypted: flags & 1 == 1, checksum: checksum, packedSize: packedSize,
      size: size, headerOffset: headerOffset)
  }
}
