import Foundation
import NeuralNetworks
import Testing

/// A header that no file may have, with what is behind it.
struct HostileHeader: CustomTestStringConvertible {
  let header: String
  let dataBytes: Int

  /// The header's beginning: a log is to be read.
  var testDescription: String {
    header.utf8.count > 120 ? "\(header.prefix(60))… of \(header.utf8.count) bytes" : header
  }
}

@Suite("Safetensors")
struct SafetensorsTests {
  private let tensors = [
    NamedTensor(name: "b", shape: [2, 3], values: [1, -2, 3.5, .infinity, 1e-40, -0.0]),
    NamedTensor(name: "a", shape: [], values: [7]),
    NamedTensor(name: "nothing \"ä\" \n", shape: [0, 4], values: []),
  ]

  @Test("A file that was written is read back to the bit")
  func roundTrip() throws {
    let file = try SafetensorsFile(tensors: tensors, metadata: ["by": "a \"test\"", "x": "ü"])
    let path = NSTemporaryDirectory() + "wattle-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try file.write(to: path)
    let read = try SafetensorsFile(contentsOf: path)
    #expect(Set(read.tensors) == Set(file.tensors))
    #expect(read.metadata == file.metadata)
    #expect(try read.bytes().count == file.bytes().count)
    #expect(read["b"]?.values[4].bitPattern == Float(1e-40).bitPattern)
    #expect(try (8 + Int(file.bytes()[0]) + 256 * Int(file.bytes()[1])) % 8 == 0)
  }

