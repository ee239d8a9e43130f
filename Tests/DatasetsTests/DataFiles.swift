import CZlib
import Datasets
import Foundation

/// The error that loading gives, as its text; or how many samples were loaded.
func outcome(_ load: () throws -> Dataset) -> String {
  do { return "loaded \(try load().count)" } catch { return "\(error)" }
}

extension URL {
  /// Writes a file into this folder and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = appendingPathComponent(name)
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Writes a text file into this folder and returns its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }
}

/// The bytes of an NPY file of version 1 to 3; the header is padded as `numpy.lib.format.write_array` does.
func npyBytes(
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

/// The bytes of numbers, the least byte first or the greatest.
func bytes<Number: FixedWidthInteger>(_ numbers: [Number], isBigEndian: Bool = false) -> [UInt8] {
  numbers.flatMap { number in
    withUnsafeBytes(of: isBigEndian ? number.bigEndian : number.littleEndian) { Array($0) }
  }
}

/// The bytes of an IDX file.
func idxBytes(_ type: UInt8, _ shape: [Int], _ content: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)] + bytes(shape.map { UInt32($0) }, isBigEndian: true) + content
}

/// A gzip file of the bytes, by zlib.
func gzipped(_ content: [UInt8]) -> [UInt8] {
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
