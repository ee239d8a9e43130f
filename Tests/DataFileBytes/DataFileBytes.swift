import CZlib

// Well-formed files of the formats that are read.

/// The bytes of numbers, the least byte first or the greatest.
public func bytes<Number: FixedWidthInteger>(_ numbers: [Number], isBigEndian: Bool = false) -> [UInt8] {
  numbers.flatMap { number in
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
  }
}

/// The bytes of an NPY file of version 1 to 3; the header is padded as `numpy.lib.format.write_array` does.
public func npyBytes(
  _ descr: String, _ shape: [Int], _ content: [UInt8], isFortranOrder: Bool = false, version: UInt8 = 1
) -> [UInt8] {
  let sizes = shape.map { "\($0)," }.joined(separator: " ")
  let tuple = shape.count == 1 ? "(\(sizes))" : "(\(sizes.dropLast()))"
  let order = isFortranOrder ? "True" : "False"
  var header = "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': \(tuple), }"
  let prefix = version == 1 ? 10 : 12
  while (prefix + header.utf8.count + 1) % 64 != 0 { header += " " }
  header += "\n"
  let length = UInt32(header.utf8.count)
  let lengthBytes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(header.utf8) + content
}

/// The bytes of an IDX file.
public func idxBytes(_ type: UInt8, _ shape: [Int], _ content: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)] + bytes(shape.map { UInt32($0) }, isBigEndian: true) + content
}

/// A ZIP archive of stored members.
public func zipBytes(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
  var archive: [UInt8] = []
  var directory: [UInt8] = []
  for (name, content) in members {
    let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, z_size_t($0.count)) }
    let sizes = bytes([UInt32(checksum), UInt32(content.count), UInt32(content.count)])
    let common = [20, 0, 0, 0, 0, 0, 0, 0, 0, 0] + sizes + bytes([UInt16(name.utf8.count), 0])
    let offset = bytes([UInt32(archive.count)])
    archive += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + content
    directory +=
      [0x50, 0x4b, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10) + offset + Array(name.utf8)
  }
  let count = UInt16(members.count)
  return archive + directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + bytes([count, count])
    + bytes([UInt32(directory.count), UInt32(archive.count)]) + [0, 0]
}

/// A gzip file of the bytes.
public func gzipped(_ content: [UInt8]) -> [UInt8] {
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  stream.initialize(to: z_stream())
  defer { stream.deallocate() }
  deflateInit2_(
    stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(stream) }
  var packed = [UInt8](repeating: 0, count: Int(deflateBound(stream, UInt(content.count))))
  var content = content
  content.withUnsafeMutableBufferPointer { input in
    packed.withUnsafeMutableBufferPointer { output in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      stream.pointee.next_out = output.baseAddress
      stream.pointee.avail_out = UInt32(output.count)
      deflate(stream, Z_FINISH)
    }
  }
  return Array(packed[..<Int(stream.pointee.total_out)])
}
