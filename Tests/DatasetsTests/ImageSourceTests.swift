import DataFileBytes
import Datasets
import Foundation
import Testing

@Suite("Image files")
struct ImageSourceTests {
  private func load(_ images: [UInt8], _ labels: [UInt8], gzip: Bool = false) throws -> Dataset {
    try withTemporaryDirectory { folder in
      try DatasetReference(
        .idx(
          IDXSource(
            path: folder.file("images", gzip ? gzipped(images) : images),
            labels: folder.file("labels", gzip ? gzipped(labels) : labels)))
      ).load()
    }
  }

  private func message(_ images: [UInt8], _ labels: [UInt8]) -> String {
    let text = outcome { try load(images, labels) }
    return text.split(separator: "/").last.map(String.init) ?? text
  }

  private let images = idxBytes(0x08, [3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])
  private let labels = idxBytes(0x08, [3], [7, 3, 7])

  @Test("of IDX are read, packed or not", arguments: [false, true])
  func idx(gzip: Bool) throws {
    let data = try load(images, labels, gzip: gzip)
    #expect(data.features == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255])
    #expect(data.labels == [1, 0, 1] && data.classNames == ["3", "7"])
    #expect(data.sampleShape == [2, 2, 1] && data.kind == .image)
  }

  @Test(
    "of IDX may have all its types, big-endian",
    arguments: [
      (0x09, bytes([-1, 2] as [Int8], isBigEndian: true)),
      (0x0b, bytes([-1, 2] as [Int16], isBigEndian: true)),
      (0x0c, bytes([-1, 2] as [Int32], isBigEndian: true)),
      (0x0d, bytes([-1, 2].map { Float($0).bitPattern }, isBigEndian: true)),
      (0x0e, bytes([-1, 2].map { Double($0).bitPattern }, isBigEndian: true)),
    ] as [(UInt8, [UInt8])])
  func types(type: UInt8, content: [UInt8]) throws {
    #expect(try load(idxBytes(type, [2, 1], content), idxBytes(0x08, [2], [0, 1])).features == [-1, 2])
  }

  @Test("of IDX that are damaged say at which byte and how")
  func idxErrors() throws {
    #expect(message([1] + images.dropFirst(), labels).contains("byte 0: expected an IDX file"))
    #expect(message(idxBytes(0x07, [3], [0, 1, 2]), labels) == "images: byte 2: 7 is no type of an IDX file")
    #expect(
      message(Array(images.dropLast()), labels)
        == "images: byte 16: expected 12 bytes for the shape [3, 2, 2], got 11")
    #expect(message([0, 0, 8, 200], labels).contains("the file ends within the sizes of the axes"))
    #expect(message(idxBytes(0x08, [], [1]), labels).contains("expected an array of samples"))
    #expect(
      outcome { try load(images, idxBytes(0x08, [2], [0, 1])) }.contains(
        "labels: expected 3 labels, one a sample"))
    try withTemporaryDirectory { folder in
      let packed = gzipped(images)
      let labels = try folder.file("labels", labels)
      for (bytes, problem) in [
        (Array(packed.dropLast(3)), "the gzip file is cut off"), (packed + [1], "the gzip file is damaged"),
        (packed[..<12] + [packed[12] ^ 0xff] + packed[13...], "the gzip file is damaged"),
      ] {
        let path = try folder.file("images.gz", bytes)
        #expect(
          outcome { try DatasetReference(.idx(IDXSource(path: path, labels: labels))).load() }.hasSuffix(
            problem))
      }
      // Two members, one behind the other, and padding are a gzip file too.
      let path = try folder.file(
        "images.gz", gzipped(Array(images[..<9])) + gzipped(Array(images[9...])) + [0, 0])
      #expect(try DatasetReference(.idx(IDXSource(path: path, labels: labels))).load().count == 3)
    }
  }

  /// A record of CIFAR: labels, then 1,024 bytes a colour; the byte of a pixel tells its row and its colour.
  private func record(_ labels: [UInt8]) -> [UInt8] {
    var record = labels
    for colour in 0..<3 {
      for pixel in 0..<1024 { record.append(UInt8(50 * colour + pixel / 32)) }
    }
    return record
  }

  private func loadCIFAR(_ files: [[UInt8]], _ labels: CIFARSource.Labels) throws -> Dataset {
    try withTemporaryDirectory { folder in
      let paths = try files.indices.map { try folder.file("batch\($0).bin", files[$0]) }
      return try DatasetReference(.cifar(CIFARSource(paths: paths, labels: labels))).load()
    }
  }

  @Test("of CIFAR-10 and CIFAR-100 have their channels last")
  func cifar() throws {
    let ten = try loadCIFAR([record([3]) + record([9]), record([0])], .cifar10)
    #expect(ten.labels == [3, 9, 0] && ten.classCount == 10 && ten.name == "cifar10")
    #expect(ten.sampleShape == [32, 32, 3] && ten.kind == .image)
    // The first pixels of the first and the last row of the second image.
    #expect(Array(ten.features[3072..<3078]) == [0, 50, 100, 0, 50, 100])
    #expect(Array(ten.features[6141..<6144]) == [31, 81, 131])
    #expect(try loadCIFAR([record([3, 99])], .fine).labels == [99])
    let coarse = try loadCIFAR([record([3, 99])], .coarse)
    #expect(coarse.labels == [3] && coarse.classCount == 20 && coarse.name == "cifar100")
  }

  @Test("of CIFAR that are damaged say at which byte and how")
  func cifarErrors() {
    #expect(
      outcome { try loadCIFAR([record([3]) + [1, 2]], .cifar10) }.hasSuffix(
        "batch0.bin: byte 3073: expected records of 3073 bytes, got 2 bytes at the end"))
    #expect(
      outcome { try loadCIFAR([record([3]) + record([10])], .cifar10) }.hasSuffix(
        "batch0.bin: byte 3073: expected a class from 0 to 9, got 10"))
    #expect(outcome { try loadCIFAR([record([3]), []], .cifar10) }.contains("got an empty file"))
  }
}
