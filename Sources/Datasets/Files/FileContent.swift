import Foundation

/// Reads whole files, unpacked where they are gzip files whatever they are called.
enum FileContent {
  /// The content of a file.
  ///
  /// - Throws: `DatasetError.missingFile`, `.unreadable`, `.tooLarge`, or `.damaged` for a broken gzip file.
  /// - Complexity: O(*content*).
  static func read(_ path: String) throws(DatasetError) -> [UInt8] {
    let bytes = try readAsItIs(path)
    guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
    let limit = MemoryBound.bytes
    let content: [UInt8]
    do {
      content = try Inflation.inflate(bytes[...], framing: .gzip, limit: limit)
    } catch .truncated {
      throw .damaged(file: path, offset: bytes.count, problem: "the gzip file is cut off")
    } catch .damaged(let offset) {
      throw .damaged(file: path, offset: offset, problem: "the gzip file is damaged")
    } catch {
      throw .tooLarge(name: path, neededBytes: nil, limitBytes: limit)
    }
    guard !content.starts(with: [0x1f, 0x8b]) else {
      throw .damaged(
        file: path, offset: 0, problem: "a gzip file that holds another gzip file; unpack it once with gunzip"
      )
    }
    return content
  }

  private static func readAsItIs(_ path: String) throws(DatasetError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe waits for somebody to write into it.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missingFile(path: path) }
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "not a file; a folder, a pipe or a device cannot be read as data")
    }
    let size = Int(status.st_size)
    try MemoryBound.check(bytes: size, name: path)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let received = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if received < 0 && errno == EINTR { continue }
        if received < 0 { failure = errno }
        guard received > 0 else { return }
        count += received
      }
    }
    guard failure == 0 else { throw .unreadable(path: path, reason: String(cString: strerror(failure))) }
    guard bytes.count == size else {
      throw .unreadable(path: path, reason: "it became shorter while it was read")
    }
    return bytes
  }
}
