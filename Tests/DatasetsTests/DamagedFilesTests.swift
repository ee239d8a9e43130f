import DataFileBytes
import Datasets
import Foundation
import Numerics
import Testing

/// A well-formed file, and how it is read; the other file of a pair stays whole.
private struct Sample: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let content: [UInt8]
  let reference: @Sendable (_ file: String, _ other: String) -> DatasetReference.Source
  /// The other file of a pair: labels.
  var other: [UInt8] = []

  static let all: [Sample] = [
    Sample(
      testDescription: "csv",
      content: Array(
        "a;\"b \"\"c\"\"\";kind\r\n1;-2e3;x\r\n3;4.5;\"y\nz\"\r\n5;6;x\r\n7;8;\"y\nz\"\r\n".utf8),
      reference: { file, _ in .csv(CSVSource(path: file)) }),
    Sample(
      testDescription: "npy",
      content: npyBytes("<f4", [3, 2], bytes([1, 2, 3, 4, 5, 6].map { Float($0).bitPattern })),
      reference: { .npy(NPYSource(path: $0, labels: $1)) }, other: npyBytes("|u1", [3], [0, 1, 0])),
    Sample(
      testDescription: "npz", content: Array(Data(base64Encoded: NumPySourceTests.deflated) ?? Data()),
      reference: { file, _ in .npz(NPZSource(path: file)) }),
    Sample(
      testDescription: "idx", content: idxBytes(0x08, [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]),
      reference: { .idx(IDXSource(path: $0, labels: $1)) }, other: idxBytes(0x08, [3], [0, 1, 0])),
    Sample(
      testDescription: "idx.gz",
      content: gzipped(idxBytes(0x08, [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])),
      reference: { .idx(IDXSource(path: $0, labels: $1)) }, other: idxBytes(0x08, [3], [0, 1, 0])),
    Sample(
      testDescription: "cifar", content: [3] + [UInt8](repeating: 7, count: 3072),
      reference: { file, _ in .cifar(CIFARSource(paths: [file], labels: .cifar10)) }),
  ]
}

@Suite("A damaged file")
struct DamagedFilesTests {
  /// Loads a file made of the bytes; checks that what comes out is a data set or an error in one line.
  ///
  /// - Returns: whether it was a data set.
  private func isLoaded(_ bytes: [UInt8], _ sample: Sample, _ folder: URL, other: String) throws -> Bool {
    let file = try folder.file("damaged", bytes)
    do {
      let data = try DatasetReference(sample.reference(file, other)).load()
      #expect(data.count > 0 && data.features.count == data.count * data.valuesPerSample)
      #expect(data.features.allSatisfy { $0.isFinite } && data.targets.allSatisfy { $0.isFinite })
      #expect(data.labels.allSatisfy { $0 >= 0 && $0 < data.classCount })
      #expect(data.labels.isEmpty != data.targets.isEmpty)
      return true
    } catch {
      #expect(!error.isMissingInput && !"\(error)".contains("\n"))
      return false
    }
  }

  @Test("cut off anywhere gives an error or a valid data set", .timeLimit(.minutes(2)), arguments: Sample.all)
  fileprivate func cut(sample: Sample) throws {
    try withTemporaryDirectory { folder in
      let other = try folder.file("other", sample.other)
      #expect(try isLoaded(sample.content, sample, folder, other: other))
      var loaded = 0
      for length in stride(from: 0, to: sample.content.count, by: sample.content.count > 1_000 ? 13 : 1)
      where try isLoaded(Array(sample.content[..<length]), sample, folder, other: other) { loaded += 1 }
      // Only a table still has a meaning when its end is missing.
      #expect(sample.testDescription == "csv" ? loaded > 0 : loaded == 0)
    }
  }

  @Test(
    "with flipped, changed and inserted bytes gives an error or a valid data set", .timeLimit(.minutes(2)),
    arguments: Sample.all)
  fileprivate func changed(sample: Sample) throws {
    var stream = RandomStream(seed: 3, purpose: "damage-\(sample.testDescription)")
    try withTemporaryDirectory { folder in
      let other = try folder.file("other", sample.other)
      for _ in 0..<800 {
        var bytes = sample.content
        for _ in 0..<(1 + stream.integer(below: 3)) {
          // The beginning, where the sizes stand, more often than the rest.
          let index = stream.integer(
            below: stream.integer(below: 2) == 0 ? min(bytes.count, 120) : bytes.count)
          switch stream.integer(below: 4) {
          case 0: bytes[index] = UInt8(stream.integer(below: 256))
          case 1: bytes.insert(UInt8(ascii: "9"), at: index)
          case 2: bytes[index] = 0xff
          default: bytes[index] ^= 1 << UInt8(stream.integer(below: 8))
          }
        }
        _ = try isLoaded(bytes, sample, folder, other: other)
      }
    }
  }

  @Test(
    "of random bytes behind the right beginning gives an error or a valid data set", arguments: Sample.all)
  fileprivate func random(sample: Sample) throws {
    var stream = RandomStream(seed: 4, purpose: "damage-\(sample.testDescription)")
    try withTemporaryDirectory { folder in
      let other = try folder.file("other", sample.other)
      for _ in 0..<200 {
        let kept = sample.content.prefix(stream.integer(below: 12))
        let bytes = kept + (0..<stream.integer(below: 200)).map { _ in UInt8(stream.integer(below: 256)) }
        _ = try isLoaded(Array(bytes), sample, folder, other: other)
      }
    }
  }

  @Test(
    "that promises more than memory holds is refused before anything is allocated", .timeLimit(.minutes(2)))
  func tooLarge() throws {
    try withTemporaryDirectory { folder in
      // A sparse file of 4 TiB takes no place on the disk.
      let path = try folder.file("large", [])
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.truncate(atOffset: 1 << 42)
      try handle.close()
      for source in [
        DatasetReference.Source.csv(CSVSource(path: path)), .npz(NPZSource(path: path)),
        .npy(NPYSource(path: path, labels: path)), .idx(IDXSource(path: path, labels: path)),
        .cifar(CIFARSource(paths: [path], labels: .cifar10)),
      ] {
        #expect(outcome { try DatasetReference(source).load() }.contains("large: needs 4398046511104 bytes"))
      }
    }
  }

  @Test("that is none is missing input; a folder and a device are not read")
  func missing() throws {
    try withTemporaryDirectory { folder in
      let absent = folder.appendingPathComponent("absent").path
      for path in [absent, absent + "/below"] {
        let error = #expect(throws: DatasetError.self) {
          try DatasetReference(.csv(CSVSource(path: path))).load()
        }
        #expect(error == .missingFile(path: path) && error?.isMissingInput == true)
        #expect("\(error.map { "\($0)" } ?? "")" == "\(path): no such file")
      }
      for path in [folder.path, "/dev/zero"] {
        let error = #expect(throws: DatasetError.self) {
          try DatasetReference(.csv(CSVSource(path: path))).load()
        }
        #expect(error?.isMissingInput == true)
      }
    }
  }
}
