import Glibc

/// Reads the kernel's small text files about processes into one buffer that it keeps.
final class ProcessFile {
  private var buffer = [UInt8](repeating: 0, count: 4096)

  /// Hands a file's bytes to a closure; nil if it cannot be read, as when the process has ended.
  func read<Result>(_ path: String, _ body: (ArraySlice<UInt8>) -> Result) -> Result? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var count = 0
    while true {
      let free = buffer.count - count
      let got = buffer.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), free)
      }
      guard got >= 0 else { return nil }
      count += got
      if got == 0 { return body(buffer[..<count]) }
      if count == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
    }
  }

  /// The whole numbers in a file of numbers set apart by spaces.
  func numbers(_ path: String) -> [Int32] {
    read(path) { bytes in bytes.split(separator: UInt8(ascii: " ")).compactMap { Int32(digits: $0) } } ?? []
  }
}

extension FixedWidthInteger {
  /// A number of decimal digits; nil for anything else.
  init?(digits: ArraySlice<UInt8>) {
    self.init(String(decoding: digits, as: UTF8.self))
  }
}
