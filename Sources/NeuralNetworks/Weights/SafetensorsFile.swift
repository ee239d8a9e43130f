import Foundation

/// Named tensors as a file: the safetensors format of Hugging Face, in 32-bit floats.
///
/// ```swift
/// let file = try SafetensorsFile(tensors: [NamedTensor(name: "bias", shape: [2], values: [1, 2])])
/// try file.write(to: "model.safetensors")
/// let read = try SafetensorsFile(contentsOf: "model.safetensors")
/// read["bias"]?.values  // [1, 2]
/// ```
///
/// The format (<https://huggingface.co/docs/safetensors>): the header's length as 8 bytes, little-endian; the header, a
/// JSON object that gives each tensor its type, shape and place; the values, little-endian, row-major, one tensor behind
/// the other without gaps.
public struct SafetensorsFile: Hashable, Sendable {
  /// The longest header that the format allows.
  public static let largestHeaderBytes = 100_000_000

  /// The tensors in the order in which their values lie in the file.
  public let tensors: [NamedTensor]
  /// Texts about the file, by name; the header's `__metadata__`.
  public let metadata: [String: String]

  static let metadataKey = "__metadata__"

  /// A file of the given tensors.
  ///
  /// - Throws: `SafetensorsError.nameTaken` or `.shape`.
  public init(tensors: [NamedTensor], metadata: [String: String] = [:]) throws(SafetensorsError) {
    var names: Set = [Self.metadataKey]
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else { throw .nameTaken(tensor.name) }
      guard Self.count(of: tensor.shape) == tensor.values.count else {
        throw .shape(name: tensor.name, shape: tensor.shape, values: tensor.values.count)
      }
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensor of a name.
  ///
  /// - Complexity: O(tensors).
  public subscript(name: String) -> NamedTensor? { tensors.first { $0.name == name } }

  /// The number of values of a shape; nil if a side is negative or they are too many to count.
  static func count(of shape: [Int]) -> Int? {
    var count = 1
    for side in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: side)
      guard side >= 0, !overflows else { return nil }
      count = product
    }
    return count
  }

  // MARK: Writing

  /// The file's bytes; the same tensors give the same bytes.
  public func bytes() throws(SafetensorsError) -> Data {
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = try metadata.sorted { $0.key < $1.key }
        .map { (key, value) throws(SafetensorsError) in "\(try Self.json(key)):\(try Self.json(value))" }
      entries.append("\"\(Self.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + 4 * tensor.values.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(try Self.json(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var header = Data("{\(entries.joined(separator: ","))}".utf8)
    // The values start at a multiple of 8 bytes, as the format's own writer has it.
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    guard header.count <= Self.largestHeaderBytes else { throw .headerLength(UInt64(header.count)) }
    var bytes = Data(capacity: 8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(header)
    for tensor in tensors {
      let values = tensor.values.map { $0.bitPattern.littleEndian }
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// Writes the file in one step: a reader finds what was there before, or all of it.
  ///
  /// - Throws: `SafetensorsError.inaccessible`.
  public func write(to path: String) throws(SafetensorsError) {
    let bytes = try bytes()
    do {
      try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw .inaccessible(path: path, reason: "cannot be written: \(SafetensorsError.reason(behind: error))")
    }
  }

  private static func json(_ text: String) throws(SafetensorsError) -> String {
    do {
      return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    } catch {
      throw .header("'\(text)' cannot be written as JSON")
    }
  }
}
