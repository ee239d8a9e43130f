import Foundation

extension SafetensorsFile {
  /// The most bytes that are read as a file: more than any network of the engine's has.
  static let largestFileBytes = 1 << 34

  /// Reads a file.
  ///
  /// - Throws: `SafetensorsError` for whatever is not a well-formed file of 32-bit floats.
  /// - Complexity: O(bytes).
  public init(contentsOf path: String) throws(SafetensorsError) {
    let bytes: Data
    do {
      let url = URL(fileURLWithPath: path)
      let values = try url.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey])
      guard values.isRegularFile == true else {
        throw SafetensorsError.inaccessible(path: path, reason: "not a file; give the path of a file")
      }
      guard let size = values.fileSize, size <= Self.largestFileBytes else {
        throw SafetensorsError.inaccessible(
          path: path, reason: "larger than \(Self.largestFileBytes) bytes; this is no network's weights")
      }
      bytes = try Data(contentsOf: url)
    } catch let error as SafetensorsError {
      throw error
    } catch {
      throw .inaccessible(path: path, reason: "cannot be read: \(SafetensorsError.reason(behind: error))")
    }
    try self.init(bytes: bytes)
  }

  /// Reads the bytes of a file. Nothing in them is trusted: lengths, types, shapes and places are checked before use.
  ///
  /// - Throws: `SafetensorsError`.
  /// - Complexity: O(bytes).
  public init(bytes: Data) throws(SafetensorsError) {
    let bytes = Data(bytes)
    guard bytes.count >= 8 else { throw .truncated(expected: 8, found: bytes.count) }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length >= 2, length <= UInt64(Self.largestHeaderBytes) else { throw .headerLength(length) }
    let dataStart = 8 + Int(length)
    guard bytes.count >= dataStart else { throw .truncated(expected: dataStart, found: bytes.count) }
    let header = bytes[8..<dataStart]
    guard header.first == UInt8(ascii: "{") else { throw .header("expected a JSON object") }
    let object: [String: Header.Value]
    do {
      object = try JSONDecoder().decode([String: Header.Value].self, from: Data(header))
    } catch {
      throw .header("expected a JSON object of tensors, each with dtype, shape and data_offsets")
    }
    try self.init(header: object, data: bytes[dataStart...])
  }

  private init(header: [String: Header.Value], data: Data) throws(SafetensorsError) {
    var metadata: [String: String] = [:]
    var entries: [(name: String, entry: Header.Entry, offset: Int, count: Int)] = []
    for (name, value) in header {
      switch value {
      case .texts(let texts):
        guard name == Self.metadataKey else {
          throw .entry(name: name, problem: "expected dtype, shape and data_offsets")
        }
        metadata = texts
      case .entry(let entry):
        guard name != Self.metadataKey else { throw .header("expected texts in \(name)") }
        let count = try Self.check(entry, name: name)
        entries.append((name, entry, entry.data_offsets[0], count))
      }
    }
    // Tensors without values share their place with a neighbour and come before it.
    entries.sort { ($0.offset, $0.count, $0.name) < ($1.offset, $1.count, $1.name) }
    var end = 0
    var tensors: [NamedTensor] = []
    for (name, entry, offset, count) in entries {
      guard offset == end else {
        throw .entry(
          name: name, problem: "expected its values to start at byte \(end) of the data, got \(offset)")
      }
      // No overflow: `check` has found the end as an integer.
      end = offset + 4 * count
      guard end <= data.count else { throw .coverage(expected: end, found: data.count) }
      let start = data.startIndex + offset
      let values = data[start..<(start + 4 * count)].withUnsafeBytes { raw in
        (0..<count).map { index in
          Float(
            bitPattern: UInt32(
              littleEndian: raw.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
        }
      }
      tensors.append(NamedTensor(name: name, shape: entry.shape, values: values))
    }
    guard end == data.count else { throw .coverage(expected: end, found: data.count) }
    try self.init(tensors: tensors, metadata: metadata)
  }

  /// Checks an entry by itself.
  ///
  /// - Returns: the number of values.
  private static func check(_ entry: Header.Entry, name: String) throws(SafetensorsError) -> Int {
    guard entry.dtype == "F32" else { throw .dataType(name: name, found: entry.dtype) }
    guard let count = count(of: entry.shape) else {
      throw .entry(name: name, problem: "expected a shape of sides from 0 on, got \(entry.shape)")
    }
    let offsets = entry.data_offsets
    guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0] else {
      throw .entry(name: name, problem: "expected data_offsets of a begin and an end, got \(offsets)")
    }
    let (bytes, overflows) = count.multipliedReportingOverflow(by: 4)
    guard !overflows, offsets[1] - offsets[0] == bytes else {
      throw .entry(
        name: name,
        problem: "expected 4 bytes for each value of the shape \(entry.shape), got \(offsets[1] - offsets[0])"
      )
    }
    return count
  }

  /// The header's JSON.
  private enum Header {
    /// What stands behind a name: a tensor's place, or the metadata.
    enum Value: Decodable {
      case texts([String: String])
      case entry(Entry)

      init(from decoder: any Decoder) throws {
        if let entry = try? Entry(from: decoder) {
          self = .entry(entry)
        } else {
          self = .texts(try [String: String](from: decoder))
        }
      }
    }

    struct Entry: Decodable {
      var dtype: String
      var shape: [Int]
      // swift-format-ignore: AlwaysUseLowerCamelCase
      var data_offsets: [Int]
    }
  }
}