  @Test("A file of the safetensors package is read")
  func fromPython() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.path("from-python.safetensors"))
    #expect(file.tensors.count == 4)
    #expect(
      file["layers.0.weight"]
        == NamedTensor(name: "layers.0.weight", shape: [2, 3], values: [0, 0.25, 0.5, 0.75, 1, 1.25]))
    #expect(file["layers.0.bias"]?.values == [-1, 0, 1e-40])
    #expect(file["scalar"] == NamedTensor(name: "scalar", shape: [], values: [7.5]))
    #expect(file["empty"]?.shape == [0, 3])
    #expect(file.metadata == ["made by": "safetensors\nin ä test"])
  }

  private func file(_ header: String, dataBytes: Int, length: UInt64? = nil) -> Data {
    var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    bytes.append(Data(header.utf8))
    bytes.append(Data(count: dataBytes))
    return bytes
  }

  private func refusal(_ bytes: Data) -> SafetensorsError? {
    do {
      _ = try SafetensorsFile(bytes: bytes)
      return nil
    } catch { return error }
  }

  @Test(
    "A hostile header is an error, never a crash",
    arguments: [
      ("[]", 0), ("{", 0), ("{} x", 0), (#"{"a":1}"#, 0), (#"{"a":{"dtype":"F32"}}"#, 0),
      (#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[2305843009213693951],"data_offsets":[0,9223372036854775804]}}"#, 4),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
        12
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        4
      ),
      (#"{"__metadata__":{"a":1}}"#, 0), (#"{"__metadata__":"x"}"#, 0),
      (#"{"__metadata__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
      (#"{"x":{"a":"b"}}"#, 0), (String(repeating: #"{"a":"#, count: 100_000), 0),
    ].map(HostileHeader.init))
  func hostile(_ hostile: HostileHeader) {
    #expect(refusal(file(hostile.header, dataBytes: hostile.dataBytes)) != nil)
  }

  @Test("A wrong length of the header is an error")
  func lengths() {
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    #expect(refusal(file(header, dataBytes: 4)) == nil)
    for length in [0, 1, UInt64(header.utf8.count) - 1, 1 << 20, 1 << 40, .max] {
      #expect(refusal(file(header, dataBytes: 4, length: length)) != nil, "\(length)")
    }
    #expect(refusal(Data()) == .truncated(expected: 8, found: 0))
  }

  @Test("A file cut off anywhere is an error")
  func truncation() throws {
    let bytes = try SafetensorsFile(tensors: tensors).bytes()
    for count in 0..<bytes.count { #expect(refusal(bytes.prefix(count)) != nil) }
    // A slice does not start at index 0.
    #expect(try SafetensorsFile(bytes: (Data([1, 2, 3]) + bytes).dropFirst(3)).tensors.count == 3)
  }

  @Test("A file with a byte changed is an error or tensors of the right size")
  func damage() throws {
    let bytes = try SafetensorsFile(tensors: tensors, metadata: ["a": "b"]).bytes()
    for index in 0..<(bytes.count - 28) {
      for value: UInt8 in [0, 0x22, 0x2d, 0x39, 0x7b, 0xff] {
        var damaged = bytes
        damaged[index] = value
        guard let file = try? SafetensorsFile(bytes: damaged) else { continue }
        #expect(file.tensors.allSatisfy { $0.values.count == $0.shape.reduce(1, *) })
      }
    }
  }

  @Test("Tensors that cannot be written are refused, and so are files that are none")
  func refused() {
    func refusal(_ tensors: [NamedTensor]) -> SafetensorsError? {
      do {
        _ = try SafetensorsFile(tensors: tensors)
        return nil
      } catch { return error }
    }
    let one = NamedTensor(name: "a", shape: [1], values: [1])
    #expect(refusal([one, one]) == .nameTaken("a"))
    #expect(
      refusal([NamedTensor(name: "__metadata__", shape: [], values: [1])]) == .nameTaken("__metadata__"))
    #expect(
      refusal([NamedTensor(name: "a", shape: [2], values: [1])])
        == .shape(name: "a", shape: [2], values: 1))
    for path in ["/nonexistent", "/", "/dev/zero"] {
      #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: path) }
    }
    #expect(throws: SafetensorsError.self) { try SafetensorsFile(tensors: [one]).write(to: "/nonexistent/x") }
  }

  @Test("A network's parameters pass through a file")
  func network() throws {
    let architecture = Architecture(
      sampleShape: [2, 3],
      layers: [.dense(units: 4), .activation(.relu), .dropout(rate: 0.1), .dense(units: 1)])
    var network = try Network(
      architecture, maximumBatchSize: 1, loss: .meanSquaredError, seed: 1, trial: 1)
    network.targetScale = TargetScale(mean: 0.1, deviation: 3)
    let file = try SafetensorsFile(network)
    #expect(
      file.tensors.map(\.name) == ["layers.0.weight", "layers.0.bias", "layers.3.weight", "layers.3.bias"])
    #expect(file.tensors.map(\.shape) == [[6, 4], [4], [4, 1], [1]])
    #expect(file.metadata == ["target_mean": "0.1", "target_deviation": "3.0"])
    network.classNames = ["a", "\"b\""]
    #expect(try SafetensorsFile(network).metadata["class_names"] == #"["a","\"b\""]"#)
    var other = try Network(architecture, maximumBatchSize: 1, loss: .meanSquaredError, seed: 2, trial: 1)
    let read = try SafetensorsFile(bytes: file.bytes())
    try other.setTensors(read.tensors.reversed())
    let (expected, found) = (network.parameters, other.parameters)
    #expect(expected == found)

    func refusal(_ tensors: [NamedTensor]) -> WeightsError? {
      do {
        try other.setTensors(tensors)
        return nil
      } catch { return error }
    }
    #expect(refusal(Array(file.tensors.dropLast())) == .missing(name: "layers.3.bias"))
    #expect(
      refusal(file.tensors + [NamedTensor(name: "x", shape: [], values: [1])]) == .unknown(name: "x"))
    var wrong = file.tensors
    wrong[0].shape = [4, 6]
    #expect(refusal(wrong) == .shape(name: "layers.0.weight", expected: [6, 4], found: [4, 6]))
  }
}
